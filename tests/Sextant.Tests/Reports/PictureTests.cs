using System.Xml.Linq;
using ScottPlot;
using Sextant.Reports;
using SkiaSharp;
using Xunit;
using Chart = Sextant.Reports.Chart;

namespace Sextant.Tests.Reports;

public sealed class PictureTests
{
    [Fact]
    public void Charts_are_written_in_the_font_the_library_carries()
    {
        using var plot = new Plot();
        ChartFont.Use(plot);

        Assert.Equal("Inter", plot.Axes.Bottom.TickLabelStyle.FontName);
        Assert.Equal(ChartFont.Regular.Handle, Fonts.GetTypeface(ChartFont.Family, bold: false, italic: false).Handle);
        Assert.Equal("Inter", ChartFont.Regular.FamilyName);
        Assert.Equal((int)SKFontStyleWeight.SemiBold, ChartFont.SemiBold.FontWeight);
    }

    [Fact]
    public void The_font_has_a_glyph_for_everything_charts_write_themselves() =>
        Assert.All("0123456789.,−×⁻⁰¹²³⁴⁵⁶⁷⁸⁹∞–…%“”αβ".EnumerateRunes(), rune => Assert.NotEqual(0, ChartFont.Regular.GetGlyph(rune.Value)));

    [Fact]
    public void Every_text_leaves_ink()
    {
        // Against the same chart with blanks: wherever a text should stand, something must differ.
        var blank = Made.Chart() with { Title = " ", X = new Axis(" ") { Scale = Sextant.Reports.Scale.Logarithmic, Ticks = [new(1e9, " "), new(1e12, " ")] } };
        using var written = SKBitmap.Decode(PictureFile.Png(Made.Chart()));
        using var silent = SKBitmap.Decode(PictureFile.Png(blank));

        Assert.True(Ink(written, 0, 100) > 500, "The title is missing.");
        Assert.True(Ink(written, written.Height - 100, written.Height) > Ink(silent, silent.Height - 100, silent.Height) + 500, "The axis is without text.");
    }

    [Fact]
    public void A_chart_in_svg_carries_all_its_texts_as_text()
    {
        var texts = XDocument.Parse(PictureFile.Svg(Made.Chart())).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim()).ToList();

        string[] expected = ["Loss against compute", "Compute (FLOPs, log scale)", "Loss (nats a token)", "measured", "fitted", "budget", "target", "10⁹", "10¹²"];
        Assert.All(expected, text => Assert.Contains(text, texts));
    }

    [Fact]
    public void A_heat_map_is_darkest_at_zero_and_brightest_at_one()
    {
        var map = AttentionChart.Of("one", [new AttentionLayer("layer 1", new float[,,] { { { 0, 1 } } }, ["a"], ["b", "c"])]);
        using var bitmap = SKBitmap.Decode(PictureFile.Png(map));

        var colors = bitmap.Pixels.Distinct().ToHashSet();

        Assert.Contains(new SKColor(0x44, 0x01, 0x54), colors);
        Assert.Contains(new SKColor(0xFD, 0xE7, 0x24), colors);
    }

    [Fact]
    public void Weights_that_do_not_fit_their_characters_are_refused() =>
        Assert.Throws<ArgumentException>(() => AttentionChart.Of("wrong", [new AttentionLayer("layer 1", new float[1, 2, 3], ["a"], ["b"])]));

    [Fact]
    public void A_chart_without_points_is_drawn_empty() =>
        Assert.NotEmpty(PictureFile.Png(new Chart { Title = "nothing", X = new Axis("x"), Y = new Axis("y") { Scale = Sextant.Reports.Scale.Logarithmic }, Series = [] }));

    [Fact]
    public void Values_that_a_logarithmic_axis_cannot_show_are_left_out() =>
        Assert.NotEmpty(PictureFile.Png(Made.Chart() with { Series = [new Series { Name = "a", Points = [new(0, 1), new(-3, 2), new(double.NaN, 1), new(10, double.PositiveInfinity), new(100, 2)] }] }));

    [Fact]
    public void A_picture_is_written_as_its_path_ends()
    {
        var error = Assert.Throws<ArgumentException>(() => PictureFile.Write(Made.Chart(), "chart.bmp"));

        Assert.StartsWith("chart.bmp: pictures are written as .png or .svg.", error.Message, StringComparison.Ordinal);
    }

    private static int Ink(SKBitmap bitmap, int top, int bottom)
    {
        int dark = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = 0; x < bitmap.Width; x++)
            {
                dark += bitmap.GetPixel(x, y) is { Red: < 128, Green: < 128, Blue: < 128 } ? 1 : 0;
            }
        }

        return dark;
    }
}
