using Sextant.Reports;
using SkiaSharp;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class ContactSheetTests
{
    [Theory]
    [InlineData(5000, 1)]
    [InlineData(1, 5000)]
    [InlineData(200, 40)]
    public void However_much_there_is_the_drawing_stays_small_and_says_what_it_leaves_out(int rows, int cells)
    {
        using var folder = new TemporaryFolder();
        var sheet = Sheet(rows, cells);

        RankingReport.Write(folder.Path, new Page { Title = "All", Lead = [], Sections = [] }, ("sheet.png", sheet));

        using var drawn = SKBitmap.Decode(folder.Combine("sheet.png"));
        Assert.InRange(drawn.Height, 100, 40_000);
        Assert.Contains($"of {rows * cells:N0} pictures; the page has all", sheet.ForDrawing().Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fits_is_drawn_whole()
    {
        var sheet = Sheet(20, 5);
        Assert.Same(sheet, sheet.ForDrawing());
    }

    private static ContactSheet Sheet(int rows, int cells) => new()
    {
        Title = "Pictures",
        Rows = [.. Enumerable.Range(0, rows).Select(i => new ContactRow($"row {i}", null, [.. Enumerable.Range(0, cells).Select(j => new ContactCell(null, $"{i} {j}.png", []))]))],
    };
}
