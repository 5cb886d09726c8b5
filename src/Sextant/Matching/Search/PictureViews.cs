using Sextant.Data.Pictures;

namespace Sextant.Matching.Search;

/// <summary>Other views of a picture: parts of it so large that whatever is true of the picture is true of them.</summary>
public static class PictureViews
{
    /// <summary>Of 16 parts of a side, how many a view keeps.</summary>
    private const int Kept = 15, Parts = 16;

    /// <summary>Features of the four corners' crops of a picture, each 15/16 of its sides.</summary>
    /// <exception cref="UserError">The picture cannot be read any more.</exception>
    public static FeatureTable Of(string path, ClipEncoder encoder)
    {
        var picture = PictureDecoder.Read(path);
        int width = Math.Max(1, picture.Width * Kept / Parts), height = Math.Max(1, picture.Height * Kept / Parts);
        (int X, int Y)[] corners = [(0, 0), (picture.Width - width, 0), (0, picture.Height - height), (picture.Width - width, picture.Height - height)];
        return encoder.Pictures([.. corners.Select(corner => Crop(picture, corner.X, corner.Y, width, height))]);
    }

    internal static RgbPicture Crop(RgbPicture picture, int left, int top, int width, int height)
    {
        byte[] rgb = new byte[3 * width * height];
        for (int row = 0; row < height; row++)
        {
            picture.Rgb.AsSpan(3 * (((top + row) * picture.Width) + left), 3 * width).CopyTo(rgb.AsSpan(3 * row * width));
        }

        return new RgbPicture(width, height, rgb);
    }
}
