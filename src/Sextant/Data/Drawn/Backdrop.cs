using SkiaSharp;

namespace Sextant.Data.Drawn;

/// <summary>Paints what is behind the things: a ground with a grain, written pixel by pixel, and details drawn over it. None of it is a thing that captions name.</summary>
internal sealed class Backdrop(SKCanvas canvas, SKPaint paint, SeededRandom random) : IDisposable
{
    private readonly SKPath path = new();

    public void Dispose() => path.Dispose();

    public void Paint(Background background, Span<byte> rgba, int size)
    {
        bool hasClutter = random.Next(5) < 2;
        switch (background)
        {
            case Background.Sea:
                Ground(rgba, size, (126, 190, 206), (46, 118, 150), 8);
                Waves(hasClutter);
                break;
            case Background.Sky:
                Ground(rgba, size, (132, 186, 236), (206, 230, 248), 4);
                Clouds(hasClutter ? 4 : 2);
                break;
            case Background.Grass:
                Ground(rgba, size, (170, 204, 112), (128, 170, 78), 16);
                Blades(hasClutter);
                break;
            case Background.Sand:
                Ground(rgba, size, (236, 214, 172), (214, 184, 136), 20);
                Dunes(hasClutter);
                break;
            case Background.Snow:
                Ground(rgba, size, (206, 218, 232), (232, 238, 246), 6);
                Snowfall(hasClutter);
                break;
            case Background.Night:
                Ground(rgba, size, (14, 16, 44), (44, 46, 92), 6);
                Night(hasClutter);
                break;
            case Background.Room:
                Ground(rgba, size, (224, 214, 196), (208, 196, 176), 5);
                Room(hasClutter);
                break;
            default:
                Ground(rgba, size, (92, 94, 100), (78, 80, 86), 26);
                Road(hasClutter);
                break;
        }
    }

    /// <summary>A gradient from top to bottom, brightened or darkened a little as a whole, with grain.</summary>
    private void Ground(Span<byte> rgba, int size, (int R, int G, int B) top, (int R, int G, int B) bottom, int grain)
    {
        int light = (int)random.Next(17) - 8;
        ulong bits = 0;
        for (int y = 0, at = 0; y < size; y++)
        {
            int r = top.R + (bottom.R - top.R) * y / size + light;
            int g = top.G + (bottom.G - top.G) * y / size + light;
            int b = top.B + (bottom.B - top.B) * y / size + light;
            for (int x = 0; x < size; x++, at += 4)
            {
                bits = (x & 7) == 0 ? random.NextUInt64() : bits >> 8;
                int noise = ((int)(bits & 255) * grain >> 8) - grain / 2;
                rgba[at] = (byte)Math.Clamp(r + noise, 0, 255);
                rgba[at + 1] = (byte)Math.Clamp(g + noise, 0, 255);
                rgba[at + 2] = (byte)Math.Clamp(b + noise, 0, 255);
                rgba[at + 3] = 255;
            }
        }
    }

    private void Waves(bool hasBubbles)
    {
        Line(new SKColor(216, 238, 242, 150), 0.02f);
        float step = Between(0.16f, 0.2f);
        for (float y = Between(0.04f, 0.12f); y < 1; y += step)
        {
            float length = Between(0.14f, 0.2f);
            path.Rewind();
            path.MoveTo(-Between(0, length), y);
            for (float x = -length / 2; x < 1; x += length)
            {
                path.RQuadTo(length / 4, -0.045f, length / 2, 0);
                path.RQuadTo(length / 4, 0.045f, length / 2, 0);
            }

            canvas.DrawPath(path, paint);
        }

        for (int i = hasBubbles ? (int)random.Next(4) + 3 : 0; i > 0; i--)
        {
            canvas.DrawCircle(Between(0, 1), Between(0, 1), Between(0.015f, 0.03f), paint);
        }
    }

    private void Clouds(int most)
    {
        for (int i = 1 + (int)random.Next(most); i > 0; i--)
        {
            Fill(new SKColor(250, 252, 255, 215));
            var (x, y, r) = (Between(0, 1), Between(0.05f, 0.95f), Between(0.045f, 0.08f));
            canvas.DrawOval(x, y, 2.3f * r, 0.8f * r, paint);
            canvas.DrawCircle(x - 0.7f * r, y - 0.4f * r, r, paint);
            canvas.DrawCircle(x + 0.7f * r, y - 0.3f * r, 0.8f * r, paint);
        }
    }

    private void Blades(bool hasPebbles)
    {
        for (int i = 0; i < 34; i++)
        {
            Line(i % 2 == 0 ? new SKColor(96, 140, 56, 200) : new SKColor(194, 220, 130, 200), 0.018f);
            var (x, y) = (Between(0, 1), Between(0.05f, 1.02f));
            canvas.DrawLine(x, y, x + Between(-0.03f, 0.03f), y - Between(0.05f, 0.1f), paint);
        }

        Pebbles(hasPebbles ? 4 : 0, new SKColor(176, 176, 166));
    }

    private void Dunes(bool hasPebbles)
    {
        Line(new SKColor(190, 158, 108, 170), 0.018f);
        float step = Between(0.2f, 0.28f);
        for (float y = Between(0.06f, 0.2f); y < 1.05f; y += step)
        {
            path.Rewind();
            path.MoveTo(-0.05f, y);
            path.CubicTo(Between(0.2f, 0.4f), y - Between(0.04f, 0.12f), Between(0.6f, 0.8f), y + Between(0.02f, 0.1f), 1.05f, y - Between(0, 0.06f));
            canvas.DrawPath(path, paint);
        }

        Pebbles(hasPebbles ? 5 : 0, new SKColor(168, 146, 118));
    }

