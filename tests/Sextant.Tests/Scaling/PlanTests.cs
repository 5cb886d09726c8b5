using Sextant.Models;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class PlanTests
{
    private static readonly PlanRequest Chinchilla = new() { Flops = 5.76e23 };

    // facts/scaling.md, "Parametric law".
    [Theory]
    [InlineData("chinchilla-refit", 17.9, 0.05)]
    [InlineData("chinchilla", 92.65, 0.005)]
    public void A_published_law_s_plan_has_its_closed_form_and_no_intervals_of_ours(string name, double ratio, double within)
    {
        var published = PublishedLaw.All.Single(law => law.Name == name);

        var plan = Plan.Of(published, Chinchilla);

        Assert.Equal(ratio, plan.TokensPerParameter!.Value, within);
        Assert.Equal(published.Law.Optimum(5.76e23).Loss, plan.Loss);
        Assert.Equal(5.76e23, 6 * plan.Parameters!.Value * plan.Tokens!.Value, 1e18);
        Assert.Empty(plan.Intervals);
        Assert.Equal("none published", plan.Reasons["intervals"]);
        Assert.Contains("none published", plan.Conclusion[0], StringComparison.Ordinal);
        Assert.Null(plan.Fit);
        Assert.Null(plan.Status);
    }

    [Fact]
    public void Ten_times_the_compute_splits_by_each_law_s_exponent()
    {
        var plan = Plan.Of(PublishedLaw.Kaplan, Chinchilla);

        Assert.Equal(["kaplan", "chinchilla", "chinchilla-refit"], plan.Growth.Select(split => split.Source));
        Assert.Equal(Math.Pow(10, 0.73), plan.Growth[0].Parameters, 1e-12);
        Assert.Equal(Math.Pow(10, 0.27), plan.Growth[0].Tokens!.Value, 1e-12);
        Assert.Equal(Math.Pow(10, 0.24), plan.Growth[0].Batch!.Value, 1e-12);
        Assert.Equal(Math.Pow(10, 0.03), plan.Growth[0].Steps!.Value, 1e-12);
        Assert.Equal(Math.Pow(10, 0.28 / 0.62), plan.Growth[1].Parameters, 1e-12);
        Assert.All(plan.Growth, split => Assert.Equal(10, split.Parameters * split.Tokens!.Value, 1e-9));
        Assert.Equal(100, Plan.Of(PublishedLaw.Chinchilla, Chinchilla with { Grow = 100 }).Growth[0].Compute);
    }

    [Fact]
    public void A_planted_fit_s_intervals_hold_the_truth_and_80_lies_inside_95()
    {
        var law = PlantedPoints.Law;
        var fit = ParametricFit.To(PlantedPoints.Grid(law, 7, 6, noise: 0.003, seed: 11), new ParametricOptions { Resamples = 400, Convention = "kaplan" });

        var plan = Plan.Of(fit, new PlanRequest { Flops = 1e22, ServedTokens = 1e12 });

        var truth = law.Optimum(1e22);
        var serving = ServingPlan.Of(law, 1e22, 1e12);
        foreach (var (name, value) in new[]
        {
            ("parameters", truth.Parameters), ("tokens", truth.Tokens), ("tokensPerParameter", truth.TokensPerParameter), ("loss", truth.Loss),
            ("growth[0].parameters", Math.Pow(10, law.Exponent)), ("serving.parameters", serving.Parameters), ("serving.tokens", serving.Tokens),
        })
        {
            var (outer, inner) = (plan.Intervals[name], plan.Intervals80[name]);
            Assert.True(outer.Low <= value && value <= outer.High, $"{name}: {value} is not in {outer}");
            Assert.True(outer.Low <= inner.Low && inner.High <= outer.High, name);
            Assert.Equal((0.95, 0.8), (outer.Level, inner.Level));
        }

        Assert.Equal("this fit", plan.Growth[0].Source);
        Assert.Contains(plan.Warnings, warning => warning.Contains("1 decades above the fit's budgets", StringComparison.Ordinal));
        Assert.StartsWith("1e22 FLOPs: ", plan.Conclusion[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_half_and_twice_the_size_cost_is_the_law_s_own_difference_and_a_flat_valley_is_called_flat()
    {
        var law = PublishedLaw.ChinchillaRefit.Law;

        var plan = Plan.Of(PublishedLaw.ChinchillaRefit, new PlanRequest { Flops = 1e21 });

        Assert.Equal([0.5, 2], plan.Valley.Select(point => point.Share));
        Assert.All(plan.Valley, point => Assert.Equal(law.Beside(1e21, point.Share).Loss - law.Optimum(1e21).Loss, point.Cost, 1e-9));
        Assert.Contains(plan.Conclusion, sentence => sentence.StartsWith("The valley is flat: at equal FLOPs half the parameters cost ", StringComparison.Ordinal));
    }

    /// <summary>The cost of half and of twice the size is the curvature times .0906, here of a loss of 2 nats or of next to none.</summary>
    [Theory]
    [InlineData(2, 0.1, 0.01, "The valley is flat: ", "with 95 % at most 0.58 % of the loss.")]
    [InlineData(2, 0.1, 0.5, "Whether the valley is flat or the size matters here the fit cannot tell: ", "nats (95 %: -0.12 to 0.13) more.")]
    [InlineData(2, 2, 0.1, "The size matters here: ", "of the loss.")]
    [InlineData(2, 2, null, "Whether the valley is flat or the size matters here the fit cannot tell: ", "nats more.")]
    [InlineData(0.05, 2, 0.1, "The size matters here by this fit: ", "more than the whole loss that it expects there, 0.05 nats; do not rely on a loss so near 0.")]
    public void What_is_said_of_the_valley_heeds_its_interval(double loss, double curvature, double? error, string begins, string ends)
    {
        var line = new LogLine(0.5, 0);
        double[] budgets = [1e18, 1e20];
        var fit = new CurvesFit
        {
            Status = FitStatus.Converged,
            Convention = "6nd",
            Parameters = line,
            Optima = [.. budgets.Select(flops => new Optimum
            {
                Flops = flops, Parameters = line.At(flops), Loss = loss, Curvature = new ProfileCurvature(curvature, error, 4), Status = FitStatus.Converged,
            })],
        };

        var plan = Plan.Of(fit, new PlanRequest { Flops = 1e20 });

        Assert.Contains(plan.Conclusion, sentence => sentence.StartsWith(begins, StringComparison.Ordinal) && sentence.EndsWith(ends, StringComparison.Ordinal));
    }

    [Fact]
    public void A_fit_that_is_not_identified_gives_intervals_and_says_that_it_cannot_tell()
    {
        var fit = CurvesFit.Of(MeasuredTables.SixDecoders(), new CurvesOptions { Targets = [8e10, 16e10, 32e10, 64e10, 128e10], Convention = "course" });

        var plan = Plan.Of(fit, new PlanRequest { Flops = 1e15, Family = new ShapeFamily.CourseDecoder { Vocabulary = 30 } });

        Assert.Equal(FitStatus.NotIdentified, plan.Status);
        Assert.StartsWith("The fit cannot tell how to spend 1e15 FLOPs (notIdentified): with 95 % the best number of parameters is ", plan.Conclusion[0], StringComparison.Ordinal);
        Assert.EndsWith("is no answer.", plan.Conclusion[0], StringComparison.Ordinal);
        Assert.True(plan.Intervals["parameters"] is { Low: < 4.1e5, High: > 9.4e6 });
        Assert.True(plan.Intervals80["parameters"].Low > plan.Intervals["parameters"].Low);
        Assert.Null(plan.Loss);
        Assert.Contains("outside its optima", plan.Reasons["loss"], StringComparison.Ordinal);
        Assert.Contains(plan.Warnings, warning => warning.Contains("2.89 decades above the fit's budgets", StringComparison.Ordinal));
        Assert.Equal(1.94e6, plan.Parameters!.Value, 0.01e6);
        Assert.InRange(plan.Shape!.Parameters / plan.Parameters.Value, 0.9, 1.1);
        Assert.All(plan.Valley, point => Assert.Equal(128e10, point.Flops));
    }

    [Fact]
    public void A_fit_without_a_law_has_no_numbers_and_says_why()
    {
        var few = ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 2, 2));
        var line = PowerLawFit.Of([new PowerLawPoint(1, 1, 1), new PowerLawPoint(2, 10, 5), new PowerLawPoint(3, 100, 20)]);

        var plan = Plan.Of(few, new PlanRequest { Flops = 1e20 });

        Assert.Null(plan.Parameters);
        Assert.Equal(FitStatus.TooFewPoints, plan.Status);
        Assert.StartsWith("The fit cannot tell how to spend compute: its status is tooFewPoints", plan.Conclusion[0], StringComparison.Ordinal);
        Assert.Contains("one variable", Plan.Of(line, new PlanRequest { Flops = 1e20 }).Conclusion[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Between_its_budgets_an_isoflop_fit_knows_loss_and_steepness()
    {
        var law = PlantedStudies.Hoffmann;
        var fit = IsoFlopFit.Of(PlantedStudies.Budgets(law, 5, 9, 0.5, 0.001, 3), new IsoFlopOptions { Convention = "6nd" });

        var plan = Plan.Of(fit, new PlanRequest { Flops = 3e19 });

        Assert.Equal(law.Optimum(3e19).Loss, plan.Loss!.Value, 0.01);
        Assert.All(plan.Valley, point => Assert.Equal(law.Beside(point.Flops, point.Share).Loss - law.Optimum(point.Flops).Loss, point.Cost, 0.25 * point.Cost));
        Assert.True(plan.Intervals["valley[0].cost"] is { Low: > 0, High: double high } && high < 2 * plan.Valley[0].Cost);
        Assert.NotEmpty(plan.Next);
        Assert.All(plan.Next, next => Assert.Equal(9, next.Runs, 3.0));
    }

    [Fact]
    public void Kaplan_s_plan_warns_of_its_range_and_has_no_valley()
    {
        var plan = Plan.Of(PublishedLaw.Kaplan, new PlanRequest { Flops = 1e24 });

        Assert.Contains(plan.Warnings, warning => warning.Contains("outside the models of kaplan, 768 to 1.5e9", StringComparison.Ordinal));
        Assert.Empty(plan.Valley);
        Assert.Contains("not the minimum", plan.Reasons["valley"], StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_must_be_read_more_than_four_times_are_a_warning()
    {
        var request = new PlanRequest { Flops = 1e21, Batch = 5e5 };
        double tokens = Plan.Of(PublishedLaw.ChinchillaRefit, request).Tokens!.Value;

        var plan = Plan.Of(PublishedLaw.ChinchillaRefit, request with { UniqueTokens = tokens / 10 });

        Assert.Equal(10, plan.Epochs!.Value, 1e-9);
        Assert.Equal(Math.Ceiling(tokens / 5e5), plan.Steps);
        Assert.Contains(plan.Warnings, warning => warning.Contains("past about 4 epochs", StringComparison.Ordinal));
        Assert.DoesNotContain(Plan.Of(PublishedLaw.ChinchillaRefit, request with { UniqueTokens = tokens * 2 }).Warnings, warning => warning.Contains("epochs", StringComparison.Ordinal));
    }

    [Fact]
    public void A_law_of_repeated_tokens_puts_more_into_parameters_once_the_data_run_out()
    {
        var law = DataConstrainedLaw.Muennighoff;
        var fit = new DataConstrainedFit
        {
            Status = FitStatus.Converged,
            ObjectiveName = "huberLogLoss",
            E = law.Fresh.E,
            A = law.Fresh.A,
            B = law.Fresh.B,
            Alpha = law.Fresh.Alpha,
            Beta = law.Fresh.Beta,
            RepeatScale = law.RepeatScale,
        };
        double fresh = Plan.Of(fit, Chinchilla).Parameters!.Value, enough = Plan.Of(fit, Chinchilla with { UniqueTokens = 1e15 }).Parameters!.Value;

        var plan = Plan.Of(fit, Chinchilla with { UniqueTokens = 1e11 });

        Assert.Equal(fresh, enough, 1e-6 * fresh);
        Assert.True(plan.Parameters > 1.2 * fresh);
        double Loss(double share) => (law with { ExcessScale = null }).Loss(plan.Parameters.Value * share, plan.Tokens!.Value / share, 1e11);
        Assert.True(Loss(1) < Loss(0.98) && Loss(1) < Loss(1.02));
        Assert.True(plan.Epochs > 4);
        Assert.Contains(plan.Warnings, warning => warning.EndsWith("The fit's law of repeated tokens allows for that.", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Warnings, warning => warning.Contains("data-constrained form", StringComparison.Ordinal));
        Assert.StartsWith("runs are weighed by a law of fresh tokens", plan.Reasons["next"], StringComparison.Ordinal);
        var audit = Audit.Of(fit, new LossCurve { Name = "run", Parameters = 1e9, Points = [new CurvePoint(1, 6e20, 1e11, 3)] }, new AuditOptions { UniqueTokens = 1e10 });
        Assert.Contains(audit.Warnings, warning => warning.EndsWith("which the fit's law of repeated tokens allows for.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1e9)]
    [InlineData(1e12)]
    [InlineData(1e15)]
    public void The_plan_for_serving_fulfils_its_first_order_condition_and_saves_compute(double served)
    {
        var law = PlantedPoints.Law;
        var plan = ServingPlan.Of(law, 1e21, served);

        Assert.Equal(plan.Loss, law.Loss(plan.Parameters, plan.Tokens), 1e-9);
        double slope = -(plan.Tokens / plan.Parameters) * law.Alpha * law.A * Math.Pow(plan.Parameters, -law.Alpha) / (law.Beta * law.B * Math.Pow(plan.Tokens, -law.Beta));
        Assert.Equal(0, ((6 * plan.Tokens) + (6 * plan.Parameters * slope) + (2 * served)) / ((6 * plan.Tokens) + (2 * served)), 1e-6);
        Assert.True(plan.Parameters < law.Optimum(1e21).Parameters && plan.Tokens > law.Optimum(1e21).Tokens);
        Assert.InRange(plan.SavedShare, 0, 1);
        Assert.Equal(plan.SavedFlops, 1e21 + (2 * law.Optimum(1e21).Parameters * served) - plan.TrainingFlops - plan.ServingFlops, 1e-9 * 1e21);
    }

    [Fact]
    public void Without_use_the_plan_for_serving_is_the_plan_for_training()
    {
        var plan = ServingPlan.Of(PlantedPoints.Law, 1e21, 1);

        Assert.Equal(1, plan.Parameters / PlantedPoints.Law.Optimum(1e21).Parameters, 1e-4);
    }

    [Fact]
    public void The_run_to_do_next_is_one_that_narrows_the_interval()
    {
        var law = PlantedPoints.Law;
        var points = PlantedPoints.Grid(law, 5, 4, noise: 0.004, seed: 5);
        ParametricFit Fit(IEnumerable<ScalingPoint> some) => ParametricFit.To([.. some], new ParametricOptions { Resamples = 400 });
        var request = new PlanRequest { Flops = 1e22 };
        static double Width(Plan plan) => Math.Log(plan.Intervals["parameters"].High!.Value / plan.Intervals["parameters"].Low!.Value);
        var before = Plan.Of(Fit(points), request);

        Assert.Equal(before.Next.OrderByDescending(next => next.Narrows / next.TotalFlops), before.Next);
        var most = before.Next.MaxBy(next => next.Narrows)!;
        var random = new SeededRandom(9);
        var added = Enumerable.Range(0, 6).Select(i => points[0] with
        {
            Row = 100 + i,
            Parameters = most.Parameters,
            Tokens = most.Tokens!.Value,
            Flops = most.Flops,
            Loss = law.Loss(most.Parameters, most.Tokens.Value) * Math.Exp(0.004 * random.NextGaussian()),
        });
        Assert.InRange(most.Narrows, 0.01, 0.9);
        Assert.True(Width(Plan.Of(Fit(points.Concat(added)), request)) < Width(before));
    }

    [Fact]
    public void The_nearest_model_can_be_built_and_has_the_parameters_it_says()
    {
        foreach (double parameters in new[] { 1e5, 1e6, 3e7, 1e9, 7e10 })
        {
            var family = new ShapeFamily.ModernDecoder { Vocabulary = 100 };
            var shape = family.Nearest(parameters, Convention.Everything)!;
            var options = new ModelOptions.ModernDecoder { Hidden = shape.Hidden, Layers = shape.Layers, Heads = shape.Heads, FeedForward = shape.FeedForward };

            Assert.Empty(options.Problems());
            Assert.Equal(ModelShape.Of(options, 100).Parameters(Convention.Everything), shape.Parameters);
            Assert.InRange(shape.Parameters / parameters, 0.75, 1.33);
            Assert.InRange(shape.Hidden / (double)shape.Layers, 3, 130);
        }
    }

    [Fact]
    public void The_course_s_nearest_model_has_its_four_layers_and_its_count()
    {
        var shape = new ShapeFamily.CourseDecoder { Vocabulary = 30 }.Nearest(36.2e3, Convention.Course)!;

        Assert.Equal((48, 4, 1, 39_102), (shape.Hidden, shape.Layers, shape.Heads, shape.Parameters));
        Assert.Null(new ShapeFamily.ModernDecoder { Vocabulary = 30 }.Nearest(36.2e3, Convention.Course));
    }

    [Fact]
    public void A_request_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Plan.Of(PublishedLaw.Kaplan, new PlanRequest { Flops = -1 }));
        Assert.Throws<ArgumentException>(() => Plan.Of(PublishedLaw.Kaplan, Chinchilla with { Grow = 1 }));
        Assert.Throws<ArgumentException>(() => ServingPlan.Of(PlantedPoints.Law, 1e20, double.NaN));
    }
}
