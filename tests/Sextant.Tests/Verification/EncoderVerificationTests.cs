using Sextant.Verification;
using Xunit;

namespace Sextant.Tests.Verification;

/// <summary>Published layouts against the reference's outputs, gradients and trainings (data/pretrained/SOURCES.md).</summary>
public sealed class EncoderVerificationTests
{
    private static readonly string[] Models = ["tiny-bert-cls", "tiny-bert-mlm", "tiny-bert-base-no-head", "tiny-bert-gamma-beta", "tiny-roberta-cls", "tiny-roberta-mlm"];
    private static readonly string[] Files = ["model.safetensors", "pytorch_model.bin", "pytorch_model.legacy.bin"];

    public static TheoryData<string, string> Checkpoints => new(from model in Models from file in Files select (model, file));

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Every_number_of_a_golden_file_is_met_within_its_tolerance(string model, string file)
    {
        string folder = SharedData.Path($"data/pretrained/checkpoints/{model}");

        var checks = EncoderVerification.Check(folder, Path.Combine(folder, "golden.json"), file);

        Assert.True(checks.Count >= 12, $"only {checks.Count} groups of numbers were compared");
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.LargestDifference:G3} apart, {check.ShareOfTolerance:G3} of the tolerance"));
    }
}
