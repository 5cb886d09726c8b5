using System.Text;
using System.Text.RegularExpressions;
using SkiaSharp;

namespace Sextant.Reports;

/// <summary>Draws pictures into files. Text needs no font on the machine: the library carries its own.</summary>
public static partial class PictureFile
{
    private const float Edge = 24;
    private const float TitleSize = 21;
    private const float SubtitleSize = 15;
    private const float CaptionSize = 12.5f;
    private const float LineHeight = 1.35f;
    private const float MinimumWidth = 520;

    // Twice the pixels of the drawing's units: sharp on a dense screen and on paper.
    private const int PixelsPerUnit = 2;

    /// <summary>Writes <paramref name="picture"/> as PNG or SVG, as the path ends.</summary>
    /// <exception cref="ArgumentException">The path ends in neither .png nor .svg.</exception>
    public static void Write(Picture picture, string path)
    {
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".PNG":
                WholeFile.Write(path, file => file.Write(Png(picture)));
                break;
            case ".SVG":
                WholeFile.Write(path, Svg(picture));
                break;
            default:
                throw new ArgumentException($"{path}: pictures are written as .png or .svg.", nameof(path));
        }
    }

    public static byte[] Png(Picture picture)
    {
        var sheet = new Sheet(picture);
        var information = new SKImageInfo((int)Math.Ceiling(sheet.Width) * PixelsPerUnit, (int)Math.Ceiling(sheet.Height) * PixelsPerUnit);
        using var surface = SKSurface.Create(information);
        surface.Canvas.Scale(PixelsPerUnit);
        sheet.Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public static string Svg(Picture picture)
    {
        var sheet = new Sheet(picture);
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(sheet.Width, sheet.Height), stream))
        {
            sheet.Draw(canvas);
        }

        // Skia counts its clips over the life of the process; counted over the picture, the same picture gives the same bytes.
        var clips = new Dictionary<string, string>();
        string svg = ClipName().Replace(Encoding.UTF8.GetString(stream.ToArray()), match =>
            clips.TryGetValue(match.Value, out string? name) ? name : clips[match.Value] = "clip" + clips.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));

        // The file names its font and does not carry it; a viewer without it takes the next.
        return FontName().Replace(
            svg,
            match => (match.Value.Contains("SemiBold", StringComparison.Ordinal) ? "font-weight=\"600\" " : "")
                + $"font-family=\"{ChartFont.Family}, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\"");
    }

    // What Skia writes: family names of its own making, and a weight only where it is not the usual one.
    [GeneratedRegex("(font-weight=\"\\d+\" )?font-family=\"Inter[^\"]*\"")]
    private static partial Regex FontName();

    [GeneratedRegex("(?<=id=\"|url\\(#)cl_[0-9a-f]+")]
    private static partial Regex ClipName();

    /// <summary>Title and subtitle, the drawing, the caption.</summary>
    private sealed class Sheet
    {
        private static readonly SKColor _ink = new(0x1A, 0x1D, 0x21);
        private static readonly SKColor _soft = new(0x55, 0x5B, 0x64);

        private readonly IDrawing _drawing;
        private readonly IReadOnlyList<string> _title;
        private readonly IReadOnlyList<string> _subtitle;
        private readonly IReadOnlyList<string> _caption;

        public Sheet(Picture picture)
        {
            _drawing = picture switch
            {
                Chart chart => new ChartDrawing(chart),
                HeatMap map => new HeatMapDrawing(map),
                ContactSheet contacts => new ContactSheetDrawing(contacts),
                _ => throw new ArgumentException($"There is no way to draw a {picture.GetType().Name}.", nameof(picture)),
            };
            Width = Math.Max(_drawing.Size.Width + 2 * Edge, MinimumWidth);
            float column = Width - 2 * Edge;
            _title = TextPen.Wrap(picture.Title, column, TitleSize, bold: true);
            _subtitle = TextPen.Wrap(picture.Subtitle, column, SubtitleSize);
            _caption = TextPen.Wrap(picture.Caption, column, CaptionSize);
            Height = 2 * Edge + Tall(_title, TitleSize) + Tall(_subtitle, SubtitleSize) + 8 + _drawing.Size.Height + (_caption.Count > 0 ? 8 : 0) + Tall(_caption, CaptionSize);
        }

        public float Width { get; }

        public float Height { get; }

        public void Draw(SKCanvas canvas)
        {
            canvas.Clear(SKColors.White);
            float y = Edge;
            y = Lines(canvas, _title, y, TitleSize, _ink, bold: true);
            y = Lines(canvas, _subtitle, y, SubtitleSize, _soft) + 8;
            _drawing.Draw(canvas, Edge, y);
            y += _drawing.Size.Height + 8;
            Lines(canvas, _caption, y, CaptionSize, _soft);
        }

        private static float Tall(IReadOnlyList<string> lines, float size) => lines.Count * size * LineHeight;

        private static float Lines(SKCanvas canvas, IReadOnlyList<string> lines, float y, float size, SKColor color, bool bold = false)
        {
            foreach (string line in lines)
            {
                TextPen.Write(canvas, line, Edge, y + size, size, color, bold);
                y += size * LineHeight;
            }

            return y;
        }
    }
}

/// <summary>What stands between title and caption.</summary>
internal interface IDrawing
{
    SKSize Size { get; }

    void Draw(SKCanvas canvas, float left, float top);
}
