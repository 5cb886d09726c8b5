using Sextant.Data.Pictures;

namespace Sextant.Matching.Contrastive;

/// <summary>
/// Of each picture another part every epoch, resized to the size of the model (Szegedy 2015, as torchvision's RandomResizedCrop draws it): a share of the area, then a shape between 3:4 and 4:3, then a place. Where ten
/// draws are not within the picture, as of one that is longer than these shapes, it is a square of the shorter side at a place by chance (and not always the same in the middle).
/// </summary>
public sealed record PictureCropping
{
    private const int Tries = 10;
    private const double WidestShape = 4.0 / 3;

    /// <summary>The least share of a picture's area, more than 0 and up to 1.</summary>
    public double LeastArea { get; init; } = 0.8;

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path)
    {
        if (LeastArea is not (> 0 and <= 1))
        {
            yield return FormattableString.Invariant($"{path}.leastArea: {LeastArea} is not more than 0 and at most 1.");
        }
    }

    /// <summary>A part, of a size by size pixels.</summary>
    internal RgbPicture Apply(RgbPicture picture, int size, SeededRandom random)
    {
        for (int i = 0; i < Tries; i++)
        {
            double area = (LeastArea + ((1 - LeastArea) * random.NextDouble())) * picture.Width * picture.Height;
            double shape = Math.Exp(Math.Log(WidestShape) * ((2 * random.NextDouble()) - 1));
            int width = (int)Math.Round(Math.Sqrt(area * shape)), height = (int)Math.Round(Math.Sqrt(area / shape));
            if (width is > 0 && height > 0 && width <= picture.Width && height <= picture.Height)
            {
                return Resized(picture, (int)random.Next(picture.Width - width + 1), (int)random.Next(picture.Height - height + 1), width, height, size);
            }
        }

        int side = Math.Min(picture.Width, picture.Height);
        return Resized(picture, (int)random.Next(picture.Width - side + 1), (int)random.Next(picture.Height - side + 1), side, side, size);
    }

    private static RgbPicture Resized(RgbPicture picture, int left, int top, int width, int height, int size)
    {
        byte[] part = new byte[3 * width * height];
        for (int y = 0; y < height; y++)
        {
            picture.Rgb.AsSpan(3 * (((top + y) * picture.Width) + left), 3 * width).CopyTo(part.AsSpan(3 * y * width));
        }

        var cut = new RgbPicture(width, height, part);
        return width == size && height == size ? cut : PictureResize.Bicubic(cut, size, size);
    }
}
