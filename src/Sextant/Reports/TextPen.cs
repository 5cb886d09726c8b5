using SkiaSharp;

namespace Sextant.Reports;

/// <summary>Writes with <see cref="ChartFont"/>, and what it has no glyph for with whatever font the machine has.</summary>
internal static class TextPen
{
    public static float Measure(string text, float size, bool bold = false) =>
        Runs(text, bold).Sum(run =>
        {
            using var font = new SKFont(run.Face, size);
            return font.MeasureText(run.Text);
        });

    /// <summary>Writes <paramref name="text"/> with its baseline at <paramref name="y"/>.</summary>
    public static void Write(SKCanvas canvas, string text, float x, float y, float size, SKColor color, bool bold = false, SKTextAlign align = SKTextAlign.Left)
    {
        x -= align switch { SKTextAlign.Center => Measure(text, size, bold) / 2, SKTextAlign.Right => Measure(text, size, bold), _ => 0 };
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        foreach (var (face, part) in Runs(text, bold))
        {
            using var font = new SKFont(face, size) { Subpixel = true };
            canvas.DrawText(part, x, y, SKTextAlign.Left, font, paint);
            x += font.MeasureText(part);
        }
    }

    /// <summary>The text in lines no wider than <paramref name="width"/>, broken at spaces.</summary>
    public static IReadOnlyList<string> Wrap(string? text, float width, float size, bool bold = false)
    {
        var lines = new List<string>();
        foreach (string word in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && Measure($"{lines[^1]} {word}", size, bold) <= width)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    private static List<(SKTypeface Face, string Text)> Runs(string text, bool bold)
    {
        var own = bold ? ChartFont.SemiBold : ChartFont.Regular;
        var runs = new List<(SKTypeface Face, string Text)>();
        foreach (var rune in text.EnumerateRunes())
        {
            var face = own.GetGlyph(rune.Value) != 0 ? own : SKFontManager.Default.MatchCharacter(rune.Value) ?? own;
            if (runs.Count > 0 && runs[^1].Face.Handle == face.Handle)
            {
                runs[^1] = (face, runs[^1].Text + rune);
            }
            else
            {
                runs.Add((face, rune.ToString()));
            }
        }

        return runs;
    }
}
