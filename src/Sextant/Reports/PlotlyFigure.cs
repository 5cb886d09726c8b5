using Plotly.NET;

namespace Sextant.Reports;

/// <summary>A picture as a figure for plotly.js: JSON with data and layout. The page gives it its colours, light or dark.</summary>
internal static class PlotlyFigure
{
    public static string Json(Picture picture)
    {
        var (traces, layout) = picture switch
        {
            Chart chart => Of(chart),
            HeatMap map => PlotlyHeatMap.Of(map),
            _ => throw new ArgumentException($"There is no way to draw a {picture.GetType().Name}.", nameof(picture)),
        };
        var figure = GenericChart.setLayout(layout, GenericChart.ofTraceObjects(false, traces));
        // Only inside strings can "<" stand; spelt so it cannot end the script that holds it.
        return GenericChart.toFigureJson(figure).Replace("<", "\\u003c", StringComparison.Ordinal);
    }

    /// <summary>The height a figure is drawn at, in CSS pixels.</summary>
    public static int Height(Picture picture) => picture switch
    {
        HeatMap map => PlotlyHeatMap.Size(map).Height,
        Chart chart => 440 + 12 * Math.Max(0, chart.Series.Count(series => series.InLegend) - 6),
        _ => 440,
    };

    /// <summary>The width a figure is drawn at, in CSS pixels; null as wide as the page.</summary>
    public static int? Width(Picture picture) => picture is HeatMap map ? PlotlyHeatMap.Size(map).Width : null;

