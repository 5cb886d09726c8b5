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
    private const int NarrowestRowLabels = 64;
    private const int PanelFrame = 76;
    private const float LabelSize = 13.5f; // the page's
    private const float Wider = 1.18f; // than the font that measures: a page is written in whatever its machine has, and DejaVu is among the widest
    private const double Slant = 0.7071; // of a length at 45 degrees
    private const int BarArea = 96;

    public static (int Width, int Height) Size(HeatMap map) => (
        BarArea + map.Panels.Max(row => row.Count) * (RowLabels(map) + PanelWidth(map)),
        map.Panels.Sum(row => RowHeight(map, row)));

    public static (List<Trace> Traces, Layout Layout) Of(HeatMap map)
    {
        var (width, height) = Size(map);
        int inner = width - BarArea;
        int cell = Cell(map), rowLabels = RowLabels(map);
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
                int left = column * (rowLabels + PanelWidth(map)) + rowLabels;
                var (x0, x1) = ((double)left / inner, (left + panel.Columns.Count * (double)cell) / inner);
                var (y1, y0) = (1 - (top + 28) / height, 1 - (top + 28 + panel.Rows.Count * (double)cell) / height);
                layout.SetProperty("xaxis" + name, AxisOf(map.ColumnsLabel, panel.Columns, [x0, x1], "y" + name, [-0.5, panel.Columns.Count - 0.5], IsSlanted(map)));
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
        map.Panels.SelectMany(row => row).Max(panel => Math.Max(panel.Columns.Count * Cell(map), 20 + (int)(Wider * TextPen.Measure(panel.Title, 15, bold: true))));

    private static int RowHeight(HeatMap map, IReadOnlyList<HeatPanel> row) => PanelFrame + row.Max(panel => panel.Rows.Count) * Cell(map) + (IsSlanted(map) ? (int)(Slant * Widest(map, panel => panel.Columns)) : 0);

    /// <summary>The side of a cell: smaller where that lets the widest row of panels fit the page.</summary>
    private static int Cell(HeatMap map)
    {
        int panels = map.Panels.Max(row => row.Count);
        int columns = map.Panels.SelectMany(row => row).Max(panel => panel.Columns.Count);
        int fitting = (PageWidth - BarArea - panels * RowLabels(map)) / (panels * columns);
        float texts = Widest(map, panel => panel.Texts?.Cast<string>() ?? []);
        return texts > 0 ? Math.Max(Math.Clamp(fitting, 30, 60), (int)texts + 12) : Math.Clamp(fitting, SmallestCell, LargestCell);
    }

    private static int RowLabels(HeatMap map) => Math.Max(NarrowestRowLabels, 48 + (int)Math.Max(Widest(map, panel => panel.Rows), IsSlanted(map) ? Slant * Widest(map, panel => panel.Columns) - 30 : 0));

    /// <summary>Whether names of columns stand at 45 degrees: where one of them is wider than the smallest cell that it may have.</summary>
    private static bool IsSlanted(HeatMap map) => Widest(map, panel => panel.Columns) > (map.Panels.SelectMany(row => row).Any(panel => panel.Texts is not null) ? 30 : LargestCell);

    private static float Widest(HeatMap map, Func<HeatPanel, IEnumerable<string>> labels) =>
        map.Panels.SelectMany(row => row).SelectMany(labels).Select(label => Wider * TextPen.Measure(label, LabelSize)).DefaultIfEmpty(0).Max();

    private static Dictionary<string, object> AxisOf(string label, IReadOnlyList<string> names, double[] domain, string anchor, double[] range, bool isSlanted = false) => Values(
        ("title", Values(("text", Plain(label)), ("standoff", 4))),
        ("domain", domain),
        ("anchor", anchor),
        ("range", range),
        ("tickvals", Enumerable.Range(0, names.Count).ToList()),
        ("ticktext", names.Select(Plain).ToList()),
        ("tickangle", isSlanted ? -45 : 0),
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
        trace.SetProperty("hovertext", Each((row, column) => Plain($"{map.RowsLabel} “{panel.Rows[row]}”, {map.ColumnsLabel} “{panel.Columns[column]}”")));
        trace.SetProperty("hovertemplate", "%{hovertext}: %{z:.3f}<extra></extra>");
        if (panel.Texts is { } texts)
        {
            trace.SetProperty("text", Each((row, column) => Plain(texts[row, column])));
            trace.SetProperty("texttemplate", "%{text}"); // light or dark as its cell is, which is plotly's own choice
            trace.SetProperty("textfont", Values(("size", LabelSize)));
        }

        trace.SetProperty("coloraxis", "coloraxis");
        trace.SetProperty("xgap", 1);
        trace.SetProperty("ygap", 1);
        return trace;

        List<List<string>> Each(Func<int, int, string> text) => [.. rows.Select(row => columns.Select(column => text(row, column)).ToList())];
    }
}
