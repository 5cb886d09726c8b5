namespace Sextant.Data.Pictures;

/// <summary>
/// A GIF has no colour under its transparent pixels but that of the palette, and a decoder leaves it away. Where the first frame is not said to have a transparent colour, the palette's shows:
/// what Pillow's conversion to RGB gives.
/// </summary>
internal static class GifTransparency
{
    private const byte Extension = 0x21;
    private const byte GraphicControl = 0xF9;

    /// <summary>The same file with a first frame without a transparent colour; null where it has none already.</summary>
    public static byte[]? Dropped(ReadOnlySpan<byte> gif)
    {
        // Header and screen take 13 bytes, then there may be a palette of 2^(n + 1) colours.
        int at = 13;
        if (gif.Length < at)
        {
            return null;
        }

        at += (gif[10] & 0x80) != 0 ? 3 << ((gif[10] & 7) + 1) : 0;
        byte[]? changed = null;
        while (at + 4 < gif.Length && gif[at] == Extension)
        {
            if (gif[at + 1] == GraphicControl && gif[at + 2] == 4 && (gif[at + 3] & 1) != 0)
            {
                changed ??= gif.ToArray();
                changed[at + 3] &= 0xFE;
            }

            for (at += 2; at < gif.Length && gif[at] != 0; at += gif[at] + 1)
            {
            }

            at++;
        }

        return changed;
    }
}
