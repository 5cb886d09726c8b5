using Sextant.Models.Clip;
using Sextant.Pretrained;
using Sextant.Tests.Data.Pictures;
using Sextant.Verification;
using Xunit;

namespace Sextant.Tests.Verification;

/// <summary>The published layout of CLIP against the reference's outputs and gradients (data/pretrained/SOURCES.md).</summary>
public sealed class ClipVerificationTests
{
    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model.legacy.bin")]
    public void Every_number_of_the_golden_file_is_met_within_its_tolerance(string file)
    {
        string folder = SharedData.Path("data/pretrained/checkpoints/tiny-clip");

        var checks = EncoderVerification.Check(folder, Path.Combine(folder, "golden.json"), file);

        Assert.Equal(11 + 8 + 9 + (3 * 2) + 18, checks.Count); // outputs of three cases, summaries, and gradients with loss and norms
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.LargestDifference:G3} apart, {check.ShareOfTolerance:G3} of the tolerance"));
    }

    [Fact]
    public void Another_activation_is_beyond_the_tolerance()
    {
        string source = SharedData.Path("data/pretrained/checkpoints/tiny-clip");
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(source, "model.safetensors"), folder.Combine("model.safetensors"));
        File.WriteAllText(folder.Combine("config.json"), File.ReadAllText(Path.Combine(source, "config.json")).Replace("\"quick_gelu\"", "\"gelu\"", StringComparison.Ordinal));

        Assert.Contains(EncoderVerification.Check(folder.Path, Path.Combine(source, "golden.json")), check => !check.Passed);
    }

    /// <summary>The way that a downloaded openai/clip-vit-base-patch32 goes, with a model that cannot be right.</summary>
    [Fact]
    public void Published_scores_are_compared_for_the_pictures_that_are_there()
    {
        using var folder = new TemporaryFolder();
        string place = Small(folder), pictures = folder.Combine("pictures");
        Directory.CreateDirectory(pictures);
        File.WriteAllBytes(Path.Combine(pictures, "CLIP.png"), DrawnPictures.Png(DrawnPictures.Noise(50, 40)));
        File.WriteAllBytes(Path.Combine(pictures, "000000039769.jpg"), DrawnPictures.Encode(DrawnPictures.Soft(70, 40), SkiaSharp.SKEncodedImageFormat.Jpeg));
        File.WriteAllBytes(Path.Combine(pictures, "coffee.png"), DrawnPictures.Png(DrawnPictures.Soft(30, 40)));

        var checks = PublishedVerification.Check(place, place, pictures: pictures);

        Assert.Equal(
            ["ids of \"Hello World!\"", "scores of 000000039769.jpg and 2 texts", "probabilities of CLIP.png and 3 texts", "cosines of coffee.png and 8 texts"],
            checks.Select(check => check.Name));
        Assert.Equal([true, false, false, false], checks.Select(check => check.Passed));
    }

    [Fact]
    public void Published_scores_without_their_pictures_are_asked_for_by_name()
    {
        using var folder = new TemporaryFolder();
        string place = Small(folder);

        Assert.Contains("give --pictures FOLDER with any of 000000039769, CLIP", Assert.Throws<UserError>(() => PublishedVerification.Check(place, place)).Message, StringComparison.Ordinal);
        Assert.Contains("holds none of the pictures", Assert.Throws<UserError>(() => PublishedVerification.Check(place, place, pictures: folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<UserError>(() => PublishedVerification.Check(place, place, pictures: folder.Combine("nowhere"))).Message, StringComparison.Ordinal);
    }

    /// <summary>A small model of the published vocabulary and picture size.</summary>
    private static string Small(TemporaryFolder folder)
    {
        string place = folder.Combine("clip-vit-base-patch32"), vocabulary = SharedData.Path("data/pretrained/vocab/clip");
        var options = ClipOptions.BasePatch32 with
        {
            Picture = new PictureTowerOptions { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 16, Size = 224, Patch = 56 },
            Text = new TextTowerOptions { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 16 },
        };
        using (var model = PretrainedClip.New(options, 49408, seed: 1))
        {
            PretrainedClip.Write(model, place);
        }

        foreach (string file in new[] { "vocab.json", "merges.txt" })
        {
            File.Copy(Path.Combine(vocabulary, file), Path.Combine(place, file));
        }

        return place;
    }
}
