using System.Runtime;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Sextant.Reports;

/// <summary>A <see cref="Chart"/> drawn by ScottPlot. A logarithmic axis is a linear one of logarithms.</summary>
internal sealed class ChartDrawing(Chart chart) : IDrawing
{
    private const float Width = 912;
    private const float PlotHeight = 460;
    private const float FontSize = 14;

    /// <summary>Bytes that drawing a chart may take before a collection: several times what one was seen to.</summary>
    private const long RenderMemory = 32 << 20;

    private static readonly Color _ink = Color.FromHex("#33383F");
    private static readonly Color _grid = Color.FromHex("#E6E8EB");

    private readonly AxisView _x = AxisView.Of(chart.X, ChartRange.X(chart));
    private readonly AxisView _y = AxisView.Of(chart.Y, ChartRange.Y(chart));

    private readonly ChartLegend _legend = new(chart, Width);

    public SKSize Size => new(Width, PlotHeight + _legend.Height);

    public void Draw(SKCanvas canvas, float left, float top)
    {
        _legend.Draw(canvas, left, top);
        top += _legend.Height;
        using var plot = new Plot();
        plot.FigureBackground.Color = Colors.Transparent;
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        foreach (var (series, look) in ChartRange.Looks(chart))
        {
            Add(plot, series, look);
        }

        foreach (var (reference, row) in chart.References.Select((reference, row) => (reference, row)))
        {
            Add(plot, reference, row);
        }

        ChartFont.Use(plot);
        Axes(plot);
        plot.HideLegend();
        Undisturbed(() => plot.Render(canvas, new PixelRect(left, left + Width, top + PlotHeight, top)));
    }

