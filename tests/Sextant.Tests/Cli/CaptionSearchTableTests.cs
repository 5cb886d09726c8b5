using System.Text.Json.Nodes;
using Sextant.Cli;
using Sextant.Matching;
using Sextant.Matching.Search;
using Sextant.Reports;
using Sextant.Tests.Matching.Search;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class CaptionSearchTableTests
{
    private static readonly MatchSource _source = new("made", 1 / 30.0, 1 / 30.0);
    private static readonly string[] _names = [.. Enumerable.Range(0, 151).Select(i => $"{i}.png")];

    [Fact]
    public void The_text_names_the_caption_its_ranks_and_the_temperature()
    {
        string text = Written(terminal => new CaptionSearchTable(terminal, _names, _source).Write(Result()));

        Assert.Contains("singles out 6.png: first of 150, and first of 51 beside pictures that the search did not see", text, StringComparison.Ordinal);
        Assert.Contains("1 of 150", text, StringComparison.Ordinal);
        Assert.Contains("1 of 51", text, StringComparison.Ordinal);
        Assert.Contains("Ceiling: 1 / the number of pictures that the caption is true of.", text, StringComparison.Ordinal);
        Assert.Contains("at temperature 0.0333, the model's own", text, StringComparison.Ordinal);
        Assert.Contains("Nearest rivals", text, StringComparison.Ordinal);
        Assert.Contains(".png", text.Split("Nearest rivals")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_every_number_and_names_of_pictures()
    {
        string text = Written(terminal => terminal.WriteJson(new CaptionSearchTable(terminal, _names, _source).Json(Result())));
        var json = JsonNode.Parse(text)!;

        Assert.Equal(("6.png", "found"), ((string)json["target"]!, (string)json["outcome"]!));
        var caption = json["captions"]![0]!;
        Assert.Equal(1, (int)caption["gallery"]!["rank"]!);
        Assert.EndsWith(".png", (string)caption["gallery"]!["runnerUp"]!, StringComparison.Ordinal);
        Assert.True((bool)caption["isTrue"]!);
        Assert.True((double)caption["gallery"]!["cosine"]! > (double)caption["rivals"]![0]!["cosine"]! && (double)caption["gallery"]!["z"]! > 0); // the names that rank has
        Assert.Equal((99, 50), ((int)json["searchedPictures"]!, (int)json["heldOutPictures"]!));
        Assert.True((double)caption["ceiling"]! > 0);
        Assert.True(caption["rivals"]!.AsArray().Count > 0 && caption["paraphrases"]!.AsArray().Count > 0);
        Assert.EndsWith(".png", (string)caption["rivals"]![0]!["picture"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_gives_the_share_with_its_interval_and_the_ceiling()
    {
        string text = Written(terminal => new CaptionSearchTable(terminal, _names, _source).Write(CaptionSearchSummary.Of([Result(), Result()])));

        Assert.Contains("2 of 2 targets", text, StringComparison.Ordinal);
        Assert.Contains("Wilson", text, StringComparison.Ordinal);
        Assert.Contains("Mean ceiling", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no target")]
    [InlineData("not both", "--target", "a.png", "--targets", "3")]
    [InlineData("at least 1 picture", "--targets", "0")]
    [InlineData("--seconds is 0", "--target", "a.png", "--seconds", "0")]
    [InlineData("--most-words is 0", "--target", "a.png", "--most-words", "0")]
    [InlineData("There is no option", "--target", "a.png", "--vocabulary", "latin")]
    [InlineData("There is no option '--tempature'", "--target", "a.png", "b.png", "--tempature", "1")]
    public void A_call_that_makes_no_sense_is_a_usage_error(string expected, params string[] more)
    {
        var result = InProcess.Run(["match", "search", "pictures", .. more]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected == "There is no option" ? "it is one of usual, english, drawn, none" : expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_says_what_was_found_and_what_the_numbers_mean()
    {
        var world = new MadeWorld(150);
        var gallery = SearchedGallery.Of(Gallery.Of("pictures", [.. _names.Take(150).Select(name => new GalleryPicture(name, name, "", []))], world.Gallery));
        string html = PageFile.Html(CaptionSearchReport.Of([Result()], gallery, _source, ["sextant match search pictures --target 6.png"]).Page);

        Assert.Contains("singles out 6.png", html, StringComparison.Ordinal);
        Assert.Contains("What the numbers mean", html, StringComparison.Ordinal);
        Assert.Contains("Words for the rival", html, StringComparison.Ordinal);
        Assert.Contains("1 / pictures it is true of", html, StringComparison.Ordinal);
        Assert.Contains("ranked it first there, where about", html, StringComparison.Ordinal);
        Assert.Contains("Captions for 2 pictures", PageFile.Html(CaptionSearchReport.Of([Result(), Result()], gallery, _source, []).Page), StringComparison.Ordinal);
    }

    private static CaptionSearchResult Result() => new MadeWorld(150).Search(knowsTruth: true).Find(6, TestContext.Current.CancellationToken);

    private static string Written(Action<Terminal> write)
    {
        using StringWriter output = new();
        write(new Terminal(output, TextWriter.Null, TextReader.Null, IsErrorInteractive: false, IsInputRedirected: false, CancellationToken.None));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
