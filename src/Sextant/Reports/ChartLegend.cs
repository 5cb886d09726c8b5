using ScottPlot;
using SkiaSharp;

namespace Sextant.Reports;

/// <summary>The names of the series with their line and marker, in rows above the chart where they hide nothing.</summary>
internal sealed class ChartLegend
{
    private const int LongestName = 60;
    private const float TextSize = 14;
    private const float RowHeight = 24;
    private const float SymbolWidth = 38;
    private const float Gap = 22;

    private static readonly SKColor _ink = new(0x33, 0x38, 0x3F);

    private readonly List<(Series Series, Look Look, string Name, float X, int Row)> _items = [];

    public ChartLegend(Chart chart, float width)
    {
        var named = ChartRange.Looks(chart).Where(item => item.Series.InLegend).ToList();
        if (named.Count < 2)
        {
            return;
        }

        var (x, row) = (0f, 0);
        foreach (var (series, look) in named)
        {
            string name = series.Name.Length <= LongestName ? series.Name : string.Concat(series.Name.AsSpan(0, LongestName - 1), "…");
            float wide = SymbolWidth + 6 + TextPen.Measure(name, TextSize);
            if (x > 0 && x + wide > width)
            {
                (x, row) = (0, row + 1);
            }

            _items.Add((series, look, name, x, row));
            x += wide + Gap;
        }

        Height = (row + 1) * RowHeight;
    }

    public float Height { get; }

    public void Draw(SKCanvas canvas, float left, float top)
    {
        foreach (var item in _items)
        {
            float y = top + (item.Row + 0.5f) * RowHeight;
            using var paint = Paint.NewDisposablePaint();
            if (item.Series.Mark is Mark.Line or Mark.LineAndPoints)
            {
                Drawing.DrawLine(canvas, paint, new Pixel(left + item.X, y), new Pixel(left + item.X + SymbolWidth, y), ChartDrawing.Stroke(item.Look));
            }

            if (item.Series.Mark != Mark.Line)
            {
                using var fresh = Paint.NewDisposablePaint();
                Drawing.DrawMarker(canvas, fresh, new Pixel(left + item.X + SymbolWidth / 2, y), ChartDrawing.Marker(item.Look, item.Series.Mark));
            }

            TextPen.Write(canvas, item.Name, left + item.X + SymbolWidth + 6, y + TextSize * 0.36f, TextSize, _ink);
        }
    }
}
