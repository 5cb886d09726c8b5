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