    private void Pebbles(int most, SKColor color)
    {
        Fill(color);
        for (int i = most == 0 ? 0 : 2 + (int)random.Next(most); i > 0; i--)
        {
            float r = Between(0.014f, 0.026f);
            canvas.DrawOval(Between(0, 1), Between(0, 1), 1.4f * r, r, paint);
        }
    }

    private void Snowfall(bool hasMoreFlakes)
    {
        Fill(new SKColor(246, 249, 253));
        path.Rewind();
        float y = Between(0.5f, 0.66f);
        path.MoveTo(0, y);
        path.QuadTo(Between(0.15f, 0.35f), y - Between(0.06f, 0.14f), 0.55f, y + 0.04f);
        path.QuadTo(Between(0.7f, 0.85f), y - Between(0.02f, 0.12f), 1, y);
        path.LineTo(1, 1);
        path.LineTo(0, 1);
        path.Close();
        canvas.DrawPath(path, paint);
        Line(new SKColor(190, 204, 224), 0.014f);
        canvas.DrawPath(path, paint);
        Fill(SKColors.White);
        for (int i = hasMoreFlakes ? 32 : 16; i > 0; i--)
        {
            canvas.DrawCircle(Between(0, 1), Between(0, 1), Between(0.008f, 0.018f), paint);
        }
    }

    private void Night(bool hasMoon)
    {
        Fill(new SKColor(226, 226, 206, 210));
        for (int i = 14 + (int)random.Next(8); i > 0; i--)
        {
            canvas.DrawCircle(Between(0, 1), Between(0, 0.85f), Between(0.004f, 0.009f), paint);
        }

        if (hasMoon)
        {
            Fill(new SKColor(238, 234, 204));
            var (x, y, r) = (Between(0.06f, 0.94f), Between(0.06f, 0.14f), Between(0.05f, 0.075f));
            path.Rewind();
            path.MoveTo(x, y - r);
            path.CubicTo(x + 1.5f * r, y - 0.9f * r, x + 1.5f * r, y + 0.9f * r, x, y + r);
            path.CubicTo(x + 0.7f * r, y + 0.5f * r, x + 0.7f * r, y - 0.5f * r, x, y - r);
            path.Close();
            canvas.DrawPath(path, paint);
        }

        Fill(new SKColor(10, 11, 26));
        path.Rewind();
        path.MoveTo(0, Between(0.84f, 0.92f));
        path.QuadTo(Between(0.2f, 0.4f), Between(0.78f, 0.88f), 0.5f, 0.9f);
        path.QuadTo(Between(0.6f, 0.8f), Between(0.8f, 0.9f), 1, Between(0.84f, 0.92f));
        path.LineTo(1, 1);
        path.LineTo(0, 1);
        path.Close();
        canvas.DrawPath(path, paint);
    }

    private void Room(bool hasFrame)
    {
        float floor = Between(0.66f, 0.76f);
        Fill(new SKColor(236, 228, 214));
        float step = Between(0.11f, 0.15f);
        for (float x = Between(0, step); x < 1; x += step)
        {
            canvas.DrawRect(x, 0, step * 0.36f, floor, paint);
        }

        if (hasFrame)
        {
            var (x, y) = (Between(0.04f, 0.74f), Between(0.04f, 0.2f));
            Fill(new SKColor(146, 128, 104));
            canvas.DrawRect(x, y, 0.22f, 0.16f, paint);
            Fill(new SKColor(224, 228, 220));
            canvas.DrawRect(x + 0.025f, y + 0.025f, 0.17f, 0.11f, paint);
        }

        Fill(new SKColor(186, 150, 108));
        canvas.DrawRect(0, floor, 1, 1 - floor, paint);
        Fill(new SKColor(250, 246, 238));
        canvas.DrawRect(0, floor - 0.03f, 1, 0.03f, paint);
        Line(new SKColor(150, 114, 76), 0.014f);
        for (float y = floor; y < 1; y += 0.085f)
        {
            canvas.DrawLine(0, y, 1, y, paint);
            float x = Between(0.1f, 0.9f);
            canvas.DrawLine(x, y, x, y + 0.085f, paint);
        }
    }

    private void Road(bool hasCovers)
    {
        float kerb = Between(0.07f, 0.11f);
        Fill(new SKColor(176, 174, 168));
        canvas.DrawRect(0, 0, 1, kerb, paint);
        canvas.DrawRect(0, 1 - kerb, 1, kerb, paint);
        Fill(new SKColor(226, 226, 220));
        float middle = Between(0.46f, 0.54f);
        for (float x = Between(-0.2f, 0); x < 1; x += 0.28f)
        {
            canvas.DrawRect(x, middle - 0.02f, 0.16f, 0.04f, paint);
        }

        if (hasCovers)
        {
            Fill(new SKColor(58, 60, 64));
            canvas.DrawOval(Between(0.1f, 0.9f), Between(0.2f, 0.36f), 0.06f, 0.035f, paint);
            canvas.DrawOval(Between(0.1f, 0.9f), Between(0.64f, 0.8f), 0.06f, 0.035f, paint);
        }
    }

    private float Between(float low, float high) => low + (high - low) * (float)random.NextDouble();

    private void Fill(SKColor color)
    {
        paint.Style = SKPaintStyle.Fill;
        paint.Color = color;
    }

    private void Line(SKColor color, float width)
    {
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = width;
        paint.Color = color;
    }
}
