using Sextant.Data.Pictures;
using SkiaSharp;

namespace Sextant.Data.Drawn;

/// <summary>Draws scenes. The same scene at the same size gives the same bytes; several threads may draw at once.</summary>
public static class SceneDrawing
{
    /// <summary>The sides in pixels that a picture may have.</summary>
    public const int SmallestSize = 16, LargestSize = 1024;

    /// <summary>The picture of a scene, <paramref name="size"/> pixels wide and high, drawn with antialiasing at that size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not within <see cref="SmallestSize"/> and <see cref="LargestSize"/>, or the count of the scene not within 1 and 4.</exception>
    public static RgbPicture Draw(DrawnScene scene, int size)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Draw(scene, size, ThingPalette.Of(scene.Colour, scene.Background, Stream(scene, 1)), isMask: false);
    }

    /// <summary>White where a thing shows its colour, black elsewhere, in between along edges.</summary>
    internal static RgbPicture Mask(DrawnScene scene, int size) => Draw(scene, size, ThingPalette.OfMask(), isMask: true);

    private static SeededRandom Stream(DrawnScene scene, ulong key) => new(scene.Seed, key);

    private static unsafe RgbPicture Draw(DrawnScene scene, int size, ThingPalette palette, bool isMask)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, SmallestSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(scene.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scene.Count, DrawnScene.MostThings);
        byte[] rgba = new byte[4 * size * size];
        fixed (byte* pixels = rgba)
        {
            using var surface = SKSurface.Create(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels, 4 * size);
            using var paint = new SKPaint { IsAntialias = true, StrokeJoin = SKStrokeJoin.Round, StrokeCap = SKStrokeCap.Round };
            var canvas = surface.Canvas;
            canvas.Scale(size);
            if (!isMask)
            {
                using var backdrop = new Backdrop(canvas, paint, Stream(scene, 2));
                backdrop.Paint(scene.Background, rgba, size);
            }

            Things(canvas, paint, palette, scene, size);
            canvas.Flush();
        }

        byte[] rgb = new byte[3 * size * size];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
        }

        return new RgbPicture(size, size, rgb);
    }

    private static void Things(SKCanvas canvas, SKPaint paint, ThingPalette palette, DrawnScene scene, int size)
    {
        using var pen = new ThingPen(canvas, palette, paint);
        var random = Stream(scene, 4);
        Span<float> vary = stackalloc float[6];
        foreach (var thing in SceneLayout.Of(scene, Stream(scene, 3)))
        {
            foreach (ref float value in vary)
            {
                value = (float)(2 * random.NextDouble() - 1);
            }

            canvas.Save();
            canvas.Translate(thing.X, thing.Y);
            canvas.RotateDegrees(thing.Degrees);
            canvas.Scale(thing.Size * (1 + 0.04f * vary[4]) * (thing.IsMirrored ? -1 : 1), thing.Size * (1 + 0.04f * vary[5]));
            pen.Pixel = 1 / (size * thing.Size);
            pen.IsOutline = true;
            ThingShapes.Draw(pen, scene.Kind, vary);
            pen.IsOutline = false;
            ThingShapes.Draw(pen, scene.Kind, vary);
            canvas.Restore();
        }
    }
}
