using SkiaSharp;

namespace Sextant.Reports;

/// <summary>A <see cref="ContactSheet"/> drawn by SkiaSharp.</summary>
internal sealed class ContactSheetDrawing : IDrawing
{
    private const int MostAcross = 6;
    private const float Side = 160;
    private const float Gap = 18;
    private const float RowGap = 26;
    private const float HeadingSize = 18;
    private const float NoteSize = 13.5f;
    private const float NameSize = 13;
    private const float LineSize = 12.5f;
    private const float LineHeight = 1.35f;
    private const float BarHeight = 5;

    private static readonly SKColor _ink = new(0x1A, 0x1D, 0x21);
    private static readonly SKColor _soft = new(0x55, 0x5B, 0x64);
    private static readonly SKColor _wash = new(0xEE, 0xF0, 0xF3);
    private static readonly SKColor _accent = new(0x00, 0x72, 0xB2);

    private readonly IReadOnlyList<ContactRow> _rows;
    private readonly float _width;

    public ContactSheetDrawing(ContactSheet sheet)
    {
        _rows = sheet.Rows;
        int across = Math.Clamp(_rows.Select(row => row.Cells.Count).DefaultIfEmpty(1).Max(), 3, MostAcross);
        _width = across * (Side + Gap) - Gap;
        Size = new SKSize(_width, _rows.Sum(Height) + Math.Max(0, _rows.Count - 1) * RowGap);
    }

    public SKSize Size { get; }

    public void Draw(SKCanvas canvas, float left, float top)
    {
        foreach (var row in _rows)
        {
            Row(canvas, row, left, top);
            top += Height(row) + RowGap;
        }
    }

    private void Row(SKCanvas canvas, ContactRow row, float left, float top)
    {
        top = Write(canvas, TextPen.Wrap(row.Heading, _width, HeadingSize, bold: true), left, top, HeadingSize, _ink, bold: true);
        top = Write(canvas, TextPen.Wrap(row.Note, _width, NoteSize), left, top, NoteSize, _soft) + 8;
        foreach (var line in row.Cells.Chunk(Across))
        {
            foreach (var (i, cell) in line.Index())
            {
                Cell(canvas, cell, left + i * (Side + Gap), top);
            }

            top += line.Max(Height) + Gap;
        }
    }

    private static void Cell(SKCanvas canvas, ContactCell cell, float left, float top)
    {
        using var paint = new SKPaint { Color = _wash, IsAntialias = true };
        var box = SKRect.Create(left, top, Side, Side);
        canvas.DrawRoundRect(box, 6, 6, paint);
        if (cell.Picture is { } picture)
        {
            float scale = Math.Min(Side / picture.Width, Side / picture.Height);
            var place = SKRect.Create(left + (Side - picture.Width * scale) / 2, top + (Side - picture.Height * scale) / 2, picture.Width * scale, picture.Height * scale);
            using var image = Thumbnail.Image(picture);
            canvas.DrawImage(image, place, new SKSamplingOptions(SKCubicResampler.Mitchell));
        }
        else
        {
            TextPen.Write(canvas, "cannot be shown", left + Side / 2, top + Side / 2, LineSize, _soft, align: SKTextAlign.Center);
        }

        if (cell.IsMarked)
        {
            using var frame = new SKPaint { Color = _accent, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 3 };
            canvas.DrawRoundRect(SKRect.Inflate(box, 1.5f, 1.5f), 6, 6, frame);
        }

        if (cell.Badge is { } badge)
        {
            float width = TextPen.Measure(badge, NameSize, bold: true) + 12;
            paint.Color = cell.IsMarked ? _accent : _ink.WithAlpha(0xD9);
            canvas.DrawRoundRect(SKRect.Create(left + 6, top + 6, width, 20), 10, 10, paint);
            TextPen.Write(canvas, badge, left + 6 + width / 2, top + 20.5f, NameSize, SKColors.White, bold: true, align: SKTextAlign.Center);
        }

        top += Side + 6;
        if (cell.Share is { } share)
        {
            paint.Color = _wash;
            canvas.DrawRoundRect(SKRect.Create(left, top, Side, BarHeight), 2, 2, paint);
            paint.Color = _accent;
            canvas.DrawRoundRect(SKRect.Create(left, top, Math.Max(1, Side * (float)Math.Clamp(share, 0, 1)), BarHeight), 2, 2, paint);
            top += BarHeight + 4;
        }

        top = Write(canvas, [Shortened(cell.Name, NameSize, bold: true)], left, top, NameSize, _ink, bold: true);
        Write(canvas, [.. cell.Lines.Select(line => Shortened(line, LineSize, bold: false))], left, top, LineSize, _soft);
    }

    private static float Write(SKCanvas canvas, IReadOnlyList<string> lines, float left, float top, float size, SKColor color, bool bold = false)
    {
        foreach (string line in lines)
        {
            TextPen.Write(canvas, line, left, top + size, size, color, bold);
            top += size * LineHeight;
        }

        return top;
    }

    /// <summary>The text with its middle left out where it is wider than a picture: names of files differ at their ends.</summary>
    private static string Shortened(string text, float size, bool bold)
    {
        for (int kept = text.Length; TextPen.Measure(text, size, bold) > Side && kept > 2; kept--)
        {
            string shorter = text.Replace("…", "", StringComparison.Ordinal);
            int front = (shorter.Length - 1) / 3;
            text = $"{shorter[..front]}…{shorter[(front + 1)..]}";
        }

        return text;
    }

    private static float Height(ContactCell cell) =>
        Side + 6 + (cell.Share is null ? 0 : BarHeight + 4) + NameSize * LineHeight + cell.Lines.Count * LineSize * LineHeight;

    private float Height(ContactRow row) =>
        TextPen.Wrap(row.Heading, _width, HeadingSize, bold: true).Count * HeadingSize * LineHeight
        + TextPen.Wrap(row.Note, _width, NoteSize).Count * NoteSize * LineHeight + 8
        + row.Cells.Chunk(Across).Sum(line => line.Max(Height) + Gap) - (row.Cells.Count > 0 ? Gap : 0);

    private int Across => (int)((_width + Gap) / (Side + Gap) + 0.5f);
}
