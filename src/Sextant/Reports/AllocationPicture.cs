using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>The best size and the tokens it wants, against compute: lines, bands and what they were drawn through.</summary>
internal static class AllocationPicture
{
    /// <summary>A band may leave the values it is about by this factor; then it is cut, or it would press the rest into a line.</summary>
    private const double Room = 10;

    public static IReadOnlyList<NamedChart> Of(ScalingEvidence evidence, AllocationView view)
    {
        var fit = evidence.Fit;
        var optima = (fit as AllocationFit)?.Optima.Where(optimum => optimum.Status is FitStatus.Converged or FitStatus.NotIdentified).ToList() ?? [];
        var charts = new List<NamedChart>();
        if (view.Parameters is { } parameters)
        {
            var sizes = optima.Where(optimum => optimum.Parameters > 0).Select(optimum => new ChartPoint(optimum.Flops, optimum.Parameters!.Value, optimum.ParametersInterval?.Low ?? 0, optimum.ParametersInterval is null ? null : optimum.ParametersInterval.High ?? double.MaxValue));
            charts.Add(new NamedChart("optimal-parameters", Lines(
                "The best size for the compute",
                Growth("A model", view.Exponent, view.ExponentInterval),
                Sizes("Parameters of the best model", fit),
                parameters,
                view.ParametersInterval,
                [.. sizes],
                evidence.Marked is { } marked ? (marked.Name, new ChartPoint(marked.Flops, marked.Parameters)) : null,
                evidence,
                view)));
        }

        if (view.Tokens is { } tokens)
        {
            charts.Add(new NamedChart("optimal-tokens", Lines(
                "The tokens that the best size is trained on",
                Growth("Data", view.TokensExponent, view.TokensExponentInterval),
                new Axis("Tokens the best model is trained on") { Scale = Scale.Logarithmic },
                tokens,
                view.TokensInterval,
                [.. optima.Where(optimum => optimum.Tokens > 0).Select(optimum => new ChartPoint(optimum.Flops, optimum.Tokens!.Value))],
                evidence.Marked is { Tokens: double seen } run ? (run.Name, new ChartPoint(run.Flops, seen)) : null,
                evidence,
                view)));
        }

        return charts;
    }

    /// <summary>An axis of parameters, by the fit's convention.</summary>
    public static Axis Sizes(string label, Fit fit) => new(label, fit.Convention is null ? null : $"{fit.Convention} count") { Scale = Scale.Logarithmic };

    private static string? Growth(string what, double? exponent, Interval? interval) => exponent is not double a ? null
        : $"{what} {Numbers.Significant(Math.Pow(10, a))} times larger for ten times the compute: C to the power {Numbers.Significant(a)}" + (interval is null ? "." : $" ({ScalingWords.Range(interval)}).");

    private static Chart Lines(
        string title, string? subtitle, Axis y, Func<double, double> line, Func<double, Interval?> interval, IReadOnlyList<ChartPoint> optima, (string Name, ChartPoint Point)? marked, ScalingEvidence evidence, AllocationView view)
    {
        double[] centre = [line(view.First), line(view.Last), line(view.End), .. optima.Select(point => point.Y), .. marked is { } one ? [one.Point.Y] : Array.Empty<double>()];
        double low = centre.Min() / Room, high = centre.Max() * Room;
        bool cut = false;
        ChartPoint Within(ChartPoint point)
        {
            cut |= point.Low < low || point.High > high;
            return point with { Low = point.Low is double l ? Math.Clamp(l, low, point.Y) : null, High = point.High is double h ? Math.Clamp(h, point.Y, high) : null };
        }

        ChartPoint At(double flops) => interval(flops) is { } range
            ? Within(new ChartPoint(flops, line(flops), range.Low ?? 0, range.High ?? double.MaxValue))
            : new ChartPoint(flops, line(flops));
        string computed = evidence.Fit is ParametricFit ? "line by the law" : "line through the optima";
        var series = new List<Series>
        {
            new() { Name = computed, Points = [.. LossPicture.Between(view.First, view.Last, 30).Select(At)], Mark = Mark.Line, Spread = Spread.Band, Look = SeriesLooks.Answer },
            new() { Name = "beyond the data", Points = [.. LossPicture.Between(view.Last, view.End, 30).Select(At)], Mark = Mark.Line, Spread = Spread.Band, Look = SeriesLooks.AnswerBeyond },
        };
        if (optima.Count > 0)
        {
            series.Add(new Series { Name = "optimum at one compute", Points = [.. optima.Select(Within)], Mark = Mark.Points, Look = SeriesLooks.Answer });
        }

        if (marked is { } run)
        {
            series.Add(new Series { Name = run.Name, Points = [run.Point], Mark = Mark.Points, Look = SeriesLooks.Marked });
        }

        string percent = $"{Numbers.Short(100 * view.Level)} %";
        return new Chart
        {
            Title = title,
            Subtitle = subtitle,
            Caption = $"Line: {(evidence.Fit is ParametricFit ? "the optimum of the law" : "a straight line through the optima, both axes in logarithms")}; dashed where it goes beyond the data. Band: its {percent} interval."
                + (optima.Any(point => point.High is not null) ? $" Bars: the {percent} interval of one compute's optimum." : "")
                + (cut ? $" Bands and bars are cut off a factor of {Numbers.Short(Room)} away from everything else: they reach further." : ""),
            X = evidence.Fit is ParametricFit ? new Axis("Training compute", "FLOPs, 6ND") { Scale = Scale.Logarithmic } : LossPicture.Compute(evidence.Fit),
            Y = y,
            Series = series,
        };
    }
}
