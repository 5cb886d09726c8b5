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
            throw new UserError($"{name}: it is {(kind is null ? "not a picture that can be read here" : $"a {kind.Name} picture")}; save it as {PictureKind.Names}, or leave it out.");
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

            byte* pixels = (byte*)NativeMemory.Alloc((nuint)width * (nuint)height, 4);
            try
            {
                Decode(codec, pixels, name, kind);
                if (cuts)
                {
                    Cut(pixels, (long)width * height);
                }

                var origin = reading.AppliesOrientation ? codec.EncodedOrigin : SKEncodedOrigin.TopLeft;
                return PictureOrientation.Upright(pixels, width, height, origin);
            }
            finally
            {
                NativeMemory.Free(pixels);
            }
        }
    }

    /// <summary>Without a colour space nothing is converted, and without premultiplication no colour is lost.</summary>
    private static void Decode(SKCodec codec, byte* pixels, string name, PictureKind kind)
    {
        var information = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, null);
        string? why = codec.GetPixels(information, (nint)pixels) switch
        {
            SKCodecResult.Success => null,
            SKCodecResult.IncompleteInput => "ends too early",
            _ => "is broken, and its pixels cannot be decoded",
        };
        if (why is not null)
        {
            throw new UserError($"{name}: the {kind.Name} picture {why}; fetch or save it again, or leave it out.");
        }
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
