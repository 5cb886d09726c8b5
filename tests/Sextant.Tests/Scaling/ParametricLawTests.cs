using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class ParametricLawTests
{
    [Fact]
    public void At_the_compute_of_the_largest_model_the_laws_ask_for_these_tokens_a_parameter()
    {
        // Budget of Chinchilla and Gopher; the ratios follow from the closed form.
        Assert.Equal(17.9, PublishedLaw.ChinchillaRefit.Law.Optimum(5.76e23).TokensPerParameter, 0.05);
        Assert.Equal(92.65, PublishedLaw.Chinchilla.Law.Optimum(5.76e23).TokensPerParameter, 0.005);
    }

    [Fact]
    public void No_other_split_of_the_compute_gives_less_loss()
    {
        var law = PlantedPoints.Law;
        var optimum = law.Optimum(1e20);

        Assert.Equal(1e20, 6 * optimum.Parameters * optimum.Tokens, 1e8);
        Assert.Equal(law.Loss(optimum.Parameters, optimum.Tokens), optimum.Loss);
        foreach (double share in new[] { 0.5, 0.9, 0.999, 1.001, 1.1, 2 })
        {
            var beside = law.Beside(1e20, share);
            Assert.True(beside.Loss > optimum.Loss);
            Assert.Equal(share * optimum.Parameters, beside.Parameters, 1e-6 * beside.Parameters);
            Assert.Equal(1e20, 6 * beside.Parameters * beside.Tokens, 1e8);
        }
    }

    [Fact]
    public void Ten_times_the_compute_goes_to_parameters_by_the_exponent()
    {
        foreach (var published in PublishedLaw.All)
        {
            double growth = published.Law.Optimum(1e22).Parameters / published.Law.Optimum(1e21).Parameters;
            Assert.Equal(Math.Pow(10, published.Law.Exponent), growth, 1e-9 * growth);
        }

        Assert.Equal(0.28 / 0.62, PublishedLaw.Chinchilla.Law.Exponent, 1e-12);
        Assert.Equal(0.73, PublishedLaw.Kaplan.Law.Exponent);
    }

    [Fact]
    public void Kaplan_s_laws_of_one_variable_give_the_known_values()
    {
        Assert.Equal(3.371, KaplanLaw.LossOfParameters(1e7), 0.0005);
        Assert.Equal(2.376, KaplanLaw.LossOfParameters(1e9), 0.0005);
        Assert.Equal(1.07e6, KaplanLaw.CriticalBatch(3), 0.005e6);
        Assert.Equal(7.37e6, KaplanLaw.CriticalBatch(2), 0.005e6);
    }

    [Fact]
    public void Repeating_data_gives_less_and_less_and_never_more_than_its_scale()
    {
        var law = DataConstrainedLaw.Muennighoff;
        double[] worth = [.. new double[] { 0.5, 1, 2, 4, 16, 1000 }.Select(epochs => law.EffectiveTokens(epochs * 1e9, 1e9) / 1e9)];

        Assert.Equal([0.5, 1], worth[..2]);
        Assert.Equal(1 + (law.RepeatScale * (1 - Math.Exp(-3 / law.RepeatScale))), worth[3], 1e-12);
        // The paper: up to four epochs repeated tokens are almost as good as fresh ones.
        Assert.InRange(worth[3], 3.7, 4);
        Assert.Equal(1 + law.RepeatScale, worth[5], 1e-6);
        Assert.True(law.Loss(1e8, 4e9, 1e9) > law.Loss(1e8, 4e9, 4e9));
        Assert.Equal(law.Fresh.Loss(1e8, 4e9), law.Loss(1e8, 4e9, 4e9), 1e-12);
        Assert.True(law.Loss(1e12, 1e9, 1e9) > law.Fresh.Loss(1e12, 1e9));
    }
}
