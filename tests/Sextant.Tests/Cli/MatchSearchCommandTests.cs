using System.Text.Json.Nodes;
using Sextant.Data.Drawn;
using Sextant.Tests.Matching;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>The search by a model of random weights: what is found means nothing, what is said of it must be right.</summary>
public sealed class MatchSearchCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string pictures, model, words;

    public MatchSearchCommandTests()
    {
        (pictures, model) = (ToyGallery.Pictures(folder, 4), ToyGallery.Model(folder));
        words = folder.Write("words.txt", "colour: hi\nlo\nplace: lo lo\nattribute: low\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Captions_of_a_target_come_in_json_and_on_a_page()
    {
        var run = Search("--target", Path.Combine(pictures, "2.png"), "--out", folder.Combine("out"), "--json");

        Assert.Equal(0, run.ExitCode);
        var result = run.Json["results"]![0]!;
        Assert.Equal(("2.png", 3, 0), ((string)result["target"]!, (int)result["searchedPictures"]!, (int)result["heldOutPictures"]!));
        Assert.True((int)result["tried"]! >= 3);
        Assert.Equal(4, (int)run.Json["gallery"]!["computed"]!);
        var caption = result["captions"]![0]!;
        Assert.InRange((int)caption["gallery"]!["rank"]!, 1, 4);
        Assert.Equal((4, 4), ((int)caption["gallery"]!["of"]!, (int)caption["views"]!));
        Assert.Contains("Captions for 2.png", File.ReadAllText(folder.Combine("out", "report.html")), StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Combine("out", "contact-sheet.png")));
    }

    [Fact]
    public void Words_are_encoded_once_and_the_second_search_finds_the_same()
    {
        var first = Search("--target", "1.png", "--json");
        var again = Search("--target", "1.png", "--json");

        Assert.Contains("Words encoded: 4 of 4", first.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Words encoded", again.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (int)again.Json["gallery"]!["computed"]!);
        Assert.Equal(first.Json["results"]![0]!["captions"]!.ToJsonString(), again.Json["results"]![0]!["captions"]!.ToJsonString());
    }

    [Fact]
    public void A_temperature_that_was_asked_for_is_not_called_the_models_own()
    {
        var run = Search("--target", "1.png", "--temperature", "0.5", "--out", folder.Combine("out"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("temperature 0.500, as asked for; the model's own is 0.0700", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("temperature 0.500, the model's own", run.Output + File.ReadAllText(folder.Combine("out", "report.html")).Replace("&#39;", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_has_labels_and_no_captions_is_no_hindrance()
    {
        File.WriteAllText(Path.Combine(pictures, "captions.csv"), "picture,label\n0.png,cat\n");

        var run = InProcess.Run("match", "search", pictures, "--model", model, "--words", words, "--target", "1.png", "--texts", "64", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.True((int)run.Json["results"]![0]!["words"]! > 500, "general English stands in");
        Assert.Contains("words apart almost to single letters", run.Errors, StringComparison.Ordinal); // by a tokeniser of a few words
    }

    [Fact]
    public void Pictures_of_the_gallery_itself_confirm_nothing()
    {
        Directory.CreateDirectory(folder.Combine("others"));
        File.Copy(Path.Combine(pictures, "1.png"), folder.Combine("others", "same.png"));
        File.Copy(Path.Combine(pictures, "2.png"), folder.Combine("others", "as well.png"));
        var none = Search("--target", "1.png", "--confirm", folder.Combine("others"));
        string kept = folder.Combine("others", ".sextant");
        Directory.Delete(kept, recursive: true);
        using TemporaryFolder more = new();
        File.Copy(Path.Combine(ToyGallery.Pictures(more, 6), "5.png"), folder.Combine("others", "new.png"));

        var some = Search("--target", "1.png", "--confirm", folder.Combine("others"), "--cache", folder.Combine("cache"), "--json");

        Assert.Equal(1, none.ExitCode);
        Assert.Contains("every picture of", none.Errors, StringComparison.Ordinal);
        Assert.Contains("2 of the 3 pictures", some.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (int)some.Json["results"]![0]!["heldOutPictures"]!);
        Assert.Single(Directory.GetFiles(folder.Combine("cache"), "features-*")); // of both folders
        Assert.False(Directory.Exists(kept));
    }

    [Fact]
    public void Of_a_picture_that_was_not_drawn_nothing_is_called_untrue()
    {
        var scene = new ScenePool(1).Gallery(1)[0];
        SceneFile.Write(pictures, [new DrawnPicture("0.png", scene), new DrawnPicture("1.png", scene with { Count = 1 + (scene.Count % 4) })]);

        var run = Search("--target", "2.png", "0.png", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Null(run.Json["results"]![0]!["notTrue"]);
        Assert.Null(run.Json["results"]![0]!["captions"]![0]!["isTrue"]);
        Assert.NotNull(run.Json["results"]![1]!["notTrue"]);
    }

    [Fact]
    public void Targets_by_lot_are_summed_up()
    {
        var run = Search("--targets", "3", "--json");
        var table = Search("--targets", "3");

        Assert.Equal((0, 3), (run.ExitCode, run.Json["results"]!.AsArray().Count));
        Assert.Equal(3, (int)run.Json["summary"]!["targets"]!);
        Assert.Contains("of 3 targets were ranked first", table.Output, StringComparison.Ordinal);
        Assert.Contains("4 pictures that captions can tell apart, not 9", Search("--targets", "9").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_of_the_json_is_documented()
    {
        var scene = new ScenePool(1).Gallery(4);
        SceneFile.Write(pictures, [.. scene.Select((drawn, i) => new DrawnPicture($"{i}.png", drawn))]);
        File.Copy(Path.Combine(pictures, "1.png"), Path.Combine(pictures, "1 again.png"));
        File.WriteAllText(Path.Combine(pictures, "broken.png"), "none");
        string document = File.ReadAllText(Repository.File("docs", "matching.md"));

        var run = Search("--targets", "4", "--out", folder.Combine("out"), "--json");

        string[] fields = [.. Fields(run.Json).Distinct()];
        Assert.Equal(0, run.ExitCode);
        Assert.Subset(fields.ToHashSet(), new HashSet<string> { "same", "reason", "runnerUp", "paraphrases", "forRival", "level", "notTrue", "page" });
        Assert.DoesNotContain(fields, field => !document.Contains($"`{field}`", StringComparison.Ordinal));
    }

    [Fact]
    public void A_caption_that_the_model_cuts_off_is_said()
    {
        string captions = folder.Write("captions.txt", string.Join(' ', Enumerable.Repeat("hi", 14)) + " lo lo\nhi lo hi\n");

        var run = Search("--target", "1.png", "--captions", captions, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("it does not see the end, from “lo lo” on", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_picture_of_the_gallery_is_no_target() =>
        Assert.Contains("none.png is no picture of", Search("--target", "none.png").Errors, StringComparison.Ordinal);

    private static IEnumerable<string> Fields(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(field => Fields(field.Value).Prepend(field.Key)),
        JsonArray many => many.SelectMany(Fields),
        _ => [],
    };

    private InProcess Search(params string[] more) => InProcess.Run(["match", "search", pictures, "--model", model, "--words", words, "--vocabulary", "none", .. more]);
}
