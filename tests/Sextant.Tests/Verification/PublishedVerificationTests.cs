using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Verification;
using Xunit;

namespace Sextant.Tests.Verification;

public sealed class PublishedVerificationTests
{
    /// <summary>One layer of the shape of roberta-base's vocabulary: every number is compared, and none can be right.</summary>
    private static readonly EncoderOptions.Roberta Small = new() { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 16 };

    [Fact]
    public void A_model_that_is_not_the_published_one_is_beyond_the_tolerance()
    {
        using var folder = new TemporaryFolder();
        string place = folder.Combine("roberta-base");
        using (var model = PretrainedEncoders.New(Small, 50265, seed: 1))
        {
            PretrainedEncoders.Write(model, place);
        }

        var check = Assert.Single(PublishedVerification.Check(place, place));

        Assert.Equal(9, check.Count);
        Assert.False(check.Passed);
    }

    [Fact]
    public void A_model_of_another_vocabulary_is_named_as_another_model()
    {
        using var folder = new TemporaryFolder();
        string place = folder.Combine("models--tbs17--MathBERT");
        using (var model = PretrainedEncoders.New(new EncoderOptions.Bert { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 16 }, 500, seed: 1))
        {
            PretrainedEncoders.Write(model, place);
        }

        var error = Assert.Throws<UserError>(() => PublishedVerification.Check(place, place));

        Assert.Contains("is not tbs17/MathBERT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_which_nothing_is_published_asks_for_a_golden_file()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<UserError>(() => PublishedVerification.Check("mine", folder.Combine("mine")));

        Assert.Contains("--golden", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_golden_file_of_other_numbers_fails_and_says_where()
    {
        string checkpoints = SharedData.Path("data/pretrained/checkpoints");
        using var folder = new TemporaryFolder();
        string golden = folder.Combine("golden.json");
        string text = File.ReadAllText(Path.Combine(checkpoints, "tiny-bert-cls", "golden.json"));
        File.WriteAllText(golden, text.Replace("0.6813211", "0.6814211", StringComparison.Ordinal)); // the first logit of the first case

        var failed = EncoderVerification.Check(Path.Combine(checkpoints, "tiny-bert-cls"), golden).Where(check => !check.Passed);

        var check = Assert.Single(failed);
        Assert.Equal("padded: logits", check.Name);
        Assert.InRange(check.LargestDifference, 9e-5, 1.1e-4);
    }

    [Fact]
    public void Another_activation_is_beyond_the_tolerance()
    {
        string source = SharedData.Path("data/pretrained/checkpoints/tiny-bert-mlm");
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(source, "model.safetensors"), folder.Combine("model.safetensors"));
        File.WriteAllText(folder.Combine("config.json"), File.ReadAllText(Path.Combine(source, "config.json")).Replace("\"gelu\"", "\"gelu_new\"", StringComparison.Ordinal));

        Assert.Contains(EncoderVerification.Check(folder.Path, Path.Combine(source, "golden.json")), check => !check.Passed);
    }
}
