using Sextant.Data.Pictures;
using Sextant.Matching;
using Sextant.Matching.Search;
using Sextant.Tests.Data.Pictures;
using Xunit;

namespace Sextant.Tests.Matching.Search;

public sealed class PictureViewsTests
{
    [Fact]
    public void Views_are_the_four_corners_of_fifteen_sixteenths()
    {
        using TemporaryFolder folder = new();
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        var picture = DrawnPictures.Noise(32, 48, 5);
        string path = folder.Write("picture.png", DrawnPictures.Png(picture));

        var views = PictureViews.Of(path, encoder);

        (int Left, int Top)[] corners = [(0, 0), (2, 0), (0, 3), (2, 3)];
        FeatureTableTests.Same(encoder.Pictures([.. corners.Select(corner => Part(picture, corner.Left, corner.Top, 30, 45))]), views);
        Assert.Equal(4, Enumerable.Range(0, 4).Select(i => views.Row(i)[0]).Distinct().Count());
    }

    [Fact]
    public void A_picture_of_one_pixel_has_views_of_itself()
    {
        using TemporaryFolder folder = new();
        using var encoder = ClipEncoder.Load(ToyGallery.Model(folder));
        string path = folder.Write("pixel.png", DrawnPictures.Png(DrawnPictures.Noise(1, 1)));

        var views = PictureViews.Of(path, encoder);

        FeatureTableTests.Same(encoder.Pictures([.. Enumerable.Repeat(PictureDecoder.Read(path), 4)]), views);
    }

    private static RgbPicture Part(RgbPicture of, int left, int top, int width, int height) => new(width, height,
    [
        .. from y in Enumerable.Range(top, height)
           from x in Enumerable.Range(left, width)
           from channel in Enumerable.Range(0, 3)
           select of.Rgb[(3 * ((y * of.Width) + x)) + channel],
    ]);
}
