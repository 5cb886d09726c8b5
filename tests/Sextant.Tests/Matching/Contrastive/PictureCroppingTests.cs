using Sextant.Data.Pictures;
using Sextant.Matching.Contrastive;
using Xunit;

namespace Sextant.Tests.Matching.Contrastive;

public sealed class PictureCroppingTests
{
    /// <summary>Of a picture of 16:9 no part of 4:3 or less has four fifths of the area: what is left is where a square lies.</summary>
    [Theory]
    [InlineData(64, 64)]
    [InlineData(64, 48)]
    [InlineData(96, 64)]
    [InlineData(160, 90)]
    [InlineData(90, 160)]
    public void Another_part_is_taken_every_time_of_pictures_of_any_shape(int width, int height)
    {
        var picture = Ramp(width, height);
        byte[][] parts = [.. Enumerable.Range(0, 40).Select(i => new PictureCropping().Apply(picture, 24, new SeededRandom((ulong)i)).Rgb)];

        Assert.All(parts, part => Assert.Equal(3 * 24 * 24, part.Length));
        Assert.True(parts.DistinctBy(Convert.ToHexString).Count() > 20);
        Assert.Equal(parts[3], new PictureCropping().Apply(picture, 24, new SeededRandom(3)).Rgb);
    }

    /// <summary>Red says the column, green the row: from the corners of a part follow its sides.</summary>
    [Fact]
    public void A_part_has_the_least_area_or_more_and_a_shape_from_3_4_to_4_3()
    {
        var picture = Ramp(200, 200);
        for (ulong seed = 0; seed < 200; seed++)
        {
            byte[] part = new PictureCropping { LeastArea = 0.3 }.Apply(picture, 50, new SeededRandom(seed)).Rgb;
            double width = (part[3 * 49] - part[0]) / 49.0 * 50, height = (part[(3 * 49 * 50) + 1] - part[1]) / 49.0 * 50;
            Assert.InRange(width * height / (200 * 200), 0.27, 1.05);
            Assert.InRange(width / height, 0.70, 1.40);
        }
    }

    private static RgbPicture Ramp(int width, int height)
    {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++)
        {
            (rgb[3 * i], rgb[(3 * i) + 1]) = ((byte)(i % width), (byte)(i / width));
        }

        return new RgbPicture(width, height, rgb);
    }
}
