using System.Text.Json;
using Microsoft.Playwright;
using Sextant.Reports;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class PageTests
{
    private const string Chromium = "/usr/bin/chromium";

    [Fact]
    public void Every_text_is_escaped()
    {
        const string Nasty = "<script>alert(1)</script> & \"quotes\"";
        var chart = Made.Chart() with { Title = Nasty, Series = [new Series { Name = Nasty, Points = [new(1, 1)] }] };

        string html = PageFile.Html(PageOf(Nasty, new Block.Paragraph(Nasty), new Block.Caveat(Nasty), new Block.Commands([Nasty]), new Block.Figure(chart)));

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Plotly_is_in_the_page_once_and_only_where_there_is_a_figure()
    {
        const string Marker = "plotly.js v";
        string without = PageFile.Html(PageOf("words", new Block.Paragraph("Only words.")));
        string with = PageFile.Html(PageOf("figures", new Block.Figure(Made.Chart()), new Block.Figure(Made.Attention())));

        Assert.DoesNotContain(Marker, without, StringComparison.Ordinal);
        Assert.Equal(2, with.Split(Marker).Length);
    }

    [Fact]
    public void Numbers_stand_at_the_right_under_header_and_unit()
    {
        string html = PageFile.Html(PageOf("table", new Block.Table { Columns = [new Column("Run"), new Column("Compute", "FLOPs", true)], Rows = [["a", "1"], ["b", "2"]], Best = [1] }));

        Assert.Contains("<th scope=\"col\" class=\"number\">Compute<span>FLOPs</span></th>", html, StringComparison.Ordinal);
        Assert.Contains("<tr class=\"best\"><td>b</td><td class=\"number\">2</td></tr>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task A_browser_draws_every_chart_offline_and_without_complaint(int width, ColorScheme scheme)
    {
        if (!File.Exists(Chromium))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"There is no {Chromium}: install Debian's chromium.");
            Assert.Skip($"There is no {Chromium}: install Debian's chromium to test pages.");
        }

        string folder = Directory.CreateTempSubdirectory("sextant-page").FullName;
        try
        {
            var comparison = Comparison.Of(Made.Study());
            string path = Path.Combine(folder, "page.html");
            var made = ComparisonPage.Of(comparison, ["sextant compare runs"]);
            PageFile.Write(made with { Sections = [.. made.Sections, new Section("Attention", [new Block.Figure(Made.Attention()), new Block.Figure(Made.Chart())])] }, path);

            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
            var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme });
            var complaints = new List<string>();
            var requests = new List<string>();
            page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
            page.PageError += (_, error) => complaints.Add(error);
            page.Request += (_, request) => requests.Add(request.Url);
            await page.GotoAsync(new Uri(path).AbsoluteUri);
            await page.WaitForFunctionAsync("document.querySelectorAll('[data-figure] svg.main-svg').length >= document.querySelectorAll('[data-figure]').length");

            // Four charts of the comparison and two more, each with lines, cells or marks in it.
            Assert.Equal(6, await page.Locator("[data-figure]").CountAsync());
            var marks = await page.EvaluateAsync<JsonElement>("[...document.querySelectorAll('[data-figure]')].map(figure => figure.querySelectorAll('.trace, .hm').length)");
            Assert.All(marks.EnumerateArray(), count => Assert.True(count.GetInt32() > 0));
            Assert.Contains("small word list", await page.Locator("[data-figure]").Nth(2).InnerTextAsync(), StringComparison.Ordinal);
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than its window.");
            Assert.Empty(complaints);
            Assert.All(requests, url => Assert.True(url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal), url));
            if (Environment.GetEnvironmentVariable("SEXTANT_SCREENSHOTS") is { Length: > 0 } screenshots)
            {
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(screenshots, $"page-{width}.png"), FullPage = true });
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Page PageOf(string title, params IReadOnlyList<Block> blocks) => new() { Title = title, Lead = [title], Sections = [new Section(title, blocks)] };
}
