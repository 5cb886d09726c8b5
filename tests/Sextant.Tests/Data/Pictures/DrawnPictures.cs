using Sextant.Data.Pictures;
using SkiaSharp;

namespace Sextant.Tests.Data.Pictures;

/// <summary>Pictures for tests, and their files.</summary>
internal static class DrawnPictures
{
    /// <summary>Noise: every value as likely as another.</summary>
    public static RgbPicture Noise(int width, int height, int seed = 1)
    {
        byte[] rgb = new byte[3 * width * height];
        new Random(seed).NextBytes(rgb);
        return new RgbPicture(width, height, rgb);
    }

    /// <summary>Soft colours with an edge, as compression keeps them.</summary>
    public static RgbPicture Soft(int width, int height)
    {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++)
        {
            int x = i % width, y = i / width;
            rgb[3 * i] = (byte)(255 * x / width);
            rgb[(3 * i) + 1] = (byte)(255 * y / height);
            rgb[(3 * i) + 2] = (byte)(x > width / 2 ? 200 : 40);
        }

        return new RgbPicture(width, height, rgb);
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] Encode(RgbPicture picture, SKEncodedImageFormat format, int quality = 100)
    {
        using var bitmap = new SKBitmap(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            bitmap.SetPixel(i % picture.Width, i / picture.Width, new SKColor(picture.Rgb[3 * i], picture.Rgb[(3 * i) + 1], picture.Rgb[(3 * i) + 2]));
        }

        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public static byte[] Png(RgbPicture picture) => Encode(picture, SKEncodedImageFormat.Png);
}
