using Sextant.Data.Pictures;
using SkiaSharp;

namespace Sextant.Reports;

/// <summary>Pictures small enough for a page.</summary>
public static class Thumbnail
{
    /// <summary>Pixels along the longer side: sharp at half of that on a dense screen.</summary>
    private const int Side = 320;

    private const int Quality = 90;

    /// <summary>The picture of a file, no larger than is shown; null where it cannot be read any more.</summary>
    public static RgbPicture? Read(string path)
    {
        try
        {
            return Of(PictureDecoder.Read(path));
        }
        catch (UserError)
        {
            return null; // it was read before, so that it is not what the page is about
        }
    }

    /// <summary>The same of a picture in memory; a small one stays as it is.</summary>
    public static RgbPicture Of(RgbPicture picture)
    {
        double scale = (double)Side / Math.Max(picture.Width, picture.Height);
        return scale >= 1 ? picture : PictureResize.Bicubic(picture, Pixels(picture.Width), Pixels(picture.Height));

        int Pixels(int side) => Math.Max(1, (int)Math.Round(side * scale));
    }

    /// <summary>As a page or a drawing takes it.</summary>
    internal static SKImage Image(RgbPicture picture)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            picture.Rgb.AsSpan(3 * i, 3).CopyTo(pixels[(4 * i)..]);
            pixels[(4 * i) + 3] = byte.MaxValue;
        }

        return SKImage.FromBitmap(bitmap);
    }

    /// <summary>For the source of an image in a page.</summary>
    internal static string DataUri(RgbPicture picture)
    {
        using var image = Image(picture);
        using var pixels = image.PeekPixels();
        using var jpeg = pixels.Encode(new SKJpegEncoderOptions(Quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)) ?? throw new InvalidOperationException("Skia encodes no JPEG here.");
        return "data:image/jpeg;base64," + Convert.ToBase64String(jpeg.AsSpan());
    }
}
