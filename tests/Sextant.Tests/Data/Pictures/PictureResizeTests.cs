using System.Runtime.Intrinsics.X86;
using Sextant.Data.Pictures;
using Xunit;

namespace Sextant.Tests.Data.Pictures;

public sealed class PictureResizeTests
{
    [Theory]
    [InlineData(500, 375, 299, 224)]
    [InlineData(37, 61, 224, 369)]
    [InlineData(64, 64, 64, 48)]
    [InlineData(64, 64, 48, 64)]
    [InlineData(1, 1, 17, 5)]
    [InlineData(2, 3, 1, 1)]
    [InlineData(300, 7, 9, 30)]
    [InlineData(1001, 1003, 10, 11)]
    [InlineData(33, 33, 33, 33)]
    public void Every_value_equals_that_of_the_recipe_written_out(int width, int height, int toWidth, int toHeight)
    {
        var picture = DrawnPictures.Noise(width, height);

        var resized = PictureResize.Bicubic(picture, toWidth, toHeight);

        var expected = PlainResize.Bicubic(picture, toWidth, toHeight);
        Assert.Equal((toWidth, toHeight), (resized.Width, resized.Height));
        Assert.True(expected.Rgb.AsSpan().SequenceEqual(resized.Rgb));
    }

    [Fact]
    public void Weights_below_zero_and_sums_above_one_are_held_within_a_byte()
    {
        byte[] rgb = [.. Enumerable.Range(0, 40 * 40 * 3).Select(i => (byte)(i / 3 % 40 / 5 % 2 * 255))];
        var stripes = new RgbPicture(40, 40, rgb);

        Assert.Equal(PlainResize.Bicubic(stripes, 131, 57).Rgb, PictureResize.Bicubic(stripes, 131, 57).Rgb);
    }

    [Theory]
    [InlineData(500, 375)]
    [InlineData(40, 90)]
    [InlineData(224, 224)]
    [InlineData(300, 224)]
    [InlineData(224, 500)]
    public void A_window_is_cut_out_of_the_whole_resized_picture(int width, int height)
    {
        var picture = DrawnPictures.Noise(width, height);
        var window = PicturePreparation.Reference.Window(width, height);
        byte[] cut = new byte[3 * 224 * 224], portable = new byte[3 * 224 * 224];

        PictureResize.Window(picture, window, cut);
        PictureResize.Window(picture, window, portable, portable: true);

        var whole = PictureResize.Bicubic(picture, (int)window.Width, (int)window.Height);
        byte[] expected = [.. Enumerable.Range(0, 224).SelectMany(y => whole.Rgb.AsSpan((int)(((window.Top + y) * window.Width) + window.Left) * 3, 3 * 224).ToArray())];
        Assert.True(expected.AsSpan().SequenceEqual(cut));
        Assert.True(expected.AsSpan().SequenceEqual(portable));
    }

    [Fact]
    public void Processors_with_and_without_wide_vectors_give_the_same_bytes()
    {
        Assert.SkipUnless(Avx2.IsSupported, "This processor has one way only.");
        var picture = DrawnPictures.Noise(203, 101, seed: 7);
        var window = new ResizedWindow(90, 45, 0, 0, 90, 45);
        byte[] wide = new byte[3 * 90 * 45], narrow = new byte[3 * 90 * 45];

        PictureResize.Window(picture, window, wide);
        PictureResize.Window(picture, window, narrow, portable: true);

        Assert.Equal(narrow, wide);
    }

    [Fact]
    public void A_picture_of_one_row_a_million_pixels_wide_is_prepared_without_the_width_that_it_would_have()
    {
        var strip = DrawnPictures.Noise(1_000_000, 1);
        float[] pixels = new float[3 * 224 * 224];

        PicturePreparation.Reference.Apply(strip, pixels); // whole, it would be 224 million pixels wide

        Assert.DoesNotContain(pixels, value => !float.IsFinite(value));
    }
}
