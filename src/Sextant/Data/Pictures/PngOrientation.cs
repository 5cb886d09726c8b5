using System.Buffers.Binary;
using SkiaSharp;

namespace Sextant.Data.Pictures;

/// <summary>How a PNG is to be shown, by the EXIF block that may lie in its chunk eXIf (PNG specification, third edition, 11.3.4.5), which the decoder does not look at.</summary>
internal static class PngOrientation
{
    private const int Signature = 8;

    /// <summary>Length and name before what a chunk holds, and a checksum after it.</summary>
    private const int Before = 8, After = 4;

    private const ushort OrientationTag = 0x0112;

    /// <summary>Where the first stored pixel belongs; the upper left where nothing that makes sense is said.</summary>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> png)
    {
        for (var rest = png[Signature..]; rest.Length >= Before + After;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Before - After)
            {
                break;
            }

            if (rest.Slice(4, 4).SequenceEqual("eXIf"u8))
            {
                return OfExif(rest.Slice(Before, (int)length));
            }

            rest = rest[(Before + (int)length + After)..];
        }

        return SKEncodedOrigin.TopLeft;
    }

    /// <summary>The orientation in the first directory of an EXIF block (EXIF 2.32, 4.6.2 and table 6).</summary>
    private static SKEncodedOrigin OfExif(ReadOnlySpan<byte> exif)
    {
        const int entry = 12;
        bool isLittle = exif.StartsWith("II*\0"u8);
        if (exif.Length < 8 || !(isLittle || exif.StartsWith("MM\0*"u8)))
        {
            return SKEncodedOrigin.TopLeft;
        }

        uint start = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (start > exif.Length - 2)
        {
            return SKEncodedOrigin.TopLeft;
        }

        int entries = Short(exif[(int)start..], isLittle);
        for (var rest = exif[((int)start + 2)..]; entries > 0 && rest.Length >= entry; entries--, rest = rest[entry..])
        {
            if (Short(rest, isLittle) == OrientationTag)
            {
                return Short(rest[8..], isLittle) is >= 1 and <= 8 and var origin ? (SKEncodedOrigin)origin : SKEncodedOrigin.TopLeft;
            }
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
