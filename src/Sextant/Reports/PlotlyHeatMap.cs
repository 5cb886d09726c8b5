using System.Globalization;
using Plotly.NET;
using static Sextant.Reports.PlotlyFigure;

namespace Sextant.Reports;

/// <summary>A <see cref="HeatMap"/> for plotly.js: a pair of axes for each panel.</summary>
internal static class PlotlyHeatMap
{
    private const int LargestCell = 24;
    private const int SmallestCell = 14;
    private const int PageWidth = 1000; // what the page's column holds; wider pictures scroll
    private const int RowLabels = 64;
    private const int PanelFrame = 76;
    private const int BarArea = 96;

    public static (int Width, int Height) Size(HeatMap map) => (
        BarArea + map.Panels.Max(row => row.Count) * (RowLabels + PanelWidth(map)),
        map.Panels.Sum(row => RowHeight(map, row)));

    public static (List<Trace> Traces, Layout Layout) Of(HeatMap map)
    {
        var (width, height) = Size(map);
        int inner = width - BarArea;
        int cell = Cell(map);
        var layout = new Layout();
        var traces = new List<Trace>();
        var titles = new List<Dictionary<string, object>>();
        var (number, top) = (0, 0.0);
        foreach (var row in map.Panels)
        {
            for (int column = 0; column < row.Count; column++)
            {
                var panel = row[column];
                string name = ++number == 1 ? "" : number.ToString(CultureInfo.InvariantCulture);
                int left = column * (RowLabels + PanelWidth(map)) + RowLabels;
                var (x0, x1) = ((double)left / inner, (left + panel.Columns.Count * (double)cell) / inner);
                var (y1, y0) = (1 - (top + 28) / height, 1 - (top + 28 + panel.Rows.Count * (double)cell) / height);
                layout.SetProperty("xaxis" + name, AxisOf(map.ColumnsLabel, panel.Columns, [x0, x1], "y" + name, [-0.5, panel.Columns.Count - 0.5]));
                layout.SetProperty("yaxis" + name, AxisOf(map.RowsLabel, panel.Rows, [y0, y1], "x" + name, [panel.Rows.Count - 0.5, -0.5]));
                titles.Add(Values(("text", $"<b>{Plain(panel.Title)}</b>"), ("showarrow", false), ("xref", "paper"), ("yref", "paper"), ("x", x0), ("y", y1), ("xanchor", "left"), ("yanchor", "bottom")));
                traces.Add(TraceOf(map, panel, name));
            }

            top += RowHeight(map, row);
        }

        layout.SetProperty("annotations", titles);
        layout.SetProperty("margin", Values(("l", 0), ("r", BarArea), ("t", 0), ("b", 0)));
        layout.SetProperty("coloraxis", Values(
            ("colorscale", "Viridis"),
            ("cmin", map.Lowest),
            ("cmax", map.Highest),
            ("colorbar", Values(("title", Values(("text", Plain(map.ValueLabel)))), ("thickness", 14), ("len", Math.Min(200, height - 16)), ("lenmode", "pixels"), ("y", 1), ("yanchor", "top"), ("x", 1), ("xanchor", "left"), ("outlinewidth", 0)))));
        return (traces, layout);
    }

    // As wide as its cells or its title, whichever is wider.
    private static int PanelWidth(HeatMap map) =>
        map.Panels.SelectMany(row => row).Max(panel => Math.Max(panel.Columns.Count * Cell(map), 20 + (int)TextPen.Measure(panel.Title, 15, bold: true)));

    private static int RowHeight(HeatMap map, IReadOnlyList<HeatPanel> row) => PanelFrame + row.Max(panel => panel.Rows.Count) * Cell(map);

    /// <summary>The side of a cell: smaller where that lets the widest row of panels fit the page.</summary>
    private static int Cell(HeatMap map)
    {
        int panels = map.Panels.Max(row => row.Count);
        int columns = map.Panels.SelectMany(row => row).Max(panel => panel.Columns.Count);
        return Math.Clamp((PageWidth - BarArea - panels * RowLabels) / (panels * columns), SmallestCell, LargestCell);
    }

    private static Dictionary<string, object> AxisOf(string label, IReadOnlyList<string> names, double[] domain, string anchor, double[] range) => Values(
        ("title", Values(("text", Plain(label)), ("standoff", 4))),
        ("domain", domain),
        ("anchor", anchor),
        ("range", range),
        ("tickvals", Enumerable.Range(0, names.Count).ToList()),
        ("ticktext", names.Select(Plain).ToList()),
        ("tickangle", 0),
        ("showgrid", false),
        ("zeroline", false));

    private static Trace TraceOf(HeatMap map, HeatPanel panel, string name)
    {
        var rows = Enumerable.Range(0, panel.Rows.Count).ToList();
        var columns = Enumerable.Range(0, panel.Columns.Count).ToList();
        var trace = new Trace("heatmap");
        trace.SetProperty("xaxis", "x" + name);
        trace.SetProperty("yaxis", "y" + name);
        trace.SetProperty("x", columns);
        trace.SetProperty("y", rows);
        // plotly.js takes null for a gap and knows no NaN.
        trace.SetProperty("z", rows.Select(row => columns.Select(column => float.IsFinite(panel.Values[row, column]) ? panel.Values[row, column] : (float?)null).ToList()).ToList());
        trace.SetProperty("text", rows.Select(row => columns.Select(column => Plain($"{map.RowsLabel} “{panel.Rows[row]}”, {map.ColumnsLabel} “{panel.Columns[column]}”")).ToList()).ToList());
        trace.SetProperty("hovertemplate", "%{text}: %{z:.3f}<extra></extra>");
        trace.SetProperty("coloraxis", "coloraxis");
        trace.SetProperty("xgap", 1);
        trace.SetProperty("ygap", 1);
        return trace;
    }
}
