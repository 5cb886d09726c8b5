using System.Buffers.Binary;
using System.IO.Compression;
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

    /// <summary>A PNG of chunks that no encoder would write; its pixels are what <paramref name="filtered"/> unpacks to.</summary>
    public static byte[] RawPng(int width, int height, byte depth, byte colourType, byte[] filtered, params (string Name, byte[] Content)[] before)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, colourType);
        return [0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8, .. Chunk("IHDR", header), .. before.SelectMany(chunk => Chunk(chunk.Name, chunk.Content)), .. Chunk("IDAT", Deflated(filtered)), .. Chunk("IEND", [])];
    }

    public static byte[] Deflated(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>A GIF of palette numbers below 4, without compression: the table of strings is cleared before it grows.</summary>
    public static byte[] Gif(int width, int height, byte[] numbers, byte[] palette, byte? transparent = null)
    {
        // Codes of three bits: 0 to 3 for the colours, 4 clears, 5 ends.
        var codes = numbers.SelectMany((number, i) => i % 2 == 0 ? new[] { 4, number } : [number]).Append(5);
        int[] bits = codes.SelectMany(code => Enumerable.Range(0, 3).Select(bit => (code >> bit) & 1)).ToArray();
        byte[] packed = [.. bits.Chunk(8).Select(eight => (byte)eight.Select((bit, i) => bit << i).Sum())];
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        byte[] control = transparent is byte number ? [0x21, 0xF9, 4, 1, 0, 0, number, 0] : [];
        return [.. "GIF89a"u8, .. size, 0x81, 0, 0, .. palette, .. control, 0x2C, 0, 0, 0, 0, .. size, 0, 2, .. packed.Chunk(255).SelectMany(part => part.Prepend((byte)part.Length)), 0, 0x3B];
    }

    /// <summary>A BMP of 24 bits.</summary>
    public static byte[] Bmp(RgbPicture picture)
    {
        int stride = ((3 * picture.Width) + 3) & ~3;
        byte[] file = new byte[54 + (stride * picture.Height)];
        "BM"u8.CopyTo(file);
        int[] header = [file.Length, 0, 54, 40, picture.Width, picture.Height, 1 | (24 << 16)];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2 + (4 * i)), header[i]);
        }

        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            int at = 54 + ((picture.Height - 1 - (i / picture.Width)) * stride) + (3 * (i % picture.Width));
            (file[at], file[at + 1], file[at + 2]) = (picture.Rgb[(3 * i) + 2], picture.Rgb[(3 * i) + 1], picture.Rgb[3 * i]);
        }

        return file;
    }

    /// <summary>A JPEG with an EXIF block that holds nothing but an orientation.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] exif)
    {
        byte[] block = [.. "Exif"u8, 0, 0, .. exif];
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)((block.Length + 2) >> 8), (byte)(block.Length + 2), .. block, .. jpeg[2..]];
    }

    public static byte[] Orientation(byte number) => [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, number, 0, 0, 0, 0, 0, 0];

    /// <summary>The same with the low byte first.</summary>
    public static byte[] LittleOrientation(byte number) => [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, number, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(name), .. content];
        byte[] length = new byte[4], sum = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, SixteenBitPng.Crc(named));
        return [.. length, .. named, .. sum];
    }
}
