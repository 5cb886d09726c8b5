using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Data.Pictures;
using Sextant.Tests.Cli;
using Sextant.Tests.Data.Pictures;
using Sextant.Verification;
using Xunit;

namespace Sextant.Tests.Verification;

public sealed class PictureVerificationTests
{
    private static readonly int[] Shape = [3, 2, 2];

    [Fact]
    public void Every_golden_picture_is_prepared_within_its_tolerance()
    {
        var run = InProcess.Run("verify", "--pictures", SharedData.Path("data/pretrained/images"), "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.True((bool)run.Json["passed"]!);
        var checks = run.Json["checks"]!.AsArray();
        Assert.Equal(10, checks.Count);
        Assert.All(checks, check => Assert.Equal("expected", (string)check!["reading"]!));
    }

    [Fact]
    public void An_alternative_passes_by_its_name()
    {
        using var folder = Golden(expected: 0.5f, alternative: 0);

        var check = Assert.Single(PictureVerification.Check(folder.Path, PicturePreparation.Clip(8)));

        Assert.True(check.Passed);
        Assert.Equal("turned", check.Reading);
        var run = InProcess.Run("verify", "--pictures", folder.Path);
        Assert.Equal(1, run.ExitCode); // without a model it is prepared to 224 pixels
    }

    [Fact]
    public void A_picture_beyond_its_tolerance_fails_and_the_command_exits_with_1()
    {
        using var folder = Golden(expected: 0.5f, alternative: 0.6f);
        PicturePreparation.Clip(8).Write(folder.Path);
        folder.Write("config.json", "{}");

        var run = InProcess.Run("verify", folder.Path, "--pictures", folder.Path, "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.False((bool)run.Json["passed"]!);
        Assert.False((bool)run.Json["checks"]![0]!["passed"]!);
        Assert.Null(run.Json["checks"]![0]!["reading"]);
    }

    [Fact]
    public void The_preparation_of_a_model_is_used_where_it_has_one()
    {
        using var folder = Golden(expected: 0, alternative: 1);
        PicturePreparation.Clip(8).Write(folder.Path);
        folder.Write("config.json", "{}");

        var run = InProcess.Run("verify", folder.Path, "--pictures", folder.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("within (expected)", run.Output, StringComparison.Ordinal);
        Assert.Contains("All 1 groups of numbers lie within their tolerances.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_say_how_pictures_are_prepared_is_named_and_the_reference_stands_in_at_its_size()
    {
        using var folder = Golden(expected: 0, alternative: 1);
        folder.Write("config.json", """{ "model_type": "clip", "vision_config": { "image_size": 8, "patch_size": 4 } }""");

        var assumed = InProcess.Run("verify", folder.Path, "--pictures", folder.Path, "--json");
        PicturePreparation.Clip(8).Write(folder.Path);
        var said = InProcess.Run("verify", folder.Path, "--pictures", folder.Path, "--json");

        Assert.Equal((0, 0, ""), (assumed.ExitCode, said.ExitCode, said.Errors));
        Assert.Equal($"{folder.Path} does not say how pictures are prepared (preprocessor_config.json): they are prepared as for the released CLIP, at 8 pixels.", assumed.Errors.Trim());
        Assert.Equal((true, false), ((bool)assumed.Json["preparationAssumed"]!, (bool)said.Json["preparationAssumed"]!));
    }

    [Fact]
    public void A_model_that_sees_no_pictures_is_refused_with_pictures()
    {
        using var folder = Golden(expected: 0, alternative: 1);
        folder.Write("config.json", """{ "model_type": "bert" }""");

        Assert.Contains("not a CLIP", InProcess.Run("verify", folder.Path, "--pictures", folder.Path).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_picture_fails_and_the_rest_is_compared()
    {
        using var folder = Golden(expected: 0, alternative: 1);
        var json = JsonNode.Parse(File.ReadAllText(folder.Combine("expected.json")))!;
        var second = json["pictures"]![0]!.DeepClone();
        second["file"] = "broken.png";
        json["pictures"]!.AsArray().Insert(0, second);
        folder.Write("expected.json", json.ToJsonString());
        folder.Write("broken.png", "text");

        var checks = PictureVerification.Check(folder.Path, PicturePreparation.Clip(8));

        Assert.Equal([false, true], checks.Select(check => check.Passed));
        Assert.Contains("not a picture that can be read here", checks[0].Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_layout_is_named()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("There is no file", Assert.Throws<UserError>(() => PictureVerification.Check(folder.Path)).Message, StringComparison.Ordinal);
        foreach (string text in new[] { "{", "[]", "{}", """{"suggested_tolerance": {"lossless": {}, "jpeg": {}}, "pictures": []}""" })
        {
            folder.Write("expected.json", text);

            Assert.Contains("is not of the layout", Assert.Throws<UserError>(() => PictureVerification.Check(folder.Path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Neither_a_model_nor_pictures_is_a_usage_error()
    {
        Assert.Equal(2, InProcess.Run("verify").ExitCode);
        Assert.Equal(2, InProcess.Run("verify", "--pictures", "x", "--golden", "y").ExitCode);
    }

    /// <summary>A picture of 8 x 8 pixels with what is expected of it, moved by so much.</summary>
    private static TemporaryFolder Golden(float expected, float alternative)
    {
        var folder = new TemporaryFolder();
        var picture = DrawnPictures.Soft(8, 8);
        folder.Write("a.png", DrawnPictures.Png(picture));
        float[] pixels = new float[3 * 64];
        PicturePreparation.Clip(8).Apply(picture, pixels);
        object Values(float moved) => new
        {
            what = "turned",
            mean = pixels.Chunk(64).Select(channel => channel.Average() + moved),
            grid = new { step = 7, start = 0, shape = Shape, values = from c in Enumerable.Range(0, 3) from y in Enumerable.Range(0, 2) from x in Enumerable.Range(0, 2) select pixels[(c * 64) + (y * 56) + (x * 7)] + moved },
        };
        folder.Write("expected.json", JsonSerializer.Serialize(new
        {
            suggested_tolerance = new { lossless = new { max_abs = 0.03, mean_abs = 0.002 }, jpeg = new { mean_abs = 0.03 } },
            pictures = new[] { new { file = "a.png", decoding = "lossless", expected = Values(expected), alternatives = new[] { Values(alternative) } } },
        }));
        return folder;
    }
}
