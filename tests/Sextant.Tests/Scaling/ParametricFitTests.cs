using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sextant.Experiments;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class ParametricFitTests
{
    private static readonly ParametricOptions Quick = new() { Resamples = 0 };

    [Fact]
    public void On_the_published_figure_s_points_the_known_minimum_is_reached()
    {
        var fit = ParametricFit.To(FigurePoints(leftOut: 5), Quick);

        // The best minimum known for these 240 points (docs/claims.md); the values usually printed reach 0.00102284.
        Assert.InRange(fit.Objective!.Value, 0, 0.0010182741);
        Assert.Equal("huberLogLoss", fit.ObjectiveName);
        Assert.Equal(1.8172, fit.E!.Value, 0.001);
        Assert.Equal(0.3473, fit.Alpha!.Value, 0.001);
        Assert.Equal(0.3672, fit.Beta!.Value, 0.001);
        Assert.Equal(477.83, fit.A!.Value, 0.1);
        Assert.Equal(2143.4, fit.B!.Value, 0.5);
        Assert.Equal(17.9, fit.Law!.Optimum(5.76e23).TokensPerParameter, 0.05);
    }

    [Fact]
    public void Five_points_more_move_beta_and_the_minimum_is_the_known_one()
    {
        var fit = ParametricFit.To(FigurePoints(leftOut: 0), Quick);

        Assert.Equal(0.0018260, fit.Objective!.Value, 1e-7);
        Assert.Equal(0.45305, fit.Beta!.Value, 0.001);
    }

    [Fact]
    public void The_estimator_is_part_of_the_answer()
    {
        var points = FigurePoints(leftOut: 5);
        double beta = ParametricFit.To(points, Quick with { Objective = new LossObjective.SquaredLoss() }).Beta!.Value;

        Assert.Equal(0.428, beta, 0.001);
        Assert.Equal("squaredLogLoss", ParametricFit.To(points, Quick with { Objective = new LossObjective.SquaredLogLoss() }).ObjectiveName);
    }

    [Fact]
    public void Least_absolute_deviations_go_exactly_through_as_many_points_as_there_are_constants_and_nothing_near_is_lower()
    {
        var points = FigurePoints(leftOut: 5);
        var fit = ParametricFit.To(points, Quick with { Objective = new LossObjective.AbsoluteLogLoss() });
        double Sum(ParametricLaw law) => points.Sum(point => Math.Abs(Math.Log(law.Loss(point.Parameters, point.Tokens) / point.Loss)));

        Assert.Equal("absoluteLogLoss", fit.ObjectiveName);
        Assert.Equal(Sum(fit.Law!), fit.Objective!.Value, 1e-12);
        Assert.Equal(5, points.Count(point => Math.Abs(Math.Log(fit.Law!.Loss(point.Parameters, point.Tokens) / point.Loss)) < 1e-7));
        var random = new SeededRandom(3);
        double Near(double value, double size) => value * Math.Exp(size * random.NextGaussian());
        for (int i = 0; i < 20_000; i++)
        {
            // A and B move with their exponents, or nearly every trial would leave the valley.
            double size = Math.Pow(10, -2 - (i % 7)), alpha = Near(fit.Alpha!.Value, size), beta = Near(fit.Beta!.Value, size);
            double a = Near(fit.A!.Value * Math.Pow(4e8, alpha - fit.Alpha.Value), size), b = Near(fit.B!.Value * Math.Pow(3e10, beta - fit.Beta.Value), size);
            Assert.True(Sum(new ParametricLaw(Near(fit.E!.Value, size), a, b, alpha, beta)) > fit.Objective.Value - 1e-7);
        }
    }

    [Fact]
    public void Least_absolute_deviations_do_not_heed_how_far_off_an_outlier_is()
    {
        var options = Quick with { Objective = new LossObjective.AbsoluteLogLoss() };
        var points = PlantedPoints.Grid(PlantedPoints.Law, 7, 5);
        ScalingPoint[] spoilt = [.. points.Select((point, i) => i % 9 == 4 ? point with { Loss = 1.5 * point.Loss } : point)];

        var fit = ParametricFit.To(spoilt, options);

        Assert.Equal(PlantedPoints.Law.E, fit.E!.Value, 1e-5);
        Assert.Equal(PlantedPoints.Law.Exponent, fit.Exponent!.Value, 1e-5);
        Assert.Equal(spoilt.Count(point => points[point.Row - 1].Loss != point.Loss) * Math.Log(1.5), fit.Objective!.Value, 1e-5);
    }

    [Fact]
    public void Intervals_of_least_absolute_deviations_hold_what_was_planted()
    {
        var fit = ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 7, 7, 0.003, 5), new ParametricOptions { Objective = new LossObjective.AbsoluteLogLoss(), Resamples = 200 });

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.InRange(PlantedPoints.Law.E, fit.Intervals["E"].Low!.Value, fit.Intervals["E"].High!.Value);
        Assert.InRange(PlantedPoints.Law.Exponent, fit.Intervals["exponent"].Low!.Value, fit.Intervals["exponent"].High!.Value);
        Assert.DoesNotContain(fit.Warnings, warning => warning.Contains("could not be fitted", StringComparison.Ordinal));
    }

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void Standard_errors_on_the_figure_s_points_are_the_known_ones()
    {
        var fit = ParametricFit.To(FigurePoints(leftOut: 5));
        (string Name, double Low, double High)[] known = [("E", 0.026, 0.026), ("A", 116, 125), ("B", 1290, 1430), ("alpha", 0.015, 0.015), ("beta", 0.021, 0.021), ("exponent", 0.020, 0.020)];

        Assert.All(known, value => Assert.InRange(fit.StandardErrors[value.Name], 0.85 * value.Low, 1.15 * value.High));
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Contains(fit.Warnings, warning => warning.StartsWith("B alone is weakly determined", StringComparison.Ordinal));
        Assert.All(fit.Intervals, interval => Assert.True(interval.Value.Low < interval.Value.High));
        Assert.Equal(12, fit.WithoutSizes.Count);
        Assert.InRange(fit.Extrapolation!.RootMeanSquareError, 0, 3 * fit.Extrapolation.Residual);
    }

    [Fact]
    public void A_planted_law_is_recovered() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30), Prop.ForAll(Laws().ToArbitrary(), law =>
        {
            var fit = ParametricFit.To(PlantedPoints.Grid(law, 7, 5), Quick);
            return new[] { (fit.E, law.E), (fit.A, law.A), (fit.B, law.B), (fit.Alpha, law.Alpha), (fit.Beta, law.Beta), (fit.Exponent, law.Exponent) }
                .All(pair => Math.Abs((pair.Item1!.Value / pair.Item2) - 1) < 1e-4);
        }));

    [Fact]
    public void A_fit_survives_its_file_with_its_resamples()
    {
        var fit = ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 6, 5, 0.003), new ParametricOptions { Resamples = 40 });
        string json = JsonSerializer.Serialize(fit, RecipeJson.Options);
        var read = JsonSerializer.Deserialize<ParametricFit>(json, RecipeJson.Options)!;

        using var document = JsonDocument.Parse(json);
        Assert.Superset(
            new HashSet<string>(["E", "A", "B", "alpha", "beta", "exponent", "objective", "objectiveName", "status", "warnings", "excluded", "intervals"]),
            document.RootElement.EnumerateObject().Select(property => property.Name).ToHashSet());
        Assert.Equal(["A", "B", "E", "alpha", "beta", "exponent"], fit.Intervals.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(fit.Law, read.Law);
        Assert.Equal(fit.IntervalOf(law => law.Optimum(1e22).Parameters), read.IntervalOf(law => law.Optimum(1e22).Parameters));
        Assert.NotNull(read.IntervalOf(law => law.Optimum(1e22).Loss, 0.8));
    }

    [Fact]
    public void The_same_seed_gives_the_same_intervals_and_another_seed_others()
    {
        var points = PlantedPoints.Grid(PlantedPoints.Law, 6, 5, 0.003);
        var options = new ParametricOptions { Resamples = 30 };

        Assert.Equal(ParametricFit.To(points, options).Intervals, ParametricFit.To(points, options).Intervals);
        Assert.NotEqual(ParametricFit.To(points, options).Intervals, ParametricFit.To(points, options with { Seed = 2 }).Intervals);
    }

    [Fact]
    public void A_weight_counts_as_rows_do()
    {
        var points = PlantedPoints.Grid(PlantedPoints.Law, 6, 5, 0.01);
        var doubled = ParametricFit.To([.. points, .. points[..10]], Quick);
        var weighted = ParametricFit.To([.. points.Select((point, i) => point with { Weight = i < 10 ? 2 : 1 })], Quick);

        Assert.Equal(doubled.Exponent!.Value, weighted.Exponent!.Value, 1e-6);
        Assert.NotEqual(ParametricFit.To(points, Quick).Exponent!.Value, weighted.Exponent!.Value, 1e-6);
    }

    [Fact]
    public void Points_of_a_run_are_resampled_together_and_widen_the_intervals()
    {
        // Each run's points share one deviation: as rows they look four times as many as they are.
        var random = new SeededRandom(8);
        var ends = PlantedPoints.Grid(PlantedPoints.Law, 6, 4);
        var points = ends.SelectMany((end, run) =>
        {
            double deviation = Math.Exp(0.005 * random.NextGaussian());
            return new[] { 0.25, 0.5, 0.75, 1 }.Select((share, i) => end with
            {
                Row = (4 * run) + i + 1,
                Run = $"run {run}",
                Tokens = share * end.Tokens,
                Loss = PlantedPoints.Law.Loss(end.Parameters, share * end.Tokens) * deviation,
            });
        }).ToList();
        var options = new ParametricOptions { Resamples = 200 };
        var byRun = ParametricFit.To(points, options);
        var byRow = ParametricFit.To([.. points.Select(point => point with { Run = null })], options);

        Assert.Equal(24, byRun.Resampled!.Units);
        Assert.True(byRun.StandardErrors["exponent"] > 1.3 * byRow.StandardErrors["exponent"]);
        Assert.Contains(byRun.Warnings, warning => warning.Contains("24 runs", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_that_differ_by_their_seed_measure_its_noise()
    {
        var points = Enumerable.Range(0, 4).SelectMany(seed => PlantedPoints.Grid(PlantedPoints.Law, 6, 5, 0.004, seed: (ulong)seed + 1)).ToList();
        var noise = ParametricFit.To(points, Quick).SeedNoise!;

        Assert.Equal((30, 120), (noise.Designs, noise.Runs));
        Assert.Equal(0.004, noise.StandardDeviation, 0.0008);
        Assert.Null(ParametricFit.To(points[..30], Quick).SeedNoise);
    }

    internal static ScalingPoint[] FigurePoints(int leftOut) =>
        [.. File.ReadLines(SharedData.Path("data/scaling/chinchilla-figure-points.csv")).Skip(1)
            .Select((line, i) => (Fields: line.Split(','), Row: i + 1))
            .Select(line => (Size: Number(line.Fields[3]), Flops: Number(line.Fields[4]), Loss: Number(line.Fields[6]), line.Row))
            .Select(row => new ScalingPoint { Row = row.Row, Parameters = row.Size, Flops = row.Flops, Tokens = row.Flops / 6 / row.Size, Loss = row.Loss })
            .OrderByDescending(point => point.Loss).Skip(leftOut)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Laws whose two terms are both felt where the points lie.</summary>
    private static Gen<ParametricLaw> Laws() =>
        from floor in Gen.Choose(100, 250)
        from alpha in Gen.Choose(20, 60)
        from beta in Gen.Choose(20, 60)
        from parametersTerm in Gen.Choose(20, 100)
        from tokensTerm in Gen.Choose(20, 100)
        select new ParametricLaw(floor / 100.0, parametersTerm / 100.0 * Math.Pow(1e9, alpha / 100.0), tokensTerm / 100.0 * Math.Pow(2e10, beta / 100.0), alpha / 100.0, beta / 100.0);
}
