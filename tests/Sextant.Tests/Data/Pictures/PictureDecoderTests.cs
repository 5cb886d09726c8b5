using Sextant.Data.Pictures;
using SkiaSharp;
using Xunit;

namespace Sextant.Tests.Data.Pictures;

public sealed class PictureDecoderTests
{
    private static readonly byte[] Palette = [10, 20, 30, 200, 100, 50, 0, 255, 0, 7, 8, 9];

    [Fact]
    public void Every_kind_is_read_by_its_content()
    {
        var picture = DrawnPictures.Soft(37, 23);

        Assert.Equal(picture.Rgb, PictureDecoder.Decode(DrawnPictures.Png(picture), "a.jpg").Rgb);
        Assert.Equal(picture.Rgb, PictureDecoder.Decode(DrawnPictures.Bmp(picture), "a").Rgb);
        Near(picture, PictureDecoder.Decode(DrawnPictures.Encode(picture, SKEncodedImageFormat.Jpeg), "a.png"), 12);
        Near(picture, PictureDecoder.Decode(DrawnPictures.Encode(picture, SKEncodedImageFormat.Webp, 95), "a.txt"), 12);
    }

    [Fact]
    public void A_gif_shows_its_first_frame_with_the_palette_under_what_is_transparent()
    {
        byte[] numbers = [0, 1, 2, 3, 3, 2, 1, 0];

        var picture = PictureDecoder.Decode(DrawnPictures.Gif(4, 2, numbers, Palette, transparent: 2), "a.gif");

        Assert.Equal((4, 2), (picture.Width, picture.Height));
        Assert.Equal([.. numbers.SelectMany(number => Palette[(3 * number)..][..3])], picture.Rgb);
    }

    [Fact]
    public void Colour_under_transparent_pixels_is_kept()
    {
        byte[] rows = [0, 200, 100, 50, 0, 10, 20, 30, 1, 0, 1, 2, 3, 128, 90, 80, 70, 255];

        var picture = PictureDecoder.Decode(DrawnPictures.RawPng(2, 2, 8, 6, rows), "a.png");

        Assert.Equal([200, 100, 50, 10, 20, 30, 1, 2, 3, 90, 80, 70], picture.Rgb);
    }

    [Fact]
    public void A_palette_with_transparent_entries_keeps_their_colours()
    {
        byte[] rows = [0, 0, 1, 2, 3];

        var picture = PictureDecoder.Decode(DrawnPictures.RawPng(4, 1, 8, 3, rows, ("PLTE", Palette), ("tRNS", [0, 128, 1])), "a.png");

        Assert.Equal(Palette, picture.Rgb);
    }

