using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>What a fit does not explain.</summary>
internal static class ResidualPicture
{
    private const string Caption = "Marks: measured loss over fitted loss, less 1. What a fit misses by chance scatters about 0; a bend or a slope is what it cannot describe.";

    public static IReadOnlyList<NamedChart> Of(ScalingEvidence evidence)
    {
        if (evidence.Fit is ParametricFit { Law: { } law } parametric)
        {
            var used = evidence.Used().ToList();
            return used.Count == 0 ? [] :
            [
                new NamedChart("residuals-by-parameters", OfLaw("What the law misses, by size", AllocationPicture.Sizes("Parameters", parametric), used, law, point => point.Parameters)),
                new NamedChart("residuals-by-tokens", OfLaw("What the law misses, by tokens", new Axis("Tokens") { Scale = Scale.Logarithmic }, used, law, point => point.Tokens)),
            ];
        }

        var profiles = ProfilePicture.Profiles(evidence).Where(profile => profile.Curve(2).Length > 0).ToList();
        var charts = new List<NamedChart>();
        if (profiles.Count > 0)
        {
            bool overTokens = evidence.Fit is IsoFlopFit { Variable: ProfileVariable.Tokens };
            charts.Add(new NamedChart("residuals-by-size", Zero(new Chart
            {
                Title = "What the parabolas miss",
                Subtitle = $"Half of the losses are within {Numbers.Significant(100 * Median(profiles.SelectMany(Misses).Select(point => Math.Abs(point.Y) / 100)), 2)} % of their parabola.",
                Caption = Caption,
                X = overTokens ? new Axis("Tokens") { Scale = Scale.Logarithmic } : AllocationPicture.Sizes("Parameters", evidence.Fit),
                Y = Percent,
                Series = [.. profiles.Select((profile, look) => new Series { Name = $"{Numbers.Significant(profile.Optimum.Flops)} FLOPs", Points = [.. Misses(profile)], Mark = Mark.Points, Look = look })],
            })));
        }

        if (evidence.Fit is CurvesFit fit && OfSmoothing(evidence, fit) is { } smoothing)
        {
            charts.Add(new NamedChart("residuals-by-flops", smoothing));
        }

        return charts;
    }

    /// <summary>0 where there are none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static Axis Percent => new("Measured over fitted loss, less 1", "%");

    private static IEnumerable<ChartPoint> Misses(DrawnProfile profile) =>
        profile.Points.Where(point => point.Used).Select(point => new ChartPoint(point.X, 100 * ((point.Loss / profile.At(point.X)!.Value) - 1)));

    private static Chart OfLaw(string title, Axis x, List<ScalingPoint> used, ParametricLaw law, Func<ScalingPoint, double> along) => Zero(new Chart
    {
        Title = title,
        Caption = Caption,
        X = x,
        Y = Percent,
        Series = [new Series { Name = "runs", Points = [.. used.Select(point => new ChartPoint(along(point), 100 * ((point.Loss / law.Loss(point.Parameters, point.Tokens)) - 1)))], Mark = Mark.PalePoints, Look = SeriesLooks.Answer, InLegend = false }],
    });

    private static Chart? OfSmoothing(ScalingEvidence evidence, CurvesFit fit)
    {
        var series = new List<Series>();
        foreach (var (look, curve) in evidence.Curves.Where(curve => curve.Parameters > 0).OrderBy(curve => curve.Parameters).Index())
        {
            if (fit.Smoother.Smooth(curve) is { } smooth)
            {
                series.Add(new Series
                {
                    Name = curve.Name,
                    Points = [.. curve.Points.Select(point => (point, At: smooth.At(point.Flops))).Where(pair => pair.At is { Loss: > 0 } && pair.point.Loss > 0).Select(pair => new ChartPoint(pair.point.Flops, 100 * ((pair.point.Loss / pair.At!.Value.Loss) - 1)))],
                    Mark = Mark.PalePoints,
                    Look = look,
                    InLegend = evidence.Curves.Count <= 14,
                });
            }
        }

        return series.Count == 0 ? null : Zero(new Chart
        {
            Title = "What the smooth curves miss",
            Caption = $"Marks: an evaluation over {LossPicture.Named(fit.Smoother)}, less 1. Where marks of one training lie on one side, the curve swings away from it, and its losses at the targets nearby are wrong by as much.",
            X = LossPicture.Compute(fit),
            Y = Percent,
            Series = series,
            References = [.. fit.Optima.Select(optimum => new ReferenceLine.Vertical(optimum.Flops, ""))],
        });
    }

    private static Chart Zero(Chart chart) => chart with { References = [.. chart.References, new ReferenceLine.Horizontal(0, "")] };
}