    /// <summary>
    /// Draws without a garbage collection where the memory that is free allows it: ScottPlot leaves paths to the finaliser, which may free one while Skia still walks it. Without this
    /// a process crashed in SkPath::Iter, once in some ten thousand pictures.
    /// </summary>
    private static void Undisturbed(Action render)
    {
        bool isHeld = GCSettings.LatencyMode != GCLatencyMode.NoGCRegion && GC.TryStartNoGCRegion(RenderMemory, disallowFullBlockingGC: true);
        try
        {
            render();
        }
        finally
        {
            if (isHeld && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
    }

    private void Add(Plot plot, Series series, Look look)
    {
        var points = series.Points.Where(point => _x.Shows(point.X) && _y.Shows(point.Y)).ToList();
        var color = Color.FromHex(look.Color);
        double[] xs = points.Select(point => _x.Position(point.X)).ToArray();
        double[] ys = points.Select(point => _y.Position(point.Y)).ToArray();
        var spread = points.Select((point, i) => (X: xs[i], Y: ys[i], Low: Position(point.Low), High: Position(point.High)))
            .Where(point => point.Low <= point.High).ToList();
        if (spread.Count > 0 && series.Spread == Spread.Band)
        {
            var band = plot.Add.FillY(spread.Select(point => (point.X, point.Low, point.High)).ToList());
            band.FillColor = color.WithAlpha(0.18);
            band.LineWidth = 0;
        }
        else if (spread.Count > 0)
        {
            var bars = plot.Add.ErrorBar([.. spread.Select(p => p.X)], [.. spread.Select(p => p.Y)], [.. spread.Select(p => p.High - p.Y)]);
            bars.YErrorNegative = [.. spread.Select(p => p.Y - p.Low)];
            bars.LineColor = color;
            bars.LineWidth = 1.6f;
            bars.CapSize = 5;
        }

        foreach (var (i, point) in points.Index().Where(p => p.Item is { XLow: double low, XHigh: double high } && _x.Shows(low) && _x.Shows(high)))
        {
            var bar = plot.Add.ErrorBar([xs[i]], [ys[i]], [0]);
            (bar.XErrorPositive, bar.XErrorNegative) = ([_x.Position(point.XHigh!.Value) - xs[i]], [xs[i] - _x.Position(point.XLow!.Value)]);
            (bar.LineColor, bar.LineWidth, bar.CapSize) = (color, 1.6f, 5);
        }

        if (series.Mark is Mark.Line or Mark.LineAndPoints)
        {
            plot.Add.ScatterLine(xs, ys).LineStyle = Stroke(look);
            plot.Add.Plottable(new EndOfDashes());
        }

        if (series.Mark != Mark.Line)
        {
            plot.Add.ScatterPoints(xs, ys).MarkerStyle = Marker(look, series.Mark);
        }

        double Position(double? value) => value is { } v && _y.Shows(v) ? _y.Position(v) : double.NaN;
    }

    private void Add(Plot plot, ReferenceLine reference, int row)
    {
        bool vertical = reference is ReferenceLine.Vertical;
        var view = vertical ? _x : _y;
        if (!view.Shows(reference.At))
        {
            return;
        }

        double at = view.Position(reference.At);
        AxisLineAt(plot, at, vertical);
        bool right = at > (view.Lowest + view.Highest) / 2;
        var text = vertical
            ? plot.Add.Text(reference.Text, at, _y.Highest)
            : plot.Add.Text(reference.Text, _x.Highest, at);
        text.LabelFontName = ChartFont.Family;
        text.LabelFontSize = 13;
        text.LabelFontColor = _ink;
        text.LabelBackgroundColor = Colors.White.WithAlpha(0.85);
        text.LabelPadding = 2;
        text.LabelAlignment = !vertical ? Alignment.LowerRight : right ? Alignment.UpperRight : Alignment.UpperLeft;
        text.OffsetX = !vertical ? -6 : right ? -5 : 5;
        text.OffsetY = vertical ? 6 + 22 * row : -5;
    }

    private static void AxisLineAt(Plot plot, double at, bool vertical)
    {
        ScottPlot.Plottables.AxisLine line = vertical ? plot.Add.VerticalLine(at) : plot.Add.HorizontalLine(at);
        line.LineColor = _ink;
        line.LineWidth = 1.3f;
        line.LinePattern = LinePattern.DenselyDashed;
    }

    private void Axes(Plot plot)
    {
        plot.Axes.SetLimits(_x.Lowest, _x.Highest, _y.Lowest, _y.Highest);
        Axis(plot.Axes.Bottom, _x, chart.X.Title);
        Axis(plot.Axes.Left, _y, chart.Y.Title);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = _grid;
        plot.Grid.MajorLineWidth = 1;
    }

    private static void Axis(IAxis axis, AxisView view, string title)
    {
        var ticks = new NumericManual();
        foreach (var tick in view.Ticks)
        {
            ticks.AddMajor(view.Position(tick.Value), tick.Label);
        }

        foreach (double tick in view.MinorTicks)
        {
            ticks.AddMinor(view.Position(tick));
        }

        axis.TickGenerator = ticks;
        axis.Label.Text = title;
        axis.Label.FontSize = FontSize + 1;
        axis.Label.Bold = false;
        axis.Label.ForeColor = _ink;
        axis.TickLabelStyle.FontSize = FontSize;
        axis.TickLabelStyle.ForeColor = _ink;
        axis.FrameLineStyle.Color = _ink;
        axis.MajorTickStyle.Color = _ink;
        axis.MinorTickStyle.Color = _ink;
    }

    public static LineStyle Stroke(Look look) => new(2.2f, Color.FromHex(look.Color), Pattern(look.Dash));

    public static MarkerStyle Marker(Look look, Mark mark)
    {
        bool pale = mark == Mark.PalePoints;
        var color = Color.FromHex(look.Color).WithAlpha(pale ? 0.45 : 1);
        var style = new MarkerStyle(Shape(look.Shape), pale ? 6 : 10, color) { LineColor = color };
        style.LineWidth = look.Shape == MarkShape.Cross ? 2.5f : 0;
        return style;
    }

    private static MarkerShape Shape(MarkShape shape) => shape switch
    {
        MarkShape.Circle => MarkerShape.FilledCircle,
        MarkShape.Square => MarkerShape.FilledSquare,
        MarkShape.Triangle => MarkerShape.FilledTriangleUp,
        MarkShape.Diamond => MarkerShape.FilledDiamond,
        MarkShape.Cross => MarkerShape.Eks,
        _ => MarkerShape.FilledTriangleDown,
    };

    private static LinePattern Pattern(Dash dash) => dash switch
    {
        Dash.Solid => LinePattern.Solid,
        Dash.Dashed => new LinePattern([8, 4], 0, "dashed"),
        Dash.Dotted => new LinePattern([2, 4], 0, "dotted"),
        Dash.DashDot => new LinePattern([9, 4, 2, 4], 0, "dash-dot"),
        _ => new LinePattern([16, 5], 0, "long dash"),
    };

    /// <summary>Takes the dashes off the paint: ScottPlot would draw the markers with them, and an SVG cannot.</summary>
    private sealed class EndOfDashes : IPlottable
    {
        public bool IsVisible { get; set; } = true;

        public IAxes Axes { get; set; } = new Axes();

        public IEnumerable<LegendItem> LegendItems => [];

        public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

        public void Render(RenderPack rp) => new LineStyle { Pattern = LinePattern.Solid }.ApplyToPaint(rp.Paint);
    }
}
