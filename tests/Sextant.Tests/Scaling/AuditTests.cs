using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class AuditTests
{
    private static readonly double[] Targets = [8e10, 16e10, 32e10, 64e10, 128e10];

    private static ParametricFit Planted => ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 7, 6, noise: 0.002, seed: 4), new ParametricOptions { Resamples = 300 });

    // facts/scaling.md: the brief concludes from these evaluations that its 268,062 parameters were fewer than optimal.
    [Fact]
    public void The_course_s_largest_decoder_had_fewer_tokens_than_optimal_and_so_more_parameters_than_optimal()
    {
        var curves = MeasuredTables.SixDecoders();
        var fit = CurvesFit.Of(curves, new CurvesOptions { Targets = Targets, Convention = "course" });
        var run = curves.Single(curve => curve.Name == "h128");

        var audit = Audit.Of(fit, run);

        int first = run.Points.Min(point => point.Row);
        Assert.Equal([0, 1, 3, 6, 14], audit.At.Select(point => point.Row - first));
        Assert.All(audit.At, point => Assert.True(point.TokensRatio > 1, "fewer tokens than optimal"));
        Assert.All(audit.At, point => Assert.True(point.ParametersRatio < 1, "more parameters than optimal"));
        Assert.All(audit.At, point => Assert.Equal(AuditStatus.TooLarge, point.Status));
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(audit.Intervals[$"at[{i}].parametersRatio"].High < 1));
        Assert.Contains(audit.Advice, sentence => sentence.StartsWith("At 5 of the fit's 5 budgets that it passed", StringComparison.Ordinal) && sentence.Contains("the optimal tokens, so fewer", StringComparison.Ordinal));
        Assert.Contains(audit.Advice, sentence => sentence.Contains("too few tokens IS too many parameters", StringComparison.Ordinal) && sentence.Contains("A larger batch does not mend it", StringComparison.Ordinal));
        Assert.True(audit.At[^1].LossAboveFrontier > 0);
    }

    [Fact]
    public void At_the_end_of_that_run_the_fit_cannot_tell_and_says_so()
    {
        var curves = MeasuredTables.SixDecoders();
        var fit = CurvesFit.Of(curves, new CurvesOptions { Targets = Targets, Convention = "course" });

        var audit = Audit.Of(fit, curves.Single(curve => curve.Name == "h128"), new AuditOptions { UniqueTokens = 50_000 });

        Assert.Equal(AuditStatus.CannotTell, audit.Status);
        Assert.StartsWith("The fit cannot tell whether h128 is compute-optimal at its end", audit.Advice[0], StringComparison.Ordinal);
        Assert.True(audit.Intervals["parametersRatio"] is { Low: < 1, High: > 1 });
        Assert.Null(audit.LossAboveFrontier);
        Assert.Contains("outside its optima", audit.Reasons["lossAboveFrontier"], StringComparison.Ordinal);
        Assert.Contains(audit.Warnings, warning => warning.Contains("extrapolation", StringComparison.Ordinal));
        Assert.Contains(audit.Warnings, warning => warning.Contains("100 times", StringComparison.Ordinal));
    }

    [Fact]
    public void By_the_brief_s_own_line_its_parameters_were_3_6_to_8_3_times_too_many()
    {
        var fit = new CurvesFit
        {
            Status = FitStatus.Converged,
            Convention = "course",
            Parameters = new LogLine(0.3071, 1.1593),
            Optima = [.. Targets.Select(target => new Optimum { Flops = target, Parameters = new LogLine(0.3071, 1.1593).At(target), Loss = 1, Window = new SizeRange(4862, 268_062), Status = FitStatus.Converged })],
        };
        var run = new LossCurve { Name = "brief", Parameters = 268_062, Points = [.. Targets.Select((target, i) => new CurvePoint(i + 1, target, 50_000, 1))] };

        double[] sizes = [.. Audit.Of(fit, run).At.Select(point => 1 / point.ParametersRatio!.Value)];

        Assert.Equal(8.3, sizes[0], 0.05);
        Assert.Equal(3.6, sizes[^1], 0.06);
    }

    [Theory]
    [InlineData(6, AuditStatus.TooLarge)]
    [InlineData(1 / 6.0, AuditStatus.TooSmall)]
    [InlineData(1, AuditStatus.Optimal)]
    public void A_planted_run_is_told_by_its_size_and_the_loss_that_its_split_costs(double share, AuditStatus status)
    {
        var law = PlantedPoints.Law;
        var spent = law.Beside(1e20, share);

        var audit = Audit.Of(Planted, Run(spent.Parameters, spent.Tokens, spent.Loss + 0.05));

        Assert.Equal(status, audit.Status);
        Assert.Equal(1, audit.ParametersRatio!.Value * share, 0.1);
        Assert.Equal(1, audit.ParametersRatio.Value * audit.TokensRatio!.Value, 1e-6);
        Assert.Equal(spent.Loss - law.Optimum(1e20).Loss, audit.LossOfSplit!.Value, 0.01);
        Assert.Equal(0.05, audit.LossAboveFrontier!.Value - audit.LossOfSplit.Value, 0.01);
        Assert.True(audit.Intervals["parametersRatio"].Low <= 1 / share && 1 / share <= audit.Intervals["parametersRatio"].High);
        Assert.Contains(audit.Advice, sentence => sentence.Contains("nats have other causes", StringComparison.Ordinal));
        Assert.Equal(status == AuditStatus.TooLarge, audit.Advice.Any(sentence => sentence.Contains("IS too many parameters", StringComparison.Ordinal)));
        Assert.Equal(status == AuditStatus.TooSmall, audit.Advice.Any(sentence => sentence.Contains("IS too few parameters", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_compute_wasted_is_what_the_optimum_would_not_have_needed()
    {
        var law = PlantedPoints.Law;
        var spent = law.Beside(1e20, 8);
        var audit = Audit.Of(Planted, Run(spent.Parameters, spent.Tokens, spent.Loss));

        double low = 1e15, high = 1e20;
        while (high / low > 1 + 1e-9)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = law.Optimum(middle).Loss > spent.Loss ? (middle, high) : (low, middle);
        }

        Assert.Equal(1, audit.ComputeWasted!.Value / (1e20 - low), 0.1);
        Assert.True(audit.Intervals["computeWasted"].Low <= 1e20 - low && 1e20 - low <= audit.Intervals["computeWasted"].High);
    }

    [Fact]
    public void A_run_better_than_any_compute_could_make_it_has_no_waste_but_a_reason()
    {
        var audit = Audit.Of(Planted, Run(1e8, 1e10, 1.2));

        Assert.Null(audit.ComputeWasted);
        Assert.Contains("below the floor", audit.Reasons["computeWasted"], StringComparison.Ordinal);
        Assert.True(audit.LossAboveFrontier < 0);
    }

    [Fact]
    public void A_fit_that_is_void_judges_nothing()
    {
        var spent = PlantedPoints.Law.Beside(1e20, 8);
        var run = Run(spent.Parameters, spent.Tokens, spent.Loss);
        var none = ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 2, 2));

        Assert.Equal(AuditStatus.CannotTell, Audit.Of(Planted with { Status = FitStatus.BoundHit }, run).Status);
        Assert.Equal(AuditStatus.CannotTell, Audit.Of(none, run).Status);
        Assert.StartsWith("The fit cannot tell", Audit.Of(none, run).Advice[0], StringComparison.Ordinal);
        Assert.Contains("has no intervals", Audit.Of(Planted with { Resampled = null }, run).Advice[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_went_on_after_its_best_is_told_where_that_was()
    {
        var run = new LossCurve { Name = "r", Parameters = 1e8, Points = [new CurvePoint(1, 3e18, 5e9, 3), new CurvePoint(2, 6e18, 1e10, 3.4)] };

        Assert.Contains(Audit.Of(Planted, run).Warnings, warning => warning.StartsWith("Its loss was lowest, 3, at 50 % of its FLOPs", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => Audit.Of(Planted, run with { Points = [] }));
    }

    private static LossCurve Run(double parameters, double tokens, double loss) =>
        new() { Name = "run", Parameters = parameters, Points = [new CurvePoint(1, 6 * parameters * tokens, tokens, loss)] };
}
