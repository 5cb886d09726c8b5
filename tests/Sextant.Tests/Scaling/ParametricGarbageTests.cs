using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>What the points cannot tell is said, and no number is made of it.</summary>
public sealed class ParametricGarbageTests
{
    private static readonly ParametricOptions Options = new() { Resamples = 60 };

    private static readonly ScalingPoint[] Points = PlantedPoints.Grid(PlantedPoints.Law, 6, 5, 0.003);

    [Fact]
    public void No_points_and_few_points_are_too_few()
    {
        foreach (int count in new[] { 0, 1, 5 })
        {
            Empty(ParametricFit.To(Points[..count], Options), FitStatus.TooFewPoints, "at least six points");
        }
    }

    [Fact]
    public void Equal_losses_tell_nothing() =>
        Empty(ParametricFit.To([.. Points.Select(point => point with { Loss = 2 })], Options), FitStatus.NotIdentified, "All losses are equal");

    [Fact]
    public void One_budget_tells_no_law() =>
        Empty(ParametricFit.To(Points[..6], Options), FitStatus.NotIdentified, "one compute budget");

    [Fact]
    public void Two_sizes_tell_no_law()
    {
        ScalingPoint[] two = [.. Points.Select(point => point with { Parameters = point.Row % 2 == 0 ? 1e8 : 1e9 })];

        Empty(ParametricFit.To(two, Options), FitStatus.NotIdentified, "two model sizes");
    }

    [Fact]
    public void One_ratio_of_tokens_to_parameters_tells_no_law() =>
        Empty(ParametricFit.To([.. Points.Select(point => point with { Tokens = 20 * point.Parameters })], Options), FitStatus.NotIdentified, "tokens per parameter");

    [Fact]
    public void Values_that_are_none_are_left_out_with_their_reason()
    {
        double[] wrong = [double.NaN, -1, 0, double.PositiveInfinity];
        ScalingPoint[] points =
        [
            .. Points,
            .. wrong.Select((value, i) => Points[0] with { Row = 31 + i, Loss = value }),
            .. wrong.Select((value, i) => Points[0] with { Row = 35 + i, Parameters = value }),
            .. wrong.Select((value, i) => Points[0] with { Row = 39 + i, Tokens = value }),
            .. wrong.Select((value, i) => Points[0] with { Row = 43 + i, Weight = value }),
        ];
        var fit = ParametricFit.To(points, Options);

        Assert.Equal(Enumerable.Range(31, 16), fit.Excluded.Select(row => row.Row));
        Assert.Equal("loss: NaN is not a positive finite number", fit.Excluded[0].Reason);
        Assert.Equal(ParametricFit.To(Points, Options).Law, fit.Law);
        Assert.Equal(30, fit.Provenance!.Used);
    }

    [Fact]
    public void Losses_that_are_chance_alone_never_pass_for_a_law()
    {
        var random = new SeededRandom(12);
        for (int trial = 0; trial < 5; trial++)
        {
            var fit = ParametricFit.To([.. Points.Select(point => point with { Loss = 2 * Math.Exp(0.2 * random.NextGaussian()) })], Options);

            Assert.NotEqual(FitStatus.Converged, fit.Status);
            Assert.NotEmpty(fit.Warnings);
        }
    }

    [Fact]
    public void Losses_that_rise_with_size_end_at_a_bound()
    {
        var fit = ParametricFit.To([.. Points.Select(point => point with { Loss = 1 + (0.1 * Math.Log(point.Parameters)) })], Options);

        Assert.Contains(fit.Status, new[] { FitStatus.BoundHit, FitStatus.NotIdentified });
    }

    [Fact]
    public void A_law_without_a_floor_is_found_at_its_bound()
    {
        var law = new ParametricLaw(0, 50, 500, 0.2, 0.3);
        var fit = ParametricFit.To(PlantedPoints.Grid(law, 6, 5, 0.001), Options);

        Assert.Contains(fit.Status, new[] { FitStatus.BoundHit, FitStatus.NotIdentified });
        Assert.Contains(fit.Warnings, warning => warning.Contains("bound 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Much_noise_on_few_points_is_not_identified()
    {
        var fit = ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 4, 3, 0.05, lowest: 1e19, highest: 4e19), Options);

        Assert.Contains(fit.Status, new[] { FitStatus.BoundHit, FitStatus.NotIdentified });
        Assert.Contains(fit.Warnings, warning => warning.StartsWith("Compute spans a factor of 4", StringComparison.Ordinal));
        Assert.Contains(fit.Warnings, warning => warning.StartsWith("There are 12", StringComparison.Ordinal) || warning.Contains("reaches its bound", StringComparison.Ordinal));
    }

    [Fact]
    public void Many_points_of_few_runs_have_no_intervals_and_say_so()
    {
        var fit = ParametricFit.To([.. Points.Select(point => point with { Run = $"run {point.Row % 4}" })], Options);

        Assert.Equal(FitStatus.NotIdentified, fit.Status);
        Assert.Empty(fit.Intervals);
        Assert.Contains(fit.Warnings, warning => warning.StartsWith("There are no intervals", StringComparison.Ordinal));
    }

    [Fact]
    public void Data_seen_more_than_four_times_warn()
    {
        var fit = ParametricFit.To([.. Points.Select(point => point with { UniqueTokens = point.Tokens / (point.Row <= 3 ? 9 : 1) })], Options);

        Assert.Contains(fit.Warnings, warning => warning.StartsWith("3 of 30 points saw their data more than 4 times (at most 9)", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ParametricFit.To(Points, Options with { Level = 1 }));
        Assert.Throws<ArgumentException>(() => ParametricFit.To(Points, Options with { Resamples = -1 }));
        Assert.Throws<ArgumentException>(() => ParametricFit.To(Points, Options with { Objective = new LossObjective.HuberLogLoss { Delta = double.NaN } }));
    }

    private static void Empty(ParametricFit fit, FitStatus status, string because)
    {
        Assert.Equal(status, fit.Status);
        Assert.Contains(fit.Warnings, warning => warning.Contains(because, StringComparison.Ordinal));
        Assert.Null(fit.Law);
        Assert.Null(fit.Exponent);
        Assert.Null(fit.Objective);
        Assert.Empty(fit.Intervals);
    }
}
