using System.Globalization;
using ScottPlot;
using ScottPlot.Colormaps;
using SkiaSharp;

namespace Sextant.Reports;

/// <summary>A <see cref="HeatMap"/> drawn by SkiaSharp, its cells in ScottPlot's viridis.</summary>
internal sealed class HeatMapDrawing : IDrawing
{
    private const float Gap = 34;
    private const float LabelSize = 14;

    /// <summary>Of a length at 45 degrees: how far it goes down, and to the left.</summary>
    private const float Slant = 0.7071f;

    private const float PanelTitleHeight = 26;
    private const float BarWidth = 16;
    private const float BarArea = 96;

    private static readonly SKColor _ink = new(0x33, 0x38, 0x3F);
    private static readonly Viridis _viridis = new();

    private readonly HeatMap _map;
    private readonly float _cell;
    private readonly float _rowLabels;
    private readonly float _columnLabels;
    private readonly float _panelWidth;
    private readonly float[] _panelTops;
    private readonly float _panelsWidth;
    private readonly bool _isSlanted;

    public HeatMapDrawing(HeatMap map)
    {
        _map = map;
        var panels = map.Panels.SelectMany(row => row).ToList();
        int cells = panels.Select(panel => Math.Max(panel.Rows.Count, panel.Columns.Count)).DefaultIfEmpty(1).Max();
        float texts = Widest(panels.SelectMany(panel => panel.Texts?.Cast<string>() ?? []));
        _cell = texts > 0 ? Math.Max(Math.Clamp(420f / cells, 30, 64), texts + 12) : Math.Clamp(420f / cells, 17, 34);
        float columns = Widest(panels.SelectMany(panel => panel.Columns));
        _isSlanted = columns > _cell;
        _rowLabels = Math.Max(36 + Widest(panels.SelectMany(panel => panel.Rows)), _isSlanted ? columns * Slant - _cell / 2 + 8 : 0);
        _columnLabels = _isSlanted ? columns * Slant + 44 : 46;
        float titles = panels.Select(panel => TextPen.Measure(panel.Title, LabelSize, bold: true)).DefaultIfEmpty(0).Max();
        _panelWidth = Math.Max(panels.Select(panel => panel.Columns.Count).DefaultIfEmpty(0).Max() * _cell, titles);
        _panelsWidth = map.Panels.Select(row => row.Count).DefaultIfEmpty(0).Max() * (_rowLabels + _panelWidth + Gap);
        _panelTops = new float[map.Panels.Count + 1];
        for (int i = 0; i < map.Panels.Count; i++)
        {
            int rows = map.Panels[i].Select(panel => panel.Rows.Count).DefaultIfEmpty(0).Max();
            _panelTops[i + 1] = _panelTops[i] + PanelTitleHeight + rows * _cell + _columnLabels + Gap / 2;
        }

        Size = new SKSize(_panelsWidth + BarArea, Math.Max(_panelTops[^1], 200));
    }

    public SKSize Size { get; }

    public void Draw(SKCanvas canvas, float left, float top)
    {
        for (int row = 0; row < _map.Panels.Count; row++)
        {
            for (int column = 0; column < _map.Panels[row].Count; column++)
            {
                Panel(canvas, _map.Panels[row][column], left + _rowLabels + column * (_rowLabels + _panelWidth + Gap), top + _panelTops[row]);
            }
        }

        Bar(canvas, left + _panelsWidth + 4, top + PanelTitleHeight);
    }

