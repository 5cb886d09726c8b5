using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class DataConstrainedFitTests
{
    private static readonly DataConstrainedLaw Law = new(PlantedPoints.Law, 12, null);

    private static readonly int[] Epochs = [1, 4, 16, 64];

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

    /// <summary>Each design once with fresh tokens and with its tokens read 4, 16 and 64 times.</summary>
    private static ScalingPoint[] Points(double noise)
    {
        var random = new SeededRandom(6);
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
