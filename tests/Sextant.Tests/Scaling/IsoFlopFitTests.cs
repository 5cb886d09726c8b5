using FsCheck;
using FsCheck.Fluent;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class IsoFlopFitTests
{
    private static readonly double[] Published = [0.8353, 0.7065, 0.6020, 0.5715, 0.4969];

    private static readonly IsoFlopOptions AllPoints = new() { Window = new ProfileWindow.All() };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Real_points_give_the_published_exponents_by_the_default_window(int selection)
    {
        var fit = IsoFlopFit.Of(MeasuredTables.IsoFlopPoints(MeasuredTables.Selections[selection]));

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(Published[selection], fit.Exponent!.Value, 0.03);
    }

    [Fact]
    public void All_points_are_further_from_the_published_exponents_than_the_default_window()
    {
        double Miss(IsoFlopOptions options) => Math.Sqrt(MeasuredTables.Selections.Zip(Published)
            .Average(pair => Math.Pow(IsoFlopFit.Of(MeasuredTables.IsoFlopPoints(pair.First), options).Exponent!.Value - pair.Second, 2)));

        Assert.True(Miss(AllPoints) > 1.5 * Miss(new IsoFlopOptions()));
    }

    [Fact]
    public void A_planted_surface_is_recovered() =>
        Prop.ForAll(Gen.Choose(25, 45).Two().ToArbitrary(), planted =>
        {
            var surface = new ParametricLaw(1.7, 400, 500, planted.Item1 / 100.0, planted.Item2 / 100.0);
            var fit = IsoFlopFit.Of(PlantedStudies.Budgets(surface, 5, 9, 0.6, 0, 1), new IsoFlopOptions { Surface = surface, At = [1e23] });
            double truth = surface.Optimum(1e23).Parameters;
            return Math.Abs(fit.Exponent!.Value - surface.Exponent) < 1e-6
                && Math.Abs(fit.Tokens!.Slope + fit.Exponent.Value - 1) < 1e-9
                && Math.Abs((fit.At[0].Parameters / truth) - 1) < 0.12
                && Math.Abs((fit.CorrectedParameters!.At(1e23) / truth) - 1) < 1e-5
                && fit.Status == FitStatus.Converged;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Over_tokens_and_over_parameters_are_one_profile_where_flops_are_6nd()
    {
        var points = PlantedStudies.Budgets(PlantedStudies.Hoffmann, 5, 9, 0.6, 0.003, 2);

        var n = IsoFlopFit.Of(points);
        var d = IsoFlopFit.Of(points, new IsoFlopOptions { Variable = ProfileVariable.Tokens });

        Assert.Equal(n.Exponent!.Value, d.Exponent!.Value, 1e-9);
        Assert.All(n.Optima.Zip(d.Optima), pair => Assert.Equal(1, pair.First.Parameters!.Value / pair.Second.Parameters!.Value, 1e-9));
    }

    [Fact]
    public void Budgets_that_miss_by_little_belong_together()
    {
        var random = new SeededRandom(1);
        ScalingPoint[] points = [.. PlantedStudies.Budgets(PlantedStudies.Hoffmann, 5, 9, 0.6, 0, 1).Select(point => point with { Flops = point.Flops * (1 + (0.02 * random.NextDouble())) })];

        var fit = IsoFlopFit.Of(points);

        Assert.Equal([9, 9, 9, 9, 9], fit.Optima.Select(optimum => optimum.Points));
    }

    [Fact]
    public void A_parabola_through_far_sizes_is_rejected_and_the_windows_disagree()
    {
        var fit = IsoFlopFit.Of(PlantedStudies.Budgets(new ParametricLaw(1.69, 406.4, 410.7, 0.465, 0.155), 5, 15, 1.5, 0.001, 3));

        Assert.All(fit.Optima, optimum => Assert.True(optimum.LackOfFitOfAll!.P < 0.001));
        Assert.All(fit.Optima, optimum => Assert.True(optimum.Windows[^1].Parameters is null || optimum.Windows[^1].Parameters / optimum.Windows[2].Parameters is < 0.9 or > 1.1));
        Assert.Contains(fit.Warnings, warning => warning.Contains("the window matters", StringComparison.Ordinal));
    }

    [Fact]
    public void Optima_outside_the_sizes_take_no_part()
    {
        var surface = PlantedStudies.Hoffmann;
        var points = PlantedStudies.Budgets(surface, 5, 9, 0.6, 0, 1).Where(point => point.Parameters > 1.5 * surface.Optimum(point.Flops).Parameters).ToList();

        var fit = IsoFlopFit.Of(points);

        Assert.Equal(FitStatus.BoundHit, fit.Status);
        Assert.Null(fit.Parameters);
        Assert.All(fit.Optima, optimum => Assert.Equal(FitStatus.BoundHit, optimum.Status));
    }

    [Fact]
    public void Budgets_read_off_one_training_are_not_taken_for_independent()
    {
        var points = PlantedStudies.Budgets(PlantedStudies.Hoffmann, 5, 9, 0.6, 0.003, 2);

        var shared = IsoFlopFit.Of([.. points.Select((point, i) => point with { Run = $"run {i % 9}" })]);

        Assert.Equal(IsoFlopFit.Of(points).Exponent!.Value, shared.Exponent!.Value, 1e-12);
        Assert.Contains(shared.Warnings, warning => warning.Contains("share trainings", StringComparison.Ordinal));
        Assert.NotEqual(IsoFlopFit.Of(points).Intervals["exponent"].Width, shared.Intervals["exponent"].Width);
    }

    [Fact]
    public void Repeated_runs_show_the_noise_of_a_seed()
    {
        ScalingPoint[] points = [.. Enumerable.Range(0, 4).SelectMany(seed => PlantedStudies.Budgets(PlantedStudies.Hoffmann, 5, 7, 0.6, 0.01, (ulong)seed))];

        Assert.InRange(IsoFlopFit.Of(points).SeedNoise!.StandardDeviation, 0.0025, 0.0055); // 0.01 nats of losses of 2 to 4
    }

    [Fact]
    public void Rubbish_is_left_out_or_given_an_honest_status()
    {
        var points = PlantedStudies.Budgets(PlantedStudies.Hoffmann, 5, 7, 0.6, 0, 1);
        var first = points[0];
        ScalingPoint[] rubbish = [first with { Row = 900, Loss = double.NaN }, first with { Row = 901, Loss = -1 }, first with { Row = 902, Parameters = 0 }, first with { Row = 903, Flops = double.PositiveInfinity }, first with { Row = 904, Weight = 0 }];

        Assert.Equal([900, 901, 902, 903, 904], IsoFlopFit.Of([.. rubbish, .. points]).Excluded.Select(row => row.Row));
        Assert.Equal(FitStatus.TooFewPoints, IsoFlopFit.Of([]).Status);
        Assert.Equal(FitStatus.TooFewPoints, IsoFlopFit.Of([.. points.Take(7)]).Status);
        var twoSizes = IsoFlopFit.Of([.. points.Where(point => point.Row % 7 is 1 or 2)]);
        Assert.Equal(FitStatus.TooFewPoints, twoSizes.Status);
        Assert.Equal(10, twoSizes.Excluded.Count);
        var equal = IsoFlopFit.Of([.. points.Select(point => point with { Loss = 3.1 })]);
        Assert.Equal(FitStatus.Failed, equal.Status);
        Assert.All(equal.Optima, optimum => Assert.Null(optimum.Parameters));
        Assert.Equal(FitStatus.Failed, IsoFlopFit.Of([.. points.Select(point => point with { Loss = 10 - point.Loss })]).Status);
        var noTokens = IsoFlopFit.Of([.. points.Select(point => point with { Tokens = double.NaN })]);
        Assert.Equal(FitStatus.Converged, noTokens.Status);
        Assert.Null(noTokens.Tokens);
    }

    [Fact]
    public void A_million_points_are_not_slow()
    {
        var random = new SeededRandom(9);
        var surface = PlantedStudies.Hoffmann;
        var points = new ScalingPoint[1_000_000];
        for (int i = 0; i < points.Length; i++)
        {
            double flops = Math.Pow(10, 17 + (random.Next(10) / 2.0)), n = surface.Optimum(flops).Parameters * Math.Pow(10, (2 * random.NextDouble()) - 1);
            points[i] = new ScalingPoint { Row = i + 1, Flops = flops, Parameters = n, Tokens = flops / 6 / n, Loss = surface.Loss(n, flops / 6 / n) + (0.01 * random.NextGaussian()) };
        }

        var fit = IsoFlopFit.Of(points);

        Assert.Equal(surface.Exponent, fit.Exponent!.Value, 0.003);
    }
}