    private void Panel(SKCanvas canvas, HeatPanel panel, float left, float top)
    {
        TextPen.Write(canvas, panel.Title, left, top + 16, LabelSize, _ink, bold: true);
        top += PanelTitleHeight;
        using var paint = new SKPaint();
        for (int row = 0; row < panel.Rows.Count; row++)
        {
            for (int column = 0; column < panel.Columns.Count; column++)
            {
                paint.Color = ColorOf(panel.Values[row, column]);
                canvas.DrawRect(left + column * _cell, top + row * _cell, _cell - 1, _cell - 1, paint);
                if (panel.Texts is { } texts)
                {
                    TextPen.Write(canvas, texts[row, column], left + (column + 0.5f) * _cell, top + (row + 0.5f) * _cell + LabelSize * 0.35f, LabelSize, InkOn(paint.Color), align: SKTextAlign.Center);
                }
            }

            TextPen.Write(canvas, panel.Rows[row], left - 8, top + (row + 0.5f) * _cell + LabelSize * 0.35f, LabelSize, _ink, align: SKTextAlign.Right);
        }

        float bottom = top + panel.Rows.Count * _cell;
        for (int column = 0; column < panel.Columns.Count; column++)
        {
            ColumnLabel(canvas, panel.Columns[column], left + (column + 0.5f) * _cell, bottom);
        }

        TextPen.Write(canvas, _map.ColumnsLabel, left + panel.Columns.Count * _cell / 2, bottom + _columnLabels - 8, LabelSize - 1, _ink, align: SKTextAlign.Center);
        canvas.Save();
        canvas.RotateDegrees(-90, left - _rowLabels + 12, top + panel.Rows.Count * _cell / 2);
        TextPen.Write(canvas, _map.RowsLabel, left - _rowLabels + 12, top + panel.Rows.Count * _cell / 2, LabelSize - 1, _ink, align: SKTextAlign.Center);
        canvas.Restore();
    }

    /// <summary>Below its column; at 45 degrees, to its left, where it is wider than that.</summary>
    private void ColumnLabel(SKCanvas canvas, string label, float x, float bottom)
    {
        if (!_isSlanted)
        {
            TextPen.Write(canvas, label, x, bottom + LabelSize + 3, LabelSize, _ink, align: SKTextAlign.Center);
            return;
        }

        canvas.Save();
        canvas.RotateDegrees(-45, x, bottom + 10);
        TextPen.Write(canvas, label, x, bottom + 10 + LabelSize * 0.35f, LabelSize, _ink, align: SKTextAlign.Right);
        canvas.Restore();
    }

    private void Bar(SKCanvas canvas, float left, float top)
    {
        const int Steps = 64;
        const float Height = 160;
        TextPen.Write(canvas, _map.ValueLabel, left, top - 10, LabelSize - 1, _ink);
        using var paint = new SKPaint();
        for (int i = 0; i < Steps; i++)
        {
            paint.Color = Viridis((double)i / (Steps - 1));
            canvas.DrawRect(left, top + Height * (Steps - 1 - i) / Steps, BarWidth, Height / Steps + 0.5f, paint);
        }

        foreach (double share in new[] { 0, 0.5, 1 })
        {
            double value = _map.Lowest + share * (_map.Highest - _map.Lowest);
            float y = top + Height * (float)(1 - share);
            TextPen.Write(canvas, value.ToString("0.##", CultureInfo.InvariantCulture), left + BarWidth + 6, y + (float)(share * 10), LabelSize - 1, _ink);
        }
    }

    private SKColor ColorOf(float value) =>
        float.IsFinite(value) ? Viridis(Math.Clamp((value - _map.Lowest) / (_map.Highest - _map.Lowest), 0, 1)) : SKColors.LightGray;

    private static float Widest(IEnumerable<string> labels) => labels.Select(label => TextPen.Measure(label, LabelSize)).DefaultIfEmpty(0).Max();

    /// <summary>Dark on bright cells and light on dark ones.</summary>
    private static SKColor InkOn(SKColor ground) => 0.2126 * ground.Red + 0.7152 * ground.Green + 0.0722 * ground.Blue > 128 ? _ink : SKColors.White;

    private static SKColor Viridis(double share)
    {
        var color = ((IColormap)_viridis).GetColor(share);
        return new SKColor(color.Red, color.Green, color.Blue);
    }
}
