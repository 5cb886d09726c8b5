using System.Buffers.Binary;

namespace Sextant.Data.Pictures;

/// <summary>What the header of a PNG says that its decoder does not hand on: PNG specification, 11.2.2 IHDR.</summary>
internal static class PngHeader
{
    private const int Depth = 24;
    private const int ColourType = 25;

    /// <summary>Whether a file is a PNG of grey values of 16 bits, without transparency.</summary>
    public static bool IsSixteenBitGrey(ReadOnlySpan<byte> file) =>
        PictureKind.Of(file) == PictureKind.Png && file.Length > ColourType && BinaryPrimitives.ReadUInt32BigEndian(file[12..]) == 0x49484452 && file[Depth] == 16 && file[ColourType] == 0;
}
