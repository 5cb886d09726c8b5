using System.Text.Json.Nodes;
using Sextant.Data.Drawn;
using Sextant.Tests.Matching;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class MatchCommandTests
{
    [Fact]
    public void Captions_rank_pictures_in_json_and_on_a_page_that_carries_them()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 4), model = ToyGallery.Model(folder);

        var run = InProcess.Run("match", "rank", pictures, "--model", model, "--caption", "hi", "lo", "hi", "--top", "3", "--out", folder.Combine("out"), "--json");

        Assert.Equal((0, 2), (run.ExitCode, run.Json["captions"]!.AsArray().Count));
        var best = run.Json["captions"]![0]!["pictures"]!.AsArray();
        Assert.Equal(3, best.Count);
        Assert.True((double)best[0]!["cosine"]! > (double)best[1]!["cosine"]!);
        Assert.Equal((double)best[0]!["cosine"]! - (double)best[1]!["cosine"]!, (double)run.Json["captions"]![0]!["margin"]!, 1e-9);
        Assert.Contains("given twice", run.Errors, StringComparison.Ordinal);
        string page = File.ReadAllText(folder.Combine("out", "report.html"));
        Assert.Contains("data:image/jpeg;base64,", page, StringComparison.Ordinal);
        Assert.Contains("What these scores mean", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Combine("out", "contact-sheet.png")));
    }

    [Fact]
    public void A_table_names_temperature_and_whether_one_picture_is_clearly_first()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 4), model = ToyGallery.Model(folder);

        var run = InProcess.Run("match", "rank", pictures, "--model", model, "--caption", "hi", "--temperature", "0.5");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("is first, but not clearly", run.Output, StringComparison.Ordinal);
        Assert.Contains("temperature 0.500, as asked for; the model's own is 0.0700", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_of_the_gallery_are_measured_without_any_being_given()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3), model = ToyGallery.Model(folder);
        File.WriteAllText(Path.Combine(pictures, "captions.csv"), "picture,caption\n0.png,hi\n1.png,lo\n2.png,hi lo\n");

        var run = InProcess.Run("match", "rank", pictures, "--model", model, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, (int)run.Json["retrieval"]!["picturesByCaption"]!["queries"]!);
        Assert.Equal(1, (double)run.Json["retrieval"]!["captionsByPicture"]!["recalls"]![1]!["value"]!);
    }

    [Fact]
    public void Zero_shot_says_how_much_is_right_against_guessing_where_folders_name_the_classes()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 4), model = ToyGallery.Model(folder);
        Directory.CreateDirectory(Path.Combine(pictures, "cat"));
        Directory.CreateDirectory(Path.Combine(pictures, "sea_horse"));
        File.Move(Path.Combine(pictures, "0.png"), Path.Combine(pictures, "cat", "0.png"));
        File.Move(Path.Combine(pictures, "1.png"), Path.Combine(pictures, "cat", "1.png"));
        File.Move(Path.Combine(pictures, "2.png"), Path.Combine(pictures, "sea_horse", "2.png"));

        var run = InProcess.Run("match", "zero-shot", pictures, "--model", model, "--labels", "cat, Sea horse", "--template", "a {}", "my {}", "--out", folder.Combine("out"), "--json");
        var table = InProcess.Run("match", "zero-shot", pictures, "--model", model, "--labels", "cat, Sea horse");

        Assert.Equal((0, 0), (run.ExitCode, table.ExitCode));
        Assert.Equal(3, (int)run.Json["measures"]!["count"]!);
        Assert.Equal(0.5, (double)run.Json["chance"]!);
        Assert.Equal("Sea horse", (string)run.Json["pictures"]!.AsArray().Single(p => (string)p!["picture"]! == "sea_horse/2.png")!["expected"]!);
        Assert.Contains("guessing among the 2 labels gets 50.0 %", table.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Combine("out", "confusion.png")));
    }

    [Theory]
    [InlineData("file,text\n0.png,hi\n", "has no column 'picture'; it has file, text")]
    [InlineData("garbage", "has no column 'picture'; it has garbage")]
    [InlineData("picture,caption\nnone.png,hi\n", "none.png, which is not there")]
    public void Captions_of_the_gallery_that_cannot_be_used_are_named_and_the_ranking_goes_on(string table, string said)
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), model = ToyGallery.Model(folder);
        File.WriteAllText(Path.Combine(pictures, "captions.csv"), table);

        var run = InProcess.Run("match", "rank", pictures, "--model", model, "--caption", "hi", "--json");

        Assert.Equal((0, 1), (run.ExitCode, run.Json["captions"]!.AsArray().Count));
        Assert.Null(run.Json["retrieval"]);
        Assert.Contains($"The gallery's own captions are not used: {Path.Combine(pictures, "captions.csv")}", run.Errors, StringComparison.Ordinal);
        Assert.Contains(said, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_labels_alone_is_no_table_of_captions_that_lacks_them()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), model = ToyGallery.Model(folder);
        File.WriteAllText(Path.Combine(pictures, "captions.csv"), "Picture,Label\n0.png,cat\n1.png,dog\n");

        var ranked = InProcess.Run("match", "rank", pictures, "--model", model, "--caption", "hi");
        var classes = InProcess.Run("match", "zero-shot", pictures, "--model", model, "--labels", "cat,dog", "--json");

        Assert.Equal((0, 0, 2), (ranked.ExitCode, classes.ExitCode, (int)classes.Json["measures"]!["count"]!));
        Assert.DoesNotContain("not used", ranked.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_of_the_gallery_are_encoded_once_and_found_as_well_the_second_time()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3), model = ToyGallery.Model(folder), cache = folder.Combine("cache");
        File.WriteAllText(Path.Combine(pictures, "captions.csv"), "picture,caption\n0.png,hi\n1.png,lo\n2.png,hi lo\n");

        string[] command = ["match", "rank", pictures, "--model", model, "--cache", cache, "--json"];
        InProcess first = InProcess.Run(command), again = InProcess.Run(command);

        Assert.Single(Directory.GetFiles(cache, "captions-*.bin"));
        Assert.Equal((0, first.Json["retrieval"]!.ToJsonString()), (again.ExitCode, again.Json["retrieval"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("cat,ship", "the kind in scenes.json", "cat", "ship")]
    [InlineData("red,gray,fish", "the colour in scenes.json", "red", "gray")]
    public void Zero_shot_of_a_drawn_gallery_knows_kinds_or_colours(string labels, string source, string first, string second)
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3), model = ToyGallery.Model(folder);
        SceneFile.Write(pictures, [new("0.png", Scene(ThingKind.Cat, NamedColour.Red)), new("1.png", Scene(ThingKind.Boat, NamedColour.Grey)), new("2.png", Scene(ThingKind.Cup, NamedColour.Pink))]);

        var run = InProcess.Run("match", "zero-shot", pictures, "--model", model, "--labels", labels, "--json");
        var table = InProcess.Run("match", "zero-shot", pictures, "--model", model, "--labels", labels);

        Assert.Equal([first, second, null], run.Json["pictures"]!.AsArray().Select(picture => (string?)picture!["expected"]));
        Assert.Equal((2, source), ((int)run.Json["measures"]!["count"]!, (string)run.Json["classesFrom"]!));
        Assert.Equal(3, run.Json["classes"]!.AsArray().Sum(of => (int)of!["pictures"]!));
        Assert.Contains($"2 pictures whose class is known (by {source})", table.Output, StringComparison.Ordinal);
        Assert.True(table.Output.IndexOf("class", StringComparison.Ordinal) < table.Output.IndexOf("0.png", StringComparison.Ordinal));
    }

    [Fact]
    public void Zero_shot_goes_on_without_a_scenes_file_that_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), model = ToyGallery.Model(folder);
        File.WriteAllText(Path.Combine(pictures, "scenes.json"), "{}");

        var run = InProcess.Run("match", "zero-shot", pictures, "--model", model, "--labels", "cat,dog", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("What the gallery says of its pictures is not used", run.Errors, StringComparison.Ordinal);
        Assert.Null(run.Json["measures"]);
    }

    [Theory]
    [InlineData("rank", "--caption", "hi")]
    [InlineData("zero-shot", "--labels", "cat,dog")]
    public async Task A_page_that_cannot_be_written_does_not_cost_what_was_found(string command, string option, string value)
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3), model = ToyGallery.Model(folder), file = folder.Write("file", "a file");
        string[] arguments = ["match", command, pictures, "--model", model, option, value, "--out"];

        InProcess onto = InProcess.Run([.. arguments, file]), below = InProcess.Run([.. arguments, Path.Combine(file, "out")]), asJson = InProcess.Run([.. arguments, Path.Combine(file, "out"), "--json"]);

        Assert.Equal((1, "", $"sextant: {file} is a file; give --out a folder.\n"), (onto.ExitCode, onto.Output, onto.Errors.ReplaceLineEndings("\n")));
        Assert.Equal((1, 1), (below.ExitCode, asJson.ExitCode));
        Assert.Contains("0.png", below.Output, StringComparison.Ordinal);
        Assert.Contains($"The page in {Path.Combine(file, "out")} cannot be written: ", below.Errors, StringComparison.Ordinal);
        Assert.Null(asJson.Json["page"]);

        await using var disk = await SmallDisk.Mount(folder, 1 << 13);
        var full = InProcess.Run([.. arguments, Path.Combine(disk.Path, "out")]);
        Assert.Equal(1, full.ExitCode);
        Assert.Contains("0.png", full.Output, StringComparison.Ordinal);
        Assert.Contains("the disk is full; make room there and give the same command again", full.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_caption_is_shortened_but_in_json_and_what_is_lost_of_it_is_said()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), model = ToyGallery.Model(folder), caption = string.Join(' ', Enumerable.Repeat("hi", 500));

        var run = InProcess.Run("match", "rank", pictures, "--model", model, "--caption", caption, "--out", folder.Combine("out"));
        var json = InProcess.Run("match", "rank", pictures, "--model", model, "--caption", caption, "--json");

        string shortened = $"“{caption[..59]}…”";
        Assert.Equal($"The caption {shortened} has 502 tokens, of which the model takes 16; it does not see the end, from {shortened} on.", run.Errors.Split('\n')[0].TrimEnd());
        Assert.StartsWith(shortened, run.Output, StringComparison.Ordinal);
        Assert.Equal(caption, (string)json.Json["captions"]![0]!["caption"]!);
        string page = File.ReadAllText(folder.Combine("out", "report.html"));
        Assert.Equal(1, page.Split(caption).Length - 1); // in the command that repeats it
    }

    [Fact]
    public void A_page_has_the_command_that_repeats_it_as_it_was_given()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), model = ToyGallery.Model(folder), place = folder.Combine("out"), cache = folder.Combine("cache");

        InProcess.Run("match", "rank", pictures, "--model", model, "--file", "model.safetensors", "--cache", cache, "--caption", "hi lo", "--out", place);

        string page = File.ReadAllText(Path.Combine(place, "report.html"));
        Assert.Contains("How to repeat it", page, StringComparison.Ordinal);
        Assert.Contains(System.Net.WebUtility.HtmlEncode($"sextant match rank {pictures} --model {model} --file model.safetensors --cache {cache} --caption 'hi lo' --out {place}"), page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_names_every_field_of_the_json()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 3), model = ToyGallery.Model(folder);
        File.Copy(Path.Combine(pictures, "0.png"), Path.Combine(pictures, "double.png"));
        File.WriteAllText(Path.Combine(pictures, "broken.png"), "text");
        File.WriteAllText(Path.Combine(pictures, "captions.csv"), "picture,caption,label\n0.png,hi,cat\n1.png,lo,dog\n2.png,hi lo,cat\n");
        string document = File.ReadAllText(Repository.File("docs/matching.md"));
        HashSet<string> named = [.. document[document.IndexOf("## From a script", StringComparison.Ordinal)..].Split('`').Where((_, i) => i % 2 == 1)];

        var ranked = InProcess.Run("match", "rank", pictures, "--model", model, "--caption", "hi", "--json").Json;
        var classes = InProcess.Run("match", "zero-shot", pictures, "--model", model, "--labels", "cat,dog", "--json").Json;

        Assert.Empty(Fields(ranked).Concat(Fields(classes)).Distinct().Except(named));
    }

    /// <summary>Names of fields, with all within; those of an object by label are labels.</summary>
    private static IEnumerable<string> Fields(JsonNode? node) => node switch
    {
        JsonObject some => some.SelectMany(field => field.Key is "probabilities" or "cosines" ? [field.Key] : Fields(field.Value).Prepend(field.Key)),
        JsonArray all => all.SelectMany(Fields),
        _ => [],
    };

    private static DrawnScene Scene(ThingKind kind, NamedColour colour) => new() { Kind = kind, Colour = colour, Background = Background.Sea };

    [Theory]
    [InlineData(2, "A caption is empty", "rank", "{pictures}", "--caption", " ")]
    [InlineData(1, "There is no caption to rank by", "rank", "{pictures}")]
    [InlineData(1, "is a file", "rank", "{pictures}/0.png", "--caption", "hi")]
    [InlineData(1, "There is no folder", "rank", "{pictures}/none", "--caption", "hi")]
    [InlineData(1, "holds no picture", "rank", "{empty}", "--caption", "hi")]
    [InlineData(2, "--temperature", "rank", "{pictures}", "--caption", "hi", "--temperature", "0")]
    [InlineData(2, "--top", "rank", "{pictures}", "--caption", "hi", "--top", "0")]
    [InlineData(2, "--out is empty", "rank", "{pictures}", "--caption", "hi", "--out", "")]
    [InlineData(2, "Name the classes", "zero-shot", "{pictures}")]
    [InlineData(2, "there is one label", "zero-shot", "{pictures}", "--labels", "cat,cat")]
    [InlineData(2, "has no {}", "zero-shot", "{pictures}", "--labels", "cat,dog", "--template", "a photo")]
    [InlineData(1, "cannot be read", "zero-shot", "{pictures}", "--labels-file", "{empty}/none.txt")]
    public void What_cannot_be_done_is_said_in_a_sentence(int code, string said, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2), model = ToyGallery.Model(folder);
        Directory.CreateDirectory(folder.Combine("empty"));

        var run = InProcess.Run(["match", .. arguments.Select(a => a.Replace("{pictures}", pictures, StringComparison.Ordinal).Replace("{empty}", folder.Combine("empty"), StringComparison.Ordinal)), "--model", model]);

        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.Contains(said, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_no_clip_is_named()
    {
        using var folder = new TemporaryFolder();
        string pictures = ToyGallery.Pictures(folder, 2);
        folder.Write("config.json", """{"model_type": "bert"}""");

        var run = InProcess.Run("match", "rank", pictures, "--caption", "hi", "--model", folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("not a CLIP", run.Errors, StringComparison.Ordinal);
    }
}
