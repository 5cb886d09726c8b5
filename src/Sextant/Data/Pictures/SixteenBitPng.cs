using System.Buffers.Binary;

namespace Sextant.Data.Pictures;

/// <summary>
/// Both bytes of grey values of 16 bits, which the decoder would make one of: a PNG of 16-bit grey lies in a file as one of 8-bit grey with 8-bit transparency does, byte for byte, filters and
/// interlacing too, so that with the header of the latter the high byte comes out as grey and the low one as transparency (PNG specification, 11.2.2 and 9.2).
/// </summary>
internal static class SixteenBitPng
{
    private const int Header = 12;
    private const int Depth = 24;
    private const int ColourType = 25;
    private const int Checksum = 29;

    /// <summary>Whether a file is a PNG of grey values of 16 bits without transparency.</summary>
    public static bool Is(ReadOnlySpan<byte> file) =>
        PictureKind.Of(file) == PictureKind.Png && file.Length > Checksum + 4 && file.Slice(Header, 4).SequenceEqual("IHDR"u8) && file[Depth] == 16 && file[ColourType] == 0;

    /// <summary>The same file, said to hold grey and transparency.</summary>
    public static byte[] AsTwoBytes(ReadOnlySpan<byte> file)
    {
        byte[] changed = file.ToArray();
        changed[Depth] = 8;
        changed[ColourType] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(Checksum), Crc(changed.AsSpan(Header, Checksum - Header)));
        return changed;
    }

    /// <summary>The checksum of PNG chunks: PNG specification, annex D.</summary>
    internal static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
