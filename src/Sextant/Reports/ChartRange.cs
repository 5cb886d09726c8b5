namespace Sextant.Reports;

/// <summary>What both renderers must see alike: which values an axis has to hold, and how each series looks.</summary>
internal static class ChartRange
{
    public static IEnumerable<double> X(Chart chart) =>
        chart.Series.SelectMany(series => series.Points)
            .SelectMany(point => new[] { point.X, point.XLow ?? point.X, point.XHigh ?? point.X })
            .Concat(chart.References.OfType<ReferenceLine.Vertical>().Select(line => line.At))
            .Concat(chart.X.Ticks?.Select(tick => tick.Value) ?? []);

    public static IEnumerable<double> Y(Chart chart) =>
        chart.Series.SelectMany(series => series.Points)
            .SelectMany(point => new[] { point.Y, point.Low ?? point.Y, point.High ?? point.Y })
            .Concat(chart.References.OfType<ReferenceLine.Horizontal>().Select(line => line.At))
            .Concat(chart.Y.Ticks?.Select(tick => tick.Value) ?? []);

    public static IEnumerable<(Series Series, Look Look)> Looks(Chart chart) =>
        chart.Series.Select((series, place) => (series, Look.Of(series.Look ?? place)));
}
