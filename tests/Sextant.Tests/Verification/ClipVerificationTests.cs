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
}
