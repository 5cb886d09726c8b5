using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Sextant.Data.Pictures;

/// <summary>
/// Reads PNG, JPEG, WebP, GIF and BMP, each by its content. Transparency is dropped and not blended: a pixel has the colour that is stored under it. Colour profiles are ignored; CMYK is taken
/// as Adobe writes it and becomes red, green and blue by (255 - C)(255 - K) / 255 and so on. Of an animation the first frame is read.
/// </summary>
public static unsafe class PictureDecoder
{
    /// <summary>Along one side; more is no picture of anything.</summary>
    private const int MostOnASide = 1_000_000;

    /// <summary>Rows of a JPEG that are decoded at a time.</summary>
    private const int JpegStrip = 32;

    /// <summary>Reads a picture's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reading">How it is read; null for the default.</param>
    /// <exception cref="UserError">"PATH: why; what to do": there is no such file, it may not be read, it is no picture, it is broken or ends too early, or it is larger than the reading allows.</exception>
    public static RgbPicture Read(string path, PictureReading? reading = null)
    {
        reading ??= new PictureReading();
        return Decode(PictureBytes.Read(path, reading.MostBytes), path, reading);
    }

    /// <summary>Reads a picture that is in memory.</summary>
    /// <param name="bytes">Of its file.</param>
    /// <param name="name">What it is called in a message.</param>
    /// <param name="reading">How it is read; null for the default.</param>
    /// <exception cref="UserError">"NAME: why; what to do": it is no picture, it is broken or ends too early, or it is larger than the reading allows.</exception>
    public static RgbPicture Decode(ReadOnlySpan<byte> bytes, string name, PictureReading? reading = null)
    {
        reading ??= new PictureReading();
        var kind = PictureKind.Of(bytes);
        if (kind is not { IsRead: true })
        {
            throw new UserError($"{name}: it is {(kind is null ? "not a picture that can be read here" : $"a picture of the kind {kind.Name}, which is not read here")}; save it as {PictureKind.Names}, or leave it out.");
        }

        if (kind == PictureKind.Jpeg && JpegScans.Count(bytes) is > JpegScans.Most and int scans)
        {
            throw new UserError($"{name}: the JPEG picture comes in {scans} scans, and more than {JpegScans.Most} are not decoded; save it again, or leave it out.");
        }

        bool cuts = reading.SixteenBitGrey == SixteenBitGrey.Cut && SixteenBitPng.Is(bytes);
        byte[]? changed = cuts ? SixteenBitPng.AsTwoBytes(bytes) : kind == PictureKind.Gif ? GifTransparency.Dropped(bytes) : null;
        fixed (byte* start = changed ?? bytes)
        {
            using var data = SKData.Create((nint)start, bytes.Length);
            using var codec = SKCodec.Create(data) ?? throw new UserError($"{name}: it begins as a {kind.Name} picture, but its header is broken or ends too early; fetch or save it again, or leave it out.");
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > reading.MostPixels || Math.Max(width, height) > MostOnASide)
            {
                throw new UserError(string.Create(CultureInfo.InvariantCulture, $"{name}: it has {width:N0} x {height:N0} pixels, and pictures of more than {reading.MostPixels:N0} or {MostOnASide:N0} along a side are not read; make it smaller or leave it out."));
            }

            var origin = !reading.AppliesOrientation ? SKEncodedOrigin.TopLeft : kind == PictureKind.Png ? PngOrientation.Of(bytes) : codec.EncodedOrigin;
            var upright = new UprightPixels(width, height, origin);
            int strip = kind == PictureKind.Jpeg ? Math.Min(height, JpegStrip) : height; // of these, JPEG alone can be had row by row
            byte* pixels = (byte*)NativeMemory.Alloc((nuint)width * (nuint)strip, 4);
            try
            {
                var result = kind == PictureKind.Jpeg ? Rows(codec, pixels, strip, upright) : Whole(codec, pixels, cuts, upright);
                return result == SKCodecResult.Success
                    ? upright.Picture
                    : throw new UserError($"{name}: the {kind.Name} picture {(result == SKCodecResult.IncompleteInput ? "ends too early" : "is broken, and its pixels cannot be decoded")}; fetch or save it again, or leave it out.");
            }
            finally
            {
                NativeMemory.Free(pixels);
            }
        }
    }

    /// <summary>What the pixels are to become: without a colour space nothing is converted, and without premultiplication no colour is lost.</summary>
    private static SKImageInfo Wanted(SKCodec codec) =>
        new(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, null);

    private static SKCodecResult Whole(SKCodec codec, byte* pixels, bool cuts, UprightPixels upright)
    {
        var result = codec.GetPixels(Wanted(codec), (nint)pixels);
        if (result == SKCodecResult.Success)
        {
            if (cuts)
            {
                Cut(pixels, (long)codec.Info.Width * codec.Info.Height);
            }

            upright.Add(pixels, 0, codec.Info.Height);
        }

        return result;
    }

    /// <summary>Some rows at a time, which stay in the cache between the decoder and what takes them.</summary>
    private static SKCodecResult Rows(SKCodec codec, byte* pixels, int strip, UprightPixels upright)
    {
        var result = codec.StartScanlineDecode(Wanted(codec));
        int height = codec.Info.Height;
        for (int row = 0; row < height && result == SKCodecResult.Success; row += strip)
        {
            int rows = Math.Min(strip, height - row);
            result = codec.GetScanlines((nint)pixels, rows, 4 * codec.Info.Width) == rows ? result : SKCodecResult.IncompleteInput;
            upright.Add(pixels, row, rows);
        }

        return result;
    }

    /// <summary>The high byte is red, green and blue, the low one transparency: a value above 255 becomes 255.</summary>
    private static void Cut(byte* pixels, long count)
    {
        for (byte* pixel = pixels, end = pixels + (4 * count); pixel < end; pixel += 4)
        {
            pixel[0] = pixel[1] = pixel[2] = pixel[0] > 0 ? (byte)255 : pixel[3];
        }
    }
}
