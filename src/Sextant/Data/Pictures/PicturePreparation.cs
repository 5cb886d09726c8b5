using System.Buffers;

namespace Sextant.Data.Pictures;

/// <summary>
/// What becomes of a picture before a model sees it: it is resized by Pillow's antialiased bicubic, the middle is cut out, and the values are scaled to 0..1, less a mean, over a
/// standard deviation.
/// </summary>
public sealed record PicturePreparation
{
    /// <summary>The reference's settings for openai/clip-vit-base-patch32: 224 pixels, mean and standard deviation of its training pictures.</summary>
    public static PicturePreparation Reference { get; } = Clip(224);

    /// <summary>Side of the square that comes out, in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>How the picture meets the square.</summary>
    public required PictureFit Fit { get; init; }

    /// <summary>Of red, green and blue, in 0..1.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Of red, green and blue, in 0..1.</summary>
    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>CLIP's mean and standard deviation at a size of its own.</summary>
    public static PicturePreparation Clip(int size) => new()
    {
        Size = size,
        Fit = new PictureFit.ShortestEdge(size),
        Mean = [0.48145466f, 0.4578275f, 0.40821073f],
        Std = [0.26862954f, 0.26130258f, 0.27577711f],
    };

    /// <summary>Whether a folder says how pictures are prepared.</summary>
    /// <exception cref="UserError">Its processor_config.json cannot be read.</exception>
    public static bool IsIn(string folder) => PreprocessorConfig.IsIn(folder);

    /// <summary>Reads preprocessor_config.json of a folder, or image_processor of processor_config.json, as Hugging Face's CLIP image processors write them.</summary>
    /// <exception cref="UserError">There is none, or it asks for what is not known here, which is named.</exception>
    public static PicturePreparation Read(string folder) => PreprocessorConfig.Read(folder);

    /// <summary>Writes preprocessor_config.json as other tools read it.</summary>
    public void Write(string folder) => PreprocessorConfig.Write(this, folder);

    /// <summary>Prepares a picture.</summary>
    /// <param name="picture">Of any size.</param>
    /// <param name="pixels">[3, Size, Size] of the result: all of red, all of green, all of blue.</param>
    public void Apply(RgbPicture picture, Span<float> pixels)
    {
        int plane = Size * Size;
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, 3 * plane, nameof(pixels));
        byte[] rgb = ArrayPool<byte>.Shared.Rent(3 * plane);
        try
        {
            PictureResize.Window(picture, Window(picture.Width, picture.Height), rgb.AsSpan(0, 3 * plane));
            for (int channel = 0; channel < 3; channel++)
            {
                Normalize(rgb.AsSpan(channel, (3 * plane) - channel), pixels.Slice(channel * plane, plane), Mean[channel], Std[channel]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgb);
        }
    }

    /// <summary>Which part of which resized picture it is.</summary>
    internal ResizedWindow Window(int width, int height)
    {
        if (Fit is not PictureFit.ShortestEdge { Edge: int given })
        {
            return new ResizedWindow(Size, Size, 0, 0, Size, Size);
        }

        long edge = given, longer = edge * Math.Max(width, height) / Math.Min(width, height);
        var (resizedWidth, resizedHeight) = width <= height ? (edge, longer) : (longer, edge);
        return new ResizedWindow(resizedWidth, resizedHeight, (resizedWidth - Size) / 2, (resizedHeight - Size) / 2, Size, Size);
    }

    private static void Normalize(ReadOnlySpan<byte> rgb, Span<float> plane, float mean, float std)
    {
        Span<float> table = stackalloc float[256];
        for (int value = 0; value < table.Length; value++)
        {
            table[value] = ((float)(value * (1 / 255.0)) - mean) / std;
        }

        for (int i = 0; i < plane.Length; i++)
        {
            plane[i] = table[rgb[3 * i]];
        }
    }
}
