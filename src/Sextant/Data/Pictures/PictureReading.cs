namespace Sextant.Data.Pictures;

/// <summary>How picture files are read. The default is for pictures of people; <see cref="Reference"/> is what the reference's image processor makes of the same files.</summary>
public sealed record PictureReading
{
    /// <summary>As Hugging Face's CLIPImageProcessor reads: the orientation in the file is ignored, and 16-bit grey is cut.</summary>
    public static PictureReading Reference { get; } = new() { AppliesOrientation = false, SixteenBitGrey = SixteenBitGrey.Cut };

    /// <summary>Whether the picture is turned and mirrored as its EXIF orientation says, so that it stands as a viewer shows it.</summary>
    public bool AppliesOrientation { get; init; } = true;

    /// <summary>What becomes of grey values of 16 bits.</summary>
    public SixteenBitGrey SixteenBitGrey { get; init; } = SixteenBitGrey.HighByte;

    /// <summary>Pixels of a picture; one of more is refused by its header, before memory is asked for. Reading takes up to some 16 bytes a pixel and the bytes of the file.</summary>
    public long MostPixels { get; init; } = 100_000_000;

    /// <summary>Bytes of a file; a larger one is refused unread.</summary>
    public int MostBytes { get; init; } = 256 << 20;
}

/// <summary>How a grey value of 16 bits becomes one of 8.</summary>
public enum SixteenBitGrey
{
    /// <summary>The low byte is dropped.</summary>
    HighByte,

    /// <summary>Values above 255 become 255, so that most pictures turn white: what Pillow's conversion to RGB does, and so the reference.</summary>
    Cut,
}