    [Fact]
    public void A_colour_profile_and_a_gamma_change_nothing()
    {
        byte[] rows = [0, 200, 100, 50, 10, 20, 30];

        var picture = PictureDecoder.Decode(DrawnPictures.RawPng(2, 1, 8, 2, rows, ("gAMA", [0, 0, 0x27, 0x10]), ("cHRM", [0, 0, 0x7A, 0x26, 0, 0, 0x80, 0x84, 0, 1, 0, 0, 0, 0, 0x80, 0xE8, 0, 0, 0x75, 0x30, 0, 0, 0xEA, 0x60, 0, 0, 0x3A, 0x98, 0, 0, 0x17, 0x70])), "a.png");

        Assert.Equal([200, 100, 50, 10, 20, 30], picture.Rgb);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Grey_of_a_few_bits_spans_all_of_a_byte(byte depth)
    {
        var picture = PictureDecoder.Decode(DrawnPictures.RawPng(2, 1, depth, 0, [0, (byte)(255 << (8 - depth))]), "a.png");

        Assert.Equal([255, 255, 255, 0, 0, 0], picture.Rgb);
    }

    [Fact]
    public void Colours_of_sixteen_bits_lose_their_low_byte()
    {
        var picture = PictureDecoder.Decode(DrawnPictures.RawPng(1, 1, 16, 2, [0, 0x12, 0xFF, 0x80, 0xFF, 0xFE, 0xFF]), "a.png");

        Assert.Equal([0x12, 0x80, 0xFE], picture.Rgb);
    }

    [Fact]
    public void Grey_of_sixteen_bits_loses_its_low_byte_or_is_cut_as_the_reading_says()
    {
        byte[] png = DrawnPictures.RawPng(4, 1, 16, 0, [0, 0x12, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0x00, 0x07]);

        var high = PictureDecoder.Decode(png, "a.png");
        var cut = PictureDecoder.Decode(png, "a.png", PictureReading.Reference);

        Assert.Equal([0x12, 0x12, 0x12, 1, 1, 1, 0, 0, 0, 0, 0, 0], high.Rgb);
        Assert.Equal([255, 255, 255, 255, 255, 255, 255, 255, 255, 7, 7, 7], cut.Rgb);
    }

    /// <summary>Where the left upper corner of what a viewer shows lies in what is stored, and whether rows become columns: EXIF 2.32, table 6.</summary>
    [Theory]
    [InlineData(1, 0, 0, false)]
    [InlineData(2, 1, 0, false)]
    [InlineData(3, 1, 1, false)]
    [InlineData(4, 0, 1, false)]
    [InlineData(5, 0, 0, true)]
    [InlineData(6, 0, 1, true)]
    [InlineData(7, 1, 1, true)]
    [InlineData(8, 1, 0, true)]
    public void A_picture_stands_as_its_orientation_says(byte orientation, int right, int bottom, bool swaps)
    {
        var stored = DrawnPictures.Soft(48, 32);
        byte[] jpeg = DrawnPictures.Encode(stored, SKEncodedImageFormat.Jpeg), big = DrawnPictures.Orientation(orientation), little = DrawnPictures.LittleOrientation(orientation);
        foreach (var (file, turned) in new[] { (jpeg, DrawnPictures.WithExif(jpeg, big)), (Png(stored), Png(stored, big)), (Png(stored), Png(stored, little)) })
        {
            var plain = PictureDecoder.Decode(file, "a");
            var upright = PictureDecoder.Decode(turned, "a");

            Assert.Equal(swaps ? (32, 48) : (48, 32), (upright.Width, upright.Height));
            for (int i = 0; i < 48 * 32; i++)
            {
                var (x, y) = (i % upright.Width, i / upright.Width);
                var (along, down) = swaps ? (y, x) : (x, y);
                int at = ((bottom == 1 ? 31 - down : down) * 48) + (right == 1 ? 47 - along : along);
                Assert.Equal(plain.Rgb.AsSpan(3 * at, 3), upright.Rgb.AsSpan(3 * i, 3));
            }

            Assert.Equal(plain.Rgb, PictureDecoder.Decode(turned, "a", new PictureReading { AppliesOrientation = false }).Rgb);
        }
    }

    [Fact]
    public void A_broken_EXIF_block_leaves_the_picture_as_it_is_stored()
    {
        byte[] jpeg = DrawnPictures.Encode(DrawnPictures.Soft(48, 32), SKEncodedImageFormat.Jpeg);
        byte[] expected = PictureDecoder.Decode(jpeg, "a.jpg").Rgb;
        byte[] longer = DrawnPictures.Orientation(6);
        longer[9] = 200; // entries that are not there

        foreach (byte[] broken in new[] { [], [.. "MM"u8], [.. "II*"u8, 0, 255, 255, 255, 255], DrawnPictures.Orientation(9), DrawnPictures.Orientation(0) })
        {
            Assert.Equal(expected, PictureDecoder.Decode(DrawnPictures.WithExif(jpeg, broken), "a.jpg").Rgb);
            Assert.Equal(48, PictureDecoder.Decode(Png(DrawnPictures.Soft(48, 32), broken), "a.png").Width);
        }

        Assert.Equal(expected.Length, PictureDecoder.Decode(DrawnPictures.WithExif(jpeg, longer), "a.jpg").Rgb.Length);
        Assert.Equal(32, PictureDecoder.Decode(Png(DrawnPictures.Soft(48, 32), longer), "a.png").Width);
    }

    /// <summary>A PNG whose chunk eXIf holds so much.</summary>
    private static byte[] Png(RgbPicture picture, params byte[][] exif) =>
        DrawnPictures.RawPng(picture.Width, picture.Height, 8, 2, [.. picture.Rgb.Chunk(3 * picture.Width).SelectMany(row => row.Prepend((byte)0))], [.. exif.Select(block => ("eXIf", block))]);

    private static void Near(RgbPicture expected, RgbPicture actual, int most)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        double mean = expected.Rgb.Zip(actual.Rgb, (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(mean, 0, most);
    }
}
