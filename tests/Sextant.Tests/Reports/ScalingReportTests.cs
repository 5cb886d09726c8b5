using Sextant.Experiments;
using Sextant.Reports;
using Sextant.Scaling;
using Sextant.Tests.Scaling;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class ScalingReportTests
{
    private static readonly ScalingEvidence Curves = OfCurves(PlantedStudies.SixTrainings(0.002, 3));

    private static readonly ScalingEvidence Budgets = OfBudgets(PlantedStudies.Budgets(PlantedStudies.Hoffmann, 5, 9, 0.5, 0.001, 4));

    private static readonly ScalingEvidence Law = OfLaw(PlantedPoints.Grid(PlantedPoints.Law, 7, 7, 0.003, 5));

    [Fact]
    public void The_lead_names_the_best_size_with_its_interval_and_what_ten_times_the_compute_wants()
    {
        var lead = ScalingReport.Of(Budgets).Page.Lead;

        Assert.Equal(FitStatus.Converged, Budgets.Fit.Status);
        Assert.StartsWith("At 1.00×10²¹ FLOPs, the most that was measured, the best model has ", lead[0], StringComparison.Ordinal);
        Assert.Contains("(95 %: ", lead[0], StringComparison.Ordinal);
        Assert.StartsWith("Ten times the compute wants a model ", lead[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_lead_says_first_that_the_data_do_not_determine_the_answer_and_how_wide_it_is()
    {
        var evidence = OfCurves(PlantedStudies.SixTrainings(0.2, 7));

        var lead = ScalingReport.Of(evidence).Page.Lead;

        Assert.Equal(FitStatus.NotIdentified, evidence.Fit.Status);
        Assert.StartsWith("These data do not determine", lead[0], StringComparison.Ordinal);
        Assert.Matches("reaches from .+ to .+|Nothing bounds the exponent", lead[0]);
        Assert.DoesNotContain(lead, line => line.StartsWith("At ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fit_without_an_answer_has_a_page_that_claims_none()
    {
        ScalingEvidence[] without =
        [
            OfCurves([]),
            OfCurves(PlantedStudies.SixTrainings(0.002, 3).Take(2).ToList()),
            OfCurves([.. PlantedStudies.SixTrainings(0.002, 3).Select(curve => curve with { Points = [.. curve.Points.Take(1)] })]), // no target lies on any of them
            OfBudgets(PlantedStudies.Budgets(PlantedStudies.Hoffmann, 2, 1, 0.5, 0, 4)),
            OfBudgets([.. PlantedStudies.Budgets(PlantedStudies.Hoffmann, 5, 9, 0.5, 0, 4).Where(point => point.Parameters < 0.8 * PlantedStudies.Hoffmann.Optimum(point.Flops).Parameters)]),
            OfLaw([.. PlantedPoints.Grid(PlantedPoints.Law, 2, 2)]),
        ];

        Assert.All(without, evidence =>
        {
            var page = ScalingReport.Of(evidence).Page;
            Assert.NotEqual(FitStatus.Converged, evidence.Fit.Status);
            Assert.DoesNotContain("NaN", PageFile.Html(page).Split("<script>")[0], StringComparison.Ordinal);
            Assert.DoesNotContain(page.Lead, line => line.StartsWith("At ", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Every_row_left_out_is_named_with_its_reason()
    {
        var fit = Budgets.Fit with { Excluded = [new ExcludedRow(0, "h16-s1: it diverged"), new ExcludedRow(3, "loss is empty"), new ExcludedRow(4, "loss is empty"), new ExcludedRow(5, "loss is empty"), new ExcludedRow(9, "loss is empty"), new ExcludedRow(7, "flops is 0, not above 0")] };

        var table = Assert.IsType<Block.Table>(Assert.Single(Section(ScalingReport.Of(Budgets with { Fit = fit }), "What was left out")));

        Assert.Equal([["a run", "1", "h16-s1: it diverged"], ["3 to 5, 9", "4", "loss is empty"], ["7", "1", "flops is 0, not above 0"]], table.Rows);
    }

    [Fact]
    public void Each_kind_of_fit_has_its_pictures_and_the_page_shows_every_one()
    {
        Assert.Equal(["loss-by-flops", "isoflop-profiles", "optimal-parameters", "optimal-tokens", "residuals-by-size", "residuals-by-flops"], Names(Curves));
        Assert.Equal(["loss-by-flops", "isoflop-profiles", "optimal-parameters", "optimal-tokens", "residuals-by-size"], Names(Budgets));
        Assert.Equal(["loss-by-flops", "loss-by-parameters", "predicted-by-measured", "optimal-parameters", "optimal-tokens", "residuals-by-parameters", "residuals-by-tokens"], Names(Law));

        static IEnumerable<string> Names(ScalingEvidence evidence)
        {
            var report = ScalingReport.Of(evidence);
            Assert.Equal(report.Charts.Select(named => named.Chart), report.Page.Sections.SelectMany(section => section.Blocks).OfType<Block.Figure>().Select(figure => figure.Picture));
            Assert.All(report.Charts, named => Assert.NotEmpty(PictureFile.Png(named.Chart)));
            return report.Charts.Select(named => named.Name);
        }
    }

    [Fact]
    public void Bands_contain_their_line_and_what_lies_beyond_the_data_has_another_look()
    {
        foreach (var evidence in new[] { Curves, Budgets, Law })
        {
            foreach (var chart in Charts(evidence).Where(named => named.Key.StartsWith("optimal-", StringComparison.Ordinal)).Select(named => named.Value))
            {
                var (within, beyond) = (chart.Series[0], chart.Series[1]);
                Assert.All(within.Points.Concat(beyond.Points), point => Assert.True(point.Low <= point.Y && point.Y <= point.High));
                Assert.Equal("beyond the data", beyond.Name);
                Assert.NotEqual(within.Look, beyond.Look);
                Assert.Equal(within.Points[^1].X, beyond.Points[0].X);
                Assert.Equal(10, beyond.Points[^1].X / within.Points[^1].X, 6);
            }
        }
    }

    [Fact]
    public void The_parabola_that_is_drawn_turns_where_the_fit_found_its_optimum()
    {
        foreach (var evidence in new[] { Curves, Budgets })
        {
            Assert.All(ProfilePicture.Profiles(evidence), profile =>
            {
                Assert.Equal(profile.Optimum.Used, profile.Points.Count(point => point.Used));
                double lowest = profile.Optimum.Parameters!.Value;
                Assert.Equal(profile.Optimum.Loss!.Value, profile.At(lowest)!.Value, 9);
                Assert.True(profile.At(lowest * 1.01) > profile.At(lowest) && profile.At(lowest / 1.01) > profile.At(lowest));
            });
        }
    }

    [Fact]
    public void A_marked_run_stands_among_the_lines_and_stretches_them_to_its_compute()
    {
        var marked = Budgets with { Marked = new MarkedRun("my run", 1e23, 2e9, 8e12) };

        foreach (string name in new[] { "optimal-parameters", "optimal-tokens" })
        {
            var chart = Charts(marked)[name];
            Assert.Equal(1e23, Assert.Single(chart.Series.Single(series => series.Name == "my run").Points).X);
            Assert.Equal(1e23, chart.Series[1].Points[^1].X);
        }
    }

    [Fact]
    public void An_audited_run_stands_at_its_loss_and_its_advice_is_on_the_page()
    {
        foreach (var evidence in new[] { Curves, Budgets, Law })
        {
            double parameters = evidence.Fit is CurvesFit ? 3e5 : 2e9, tokens = evidence.Fit is CurvesFit ? 4e7 : 8e12;
            var audit = Audit.Of(evidence.Fit, new LossCurve { Name = "my run", Parameters = parameters, Points = [new CurvePoint(1, 6 * parameters * tokens, tokens, 2.5)] });
            var report = ScalingReport.Of(evidence with { Marked = MarkedRun.Of(audit) });

            Assert.Equal(new ChartPoint(6 * parameters * tokens, 2.5), Assert.Single(report.Charts.Single(chart => chart.Name == "loss-by-flops").Chart.Series.Single(series => series.Name == "my run").Points));
            Assert.Equal(audit.Advice, Section(report, "my run, held against this fit").OfType<Block.Paragraph>().Select(paragraph => paragraph.Text));
        }
    }

    [Fact]
    public void The_grey_ground_is_below_everything_that_is_drawn_where_a_polynomial_swings_too()
    {
        var curves = PlantedStudies.SixTrainings(0.002, 3);
        var fit = CurvesFit.Of(curves, new CurvesOptions { Smoother = new CurveSmoother.Polynomial(9), Targets = [8e10, 16e10, 32e10, 64e10, 128e10], Convention = "course" });
        var chart = Charts(new ScalingEvidence { Name = "planted", Curves = curves, Fit = fit })["loss-by-flops"];

        double lowest = chart.Series.SelectMany(series => series.Points).Min(point => point.Y);
        Assert.True(lowest < curves.SelectMany(curve => curve.Points).Min(point => point.Loss)); // it does swing
        Assert.All(chart.Series[0].Points, point => Assert.True(point.Low < lowest));
    }

    [Fact]
    public void Warnings_come_before_the_pictures_and_none_twice()
    {
        var evidence = Curves with { Caveats = ["The learning rate moves.", .. Curves.Fit.Warnings.Take(1)] };

        var sections = ScalingReport.Of(evidence).Page.Sections;

        Assert.Equal("Before you believe it", sections[0].Heading);
        Assert.Equal(["The learning rate moves.", .. Curves.Fit.Warnings], sections[0].Blocks.Cast<Block.Caveat>().Select(caveat => caveat.Text));
    }

    [Fact]
    public void Every_convention_has_its_exponent_or_the_reason_why_not()
    {
        var evidence = Curves with
        {
            ByConvention =
            [
                new ConventionExponent { Convention = Convention.Course, Exponent = 0.4, Interval = new Interval(0.3, 0.5, 0.95), Status = FitStatus.Converged },
                new ConventionExponent { Convention = Convention.SixNd, Exponent = 0.6, Interval = new Interval(null, 0.9, 0.95), Status = FitStatus.NotIdentified, Reason = "nothing bounds it" },
                new ConventionExponent { Convention = Convention.Palm, Reason = "it is defined for decoder-only models" },
            ],
        };

        var blocks = Section(ScalingReport.Of(evidence), "How parameters and FLOPs were counted");

        Assert.Contains("from 0.400 (course) to 0.600 (6nd)", Assert.IsType<Block.Paragraph>(blocks[0]).Text, StringComparison.Ordinal);
        var table = Assert.IsType<Block.Table>(blocks[1]);
        Assert.Equal([["course", "0.400", "0.300 to 0.500", "converged", ""], ["6nd", "0.600", "0.900 or less", "notIdentified", "nothing bounds it"], ["palm", "–", "–", "–", "it is defined for decoder-only models"]], table.Rows);
    }

    [Fact]
    public void Another_kind_of_fit_has_no_report() =>
        Assert.Throws<ArgumentException>(() => ScalingReport.Of(Curves with { Fit = PowerLawFit.Of([new PowerLawPoint(1, 1, 1, 1), new PowerLawPoint(2, 2, 2, 1), new PowerLawPoint(3, 4, 4, 1)], new PowerLawOptions()) }));

    private static ScalingEvidence OfCurves(IReadOnlyList<LossCurve> curves) =>
        new() { Name = "planted", Curves = curves, Fit = CurvesFit.Of(curves, new CurvesOptions { Smoother = new CurveSmoother.Monotone(), Targets = curves.Count == 0 ? [] : [8e10, 16e10, 32e10, 64e10, 128e10], Convention = "course" }) };

    private static ScalingEvidence OfBudgets(IReadOnlyList<ScalingPoint> points) => new() { Name = "planted", Points = points, Fit = IsoFlopFit.Of(points) };

    private static ScalingEvidence OfLaw(IReadOnlyList<ScalingPoint> points) => new() { Name = "planted", Points = points, Fit = ParametricFit.To(points, new ParametricOptions { Resamples = 100 }) };

    private static Dictionary<string, Chart> Charts(ScalingEvidence evidence) => ScalingReport.Of(evidence).Charts.ToDictionary(named => named.Name, named => named.Chart);

    private static IReadOnlyList<Block> Section(ScalingReport report, string heading) => report.Page.Sections.Single(section => section.Heading == heading).Blocks;
}
