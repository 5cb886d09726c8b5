using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>Intervals of 95 % hold the planted value in about 95 of 100 studies.</summary>
public sealed class SaturatingCoverageTests
{
    [Fact]
    public void Few_studies_are_mostly_covered() => Covered(points: 12, noise: 0.003, studies: 40, resamples: 100, low: 0.82, high: 1);

    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(6, 0.003)]
    [InlineData(12, 0.003)]
    [InlineData(12, 0.01)]
    [InlineData(30, 0.01)]
    public void Five_hundred_studies_are_covered_as_the_level_says(int points, double noise) => Covered(points, noise, studies: 500, resamples: 300, low: 0.92, high: 0.995);

    private static void Covered(int points, double noise, int studies, int resamples, double low, double high)
    {
        var law = new SaturatingLaw(2.4, 24, 0.25);
        (string Name, Func<SaturatingLaw, double> Of)[] quantities =
            [("E", fitted => fitted.E), ("A", fitted => fitted.A), ("alpha", fitted => fitted.Alpha), ("loss at ten times the largest", fitted => fitted.Loss(1e11))];
        int[] held = new int[quantities.Length];
        int determined = 0;
        for (int study = 0; study < studies; study++)
        {
            var random = new SeededRandom((ulong)study + 100);
            ScalingPoint[] drawn = [.. Enumerable.Range(0, points).Select(i => Math.Pow(10, 6 + (4.0 * i / (points - 1)))).Select((x, i) => new ScalingPoint
            {
                Row = i + 1,
                Parameters = x,
                Tokens = 1e9,
                Flops = 6e9 * x,
                Loss = law.Loss(x) * Math.Exp(noise * random.NextGaussian()),
            })];
            var fit = SaturatingFit.To(drawn, LawVariable.Parameters, new ParametricOptions { Resamples = resamples, Seed = (ulong)study });
            determined += fit.Status == FitStatus.Converged ? 1 : 0;
            for (int i = 0; i < quantities.Length; i++)
            {
                var interval = fit.IntervalOf(quantities[i].Of)!;
                double truth = quantities[i].Of(law);
                held[i] += !(interval.Low > truth) && !(interval.High < truth) ? 1 : 0;
            }
        }

        string shares = string.Join(", ", quantities.Select((quantity, i) => $"{quantity.Name} {held[i] / (double)studies:P1}")) + $"; {determined} of {studies} converged";
        TestContext.Current.TestOutputHelper?.WriteLine(shares);
        Assert.True(held.All(count => count >= low * studies && count <= high * studies), shares);
    }
}
