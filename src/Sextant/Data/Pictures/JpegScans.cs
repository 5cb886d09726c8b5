namespace Sextant.Data.Pictures;

/// <summary>A progressive JPEG may go over all of its pixels as often as it likes, with a few bytes for each time.</summary>
internal static class JpegScans
{
    /// <summary>Encoders make ten or so; with more of them a small file keeps a processor busy for hours.</summary>
    public const int Most = 200;

    /// <summary>The scans of a file: ITU T.81, B.2.3. Marker, length and number of components have to agree, so that other bytes are hardly taken for one.</summary>
    public static int Count(ReadOnlySpan<byte> jpeg)
    {
        int scans = 0;
        while (jpeg.IndexOf<byte>([0xFF, 0xDA, 0]) is >= 0 and int at)
        {
            jpeg = jpeg[(at + 3)..];
            scans += jpeg is [var length, >= 1 and <= 4 and var components, ..] && length == 6 + (2 * components) ? 1 : 0;
        }

        return scans;
    }
}