    /// <summary>plotly.js reads a little HTML in texts; names are to be shown as they are.</summary>
    public static string Plain(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    public static Dictionary<string, object> Values(params (string Key, object Value)[] pairs) => pairs.ToDictionary(pair => pair.Key, pair => pair.Value);

    private static (List<Trace> Traces, Layout Layout) Of(Chart chart)
    {
        var x = AxisView.Of(chart.X, ChartRange.X(chart));
        var y = AxisView.Of(chart.Y, ChartRange.Y(chart));
        var layout = new Layout();
        layout.SetProperty("xaxis", AxisOf(chart.X, x));
        layout.SetProperty("yaxis", AxisOf(chart.Y, y));
        layout.SetProperty("showlegend", chart.Series.Count(series => series.InLegend) > 1);
        layout.SetProperty("legend", Values(("orientation", "h"), ("x", 0), ("y", 1.02), ("yanchor", "bottom"), ("traceorder", "normal")));
        layout.SetProperty("margin", Values(("l", 64), ("r", 16), ("t", 16), ("b", 52)));
        layout.SetProperty("hovermode", "closest");
        layout.SetProperty("shapes", chart.References.Select(ShapeOf).ToList());
        layout.SetProperty("annotations", chart.References.Select((reference, row) => AnnotationOf(reference, row, x, y)).ToList());
        return ([.. ChartRange.Looks(chart).SelectMany(item => TracesOf(item.Series, item.Look, x, y))], layout);
    }

    private static Dictionary<string, object> AxisOf(Axis axis, AxisView view) => Values(
        ("title", Values(("text", Plain(axis.Title)))),
        ("type", view.Scale == Scale.Logarithmic ? "log" : "linear"),
        ("range", new[] { view.Lowest, view.Highest }),
        ("tickvals", view.Ticks.Select(tick => tick.Value).ToList()),
        ("ticktext", view.Ticks.Select(tick => Plain(tick.Label)).ToList()),
        ("ticks", "outside"),
        ("showline", true),
        ("zeroline", false),
        ("automargin", true));

    private static IEnumerable<Trace> TracesOf(Series series, Look look, AxisView x, AxisView y)
    {
        var points = series.Points.Where(point => x.Shows(point.X) && y.Shows(point.Y)).ToList();
        var spread = points.Where(point => point is { Low: { } low, High: { } high } && y.Shows(low) && y.Shows(high)).ToList();
        if (series.Spread == Spread.Band && spread.Count > 0)
        {
            yield return Edge(spread, point => point.Low!.Value, look, fill: false);
            yield return Edge(spread, point => point.High!.Value, look, fill: true);
        }

        bool pale = series.Mark == Mark.PalePoints;
        var trace = Scatter(points, point => point.Y);
        trace.SetProperty("name", Plain(series.Name));
        trace.SetProperty("mode", series.Mark switch { Mark.Line => "lines", Mark.LineAndPoints => "lines+markers", _ => "markers" });
        trace.SetProperty("line", Values(("color", look.Color), ("dash", DashOf(look.Dash)), ("width", 2.2)));
        trace.SetProperty("marker", Values(("color", look.Color), ("symbol", Symbol(look.Shape)), ("size", pale ? 6 : 9), ("opacity", pale ? 0.45 : 1)));
        trace.SetProperty("showlegend", series.InLegend);
        trace.SetProperty("hovertemplate", "%{x:.5~g}, %{y:.4~g}<extra>%{fullData.name}</extra>");
        if (series.Spread == Spread.Bars && spread.Count > 0)
        {
            trace.SetProperty("error_y", Values(
                ("type", "data"),
                ("symmetric", false),
                ("array", points.Select(point => (point.High ?? point.Y) - point.Y).ToList()),
                ("arrayminus", points.Select(point => point.Y - (point.Low ?? point.Y)).ToList()),
                ("color", look.Color)));
        }

        if (points.Any(point => point.XLow is not null))
        {
            trace.SetProperty("error_x", Values(
                ("type", "data"),
                ("symmetric", false),
                ("array", points.Select(point => (point.XHigh ?? point.X) - point.X).ToList()),
                ("arrayminus", points.Select(point => point.X - (point.XLow ?? point.X)).ToList()),
                ("color", look.Color)));
        }

        yield return trace;
    }

    private static Trace Edge(List<ChartPoint> points, Func<ChartPoint, double> value, Look look, bool fill)
    {
        var trace = Scatter(points, value);
        trace.SetProperty("mode", "lines");
        trace.SetProperty("line", Values(("width", 0), ("color", look.Color)));
        trace.SetProperty("showlegend", false);
        trace.SetProperty("hoverinfo", "skip");
        if (fill)
        {
            trace.SetProperty("fill", "tonexty");
            trace.SetProperty("fillcolor", look.Color + "30");
        }

        return trace;
    }

    private static Trace Scatter(List<ChartPoint> points, Func<ChartPoint, double> value)
    {
        var trace = new Trace("scatter");
        trace.SetProperty("x", points.Select(point => point.X).ToList());
        trace.SetProperty("y", points.Select(value).ToList());
        return trace;
    }

    private static Dictionary<string, object> ShapeOf(ReferenceLine reference)
    {
        var (across, along) = reference is ReferenceLine.Vertical ? ("x", "y") : ("y", "x");
        return Values(
            ("type", "line"),
            (across + "0", reference.At),
            (across + "1", reference.At),
            (along + "0", 0),
            (along + "1", 1),
            (along + "ref", "paper"),
            ("line", Values(("width", 1.3), ("dash", "dash"))));
    }

    private static Dictionary<string, object> AnnotationOf(ReferenceLine reference, int row, AxisView x, AxisView y)
    {
        bool vertical = reference is ReferenceLine.Vertical;
        var view = vertical ? x : y;
        // Unlike shapes and traces, annotations stand at logarithms on a logarithmic axis.
        double at = view.Shows(reference.At) ? view.Position(reference.At) : 0;
        bool right = at > (view.Lowest + view.Highest) / 2;
        return Values(
            ("text", Plain(reference.Text)),
            ("showarrow", false),
            ("x", vertical ? at : 1),
            ("y", vertical ? 1 : at),
            (vertical ? "yref" : "xref", "paper"),
            ("xanchor", !vertical || right ? "right" : "left"),
            ("yanchor", vertical ? "top" : "bottom"),
            ("xshift", !vertical ? 0 : right ? -4 : 4),
            ("yshift", vertical ? -20 * row : 0));
    }

    private static string DashOf(Dash dash) => dash switch
    {
        Dash.Solid => "solid",
        Dash.Dashed => "8px,4px",
        Dash.Dotted => "2px,4px",
        Dash.DashDot => "9px,4px,2px,4px",
        _ => "16px,5px",
    };

    private static string Symbol(MarkShape shape) => shape switch
    {
        MarkShape.Circle => "circle",
        MarkShape.Square => "square",
        MarkShape.Triangle => "triangle-up",
        MarkShape.Diamond => "diamond",
        MarkShape.Cross => "x",
        _ => "triangle-down",
    };
}
