using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class DataConstrainedFitTests
{
    private static readonly DataConstrainedLaw Law = new(PlantedPoints.Law, 12, null);

    private static readonly int[] Epochs = [1, 4, 16, 64];

    private static readonly double[] FewTokens = [1e8, 4e8, 1.6e9];

    [Fact]
    public void A_planted_worth_of_repeated_tokens_is_recovered()
    {
        var fit = DataConstrainedFit.To(Points(0), new ParametricOptions { Resamples = 0 });

        Assert.Equal(12, fit.RepeatScale!.Value, 0.01);
        Assert.Equal(Law.Fresh.E, fit.E!.Value, 1e-3);
        Assert.Equal(Law.Fresh.Exponent, fit.Exponent!.Value, 1e-3);
    }

    [Fact]
    public void Its_interval_holds_what_was_planted()
    {
        var fit = DataConstrainedFit.To(Points(0.002), new ParametricOptions { Resamples = 60 });

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.InRange(12, fit.Intervals["repeatScale"].Low!.Value, fit.Intervals["repeatScale"].High!.Value);
        Assert.InRange(fit.Intervals["repeatScale"].Width, 0, 12);
    }

    /// <summary>Three epochs at most: R_D of 15 and of 1,000 differ by less than the noise.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Data_that_hardly_repeat_leave_its_upper_end_unbounded(ulong seed)
    {
        var fit = DataConstrainedFit.To(HardlyRepeated(seed), new ParametricOptions { Resamples = 100 });

        Assert.Contains(fit.Status, new[] { FitStatus.NotIdentified, FitStatus.BoundHit });
        Assert.Null(fit.Intervals["repeatScale"].High);
        Assert.False(fit.StandardErrors.ContainsKey("repeatScale"));
        Assert.Contains(fit.Warnings, warning => warning.Contains("interval of R_D reaches an end of its range", StringComparison.Ordinal));
    }

    [Fact]
    public void Whether_it_is_determined_does_not_hang_on_the_level_printed()
    {
        var fit = DataConstrainedFit.To(HardlyRepeated(2), new ParametricOptions { Resamples = 100, Level = 0.1 });

        Assert.NotEqual(FitStatus.Converged, fit.Status);
        Assert.Equal(0.1, fit.Intervals["repeatScale"].Level);
    }

    [Fact]
    public void Few_studies_are_mostly_covered() => Covered(studies: 8, resamples: 60, noise: 0.002, low: 0.74, high: 1);

    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(0.002)]
    [InlineData(0.01)]
    public void Two_hundred_studies_are_covered_as_the_level_says(double noise) => Covered(studies: 200, resamples: 200, noise, low: 0.91, high: 0.99);

    [Fact]
    public void Without_repetition_or_without_unique_tokens_nothing_is_said_of_it()
    {
        var fresh = PlantedPoints.Grid(PlantedPoints.Law, 6, 5, 0.002);

        var unknown = DataConstrainedFit.To(fresh);
        Assert.Equal(FitStatus.TooFewPoints, unknown.Status);
        Assert.Equal(30, unknown.Excluded.Count);
        var single = DataConstrainedFit.To([.. fresh.Select(point => point with { UniqueTokens = point.Tokens })]);
        Assert.Equal(FitStatus.NotIdentified, single.Status);
        Assert.Null(single.RepeatScale);
    }

    private static void Covered(int studies, int resamples, double noise, double low, double high)
    {
        int held = 0, determined = 0;
        for (int study = 0; study < studies; study++)
        {
            var fit = DataConstrainedFit.To(Points(noise, (ulong)study + 50), new ParametricOptions { Resamples = resamples, Seed = (ulong)study });
            var interval = fit.Intervals["repeatScale"];
            held += !(interval.Low > 12) && !(interval.High < 12) ? 1 : 0;
            determined += fit.Status == FitStatus.Converged ? 1 : 0;
        }

        string said = $"R {held / (double)studies:P1} of {studies} studies, {determined} of them converged";
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        Assert.True(held >= low * studies && held <= high * studies, said);
    }

    /// <summary>54 points read once, twice and three times, 1 % of noise.</summary>
    private static ScalingPoint[] HardlyRepeated(ulong seed)
    {
        var law = new DataConstrainedLaw(new ParametricLaw(1.8, 480, 2000, 0.35, 0.37), 15, null);
        var random = new SeededRandom(seed);
        return [.. from size in Enumerable.Range(0, 6)
                   from unique in FewTokens
                   from epochs in Enumerable.Range(1, 3)
                   let parameters = 1e7 * Math.Pow(2, size)
                   select new ScalingPoint
                   {
                       Row = 1,
                       Parameters = parameters,
                       Tokens = unique * epochs,
                       Flops = 6 * parameters * unique * epochs,
                       UniqueTokens = unique,
                       Loss = law.Loss(parameters, unique * epochs, unique) * Math.Exp(0.01 * random.NextGaussian()),
                   }];
    }

    /// <summary>Each design once with fresh tokens and with its tokens read 4, 16 and 64 times.</summary>
    private static ScalingPoint[] Points(double noise, ulong seed = 6)
    {
        var random = new SeededRandom(seed);
        return [.. from point in PlantedPoints.Grid(PlantedPoints.Law, 5, 4)
                   from epochs in Epochs
                   let unique = point.Tokens / epochs
                   select point with
                   {
                       UniqueTokens = unique,
                       Loss = Law.Loss(point.Parameters, point.Tokens, unique) * Math.Exp(noise * random.NextGaussian()),
                   }];
    }
}
