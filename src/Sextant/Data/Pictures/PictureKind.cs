namespace Sextant.Data.Pictures;

/// <summary>What a file of a picture is by its first bytes, whatever its name ends in.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="IsRead">Whether it is read here.</param>
internal sealed record PictureKind(string Name, bool IsRead = true)
{
    /// <summary>So many bytes tell.</summary>
    public const int Telling = 16;

    public const string Names = "PNG, JPEG, WebP, GIF or BMP";

    public static readonly PictureKind Png = new("PNG");
    public static readonly PictureKind Jpeg = new("JPEG");
    public static readonly PictureKind WebP = new("WebP");
    public static readonly PictureKind Gif = new("GIF");
    public static readonly PictureKind Bmp = new("BMP");

    /// <summary>The kind of a file; null where its beginning is that of no picture.</summary>
    /// <param name="start">Its first bytes.</param>
    public static PictureKind? Of(ReadOnlySpan<byte> start) => start switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => Gif,

        // The two reserved words behind the size are zero, and the header after it has one of a few sizes: "BM" alone begins many a text.
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, <= 124, 0, ..] => Bmp,
        [(byte)'I', (byte)'I', 0x2A or 0x2B, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A or 0x2B, ..] => new("TIFF", IsRead: false),
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', ..] => new("AVIF", IsRead: false),
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'h' or (byte)'m', ..] => new("HEIC", IsRead: false),
        [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', ..] => new("JPEG XL", IsRead: false),
        [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] => new("JPEG 2000", IsRead: false),
        [0, 0, 1 or 2, 0, > 0, 0, ..] => new("icon", IsRead: false),
        [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => new("Photoshop", IsRead: false),
        _ => null,
    };
}
