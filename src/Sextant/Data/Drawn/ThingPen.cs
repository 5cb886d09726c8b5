using SkiaSharp;

namespace Sextant.Data.Drawn;

/// <summary>
/// Draws the parts of a thing in its own coordinates, which run from -0.5 to 0.5 with y downwards. A thing is drawn twice: first every part with a wider line
/// in the outline's colour, then the parts themselves over it, so that what stays visible of the first is a line around the whole.
/// </summary>
internal sealed class ThingPen(SKCanvas canvas, ThingPalette palette, SKPaint paint) : IDisposable
{
    private readonly SKPath path = new();

    /// <summary>Whether this is the first pass.</summary>
    public bool IsOutline { get; set; }

    /// <summary>One pixel, in the thing's coordinates.</summary>
    public float Pixel { get; set; }

    private float OutlineWidth => Math.Max(0.8f * Pixel, 0.022f);

    public void Dispose() => path.Dispose();

    public void Oval(Tone tone, float x, float y, float radiusX, float radiusY, float degrees = 0)
    {
        if (!Prepare(tone))
        {
            return;
        }

        if (degrees == 0)
        {
            canvas.DrawOval(x, y, radiusX, radiusY, paint);
            return;
        }

        canvas.Save();
        canvas.RotateDegrees(degrees, x, y);
        canvas.DrawOval(x, y, radiusX, radiusY, paint);
        canvas.Restore();
    }

    public void Box(Tone tone, float left, float top, float right, float bottom, float corner = 0)
    {
        if (Prepare(tone))
        {
            canvas.DrawRoundRect(SKRect.Create(left, top, right - left, bottom - top), corner, corner, paint);
        }
    }

    /// <summary>A closed polygon: x, y, x, y, ...</summary>
    public void Polygon(Tone tone, params ReadOnlySpan<float> points)
    {
        if (Prepare(tone))
        {
            path.Rewind();
            path.MoveTo(points[0], points[1]);
            for (int i = 2; i < points.Length; i += 2)
            {
                path.LineTo(points[i], points[i + 1]);
            }

            path.Close();
            canvas.DrawPath(path, paint);
        }
    }

    /// <summary>A closed shape of quadratic curves: where it begins, then the control point and the end of each.</summary>
    public void Curves(Tone tone, params ReadOnlySpan<float> points)
    {
        if (Prepare(tone))
        {
            Quadratics(points);
            path.Close();
            canvas.DrawPath(path, paint);
        }
    }

    /// <summary>An open line of quadratic curves, at least a pixel wide.</summary>
    public void Line(Tone tone, float width, params ReadOnlySpan<float> points)
    {
        if (!Prepare(tone))
        {
            return;
        }

        width = Math.Max(width, 0.9f * Pixel);
        Stroke(IsOutline ? width + 2 * OutlineWidth : width);
        Quadratics(points);
        canvas.DrawPath(path, paint);
    }

    private void Quadratics(ReadOnlySpan<float> points)
    {
        path.Rewind();
        path.MoveTo(points[0], points[1]);
        for (int i = 2; i < points.Length; i += 4)
        {
            path.QuadTo(points[i], points[i + 1], points[i + 2], points[i + 3]);
        }
    }

    private bool Prepare(Tone tone)
    {
        if (IsOutline && tone is (Tone.Mark or Tone.Glass)) // these lie within others
        {
            return false;
        }

        if (IsOutline)
        {
            paint.Color = palette.Outline;
            Stroke(2 * OutlineWidth);
        }
        else
        {
            paint.Color = palette[tone];
            paint.Style = SKPaintStyle.Fill;
        }

        return true;
    }

    private void Stroke(float width)
    {
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = width;
    }
}
