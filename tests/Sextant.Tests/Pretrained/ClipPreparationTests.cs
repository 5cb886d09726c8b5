using Sextant.Data.Pictures;
using Sextant.Pretrained;
using Xunit;

namespace Sextant.Tests.Pretrained;

public sealed class ClipPreparationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_the_folder_does_not_say_is_as_for_the_released_model_at_the_size_of_this_one()
    {
        Config("""{ "image_size": 48, "patch_size": 16 }""");

        var read = ClipPreparation.Read(folder.Path);

        Assert.Equal((true, 48), (read.IsAssumed, read.Preparation.Size));
        Assert.Equal(PicturePreparation.Reference.Mean, read.Preparation.Mean);
        Assert.Contains("at 48 pixels", read.Notice(folder.Path)!, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_folder_says_counts_and_is_held_against_the_model()
    {
        Config("""{ "image_size": 48, "patch_size": 16 }""");
        PicturePreparation.Clip(32).Write(folder.Path);

        var read = ClipPreparation.Read(folder.Path);

        Assert.Equal((false, 32), (read.IsAssumed, read.Preparation.Size));
        Assert.Null(read.Notice(folder.Path));
        Assert.Contains("prepared to 32 pixels a side, and the model takes 48", Refused(), StringComparison.Ordinal);
        Config("""{ "image_size": 32, "patch_size": 16, "num_channels": 1 }""");
        Assert.Contains("takes 1 numbers a pixel", Refused(), StringComparison.Ordinal);
    }

    private string Refused() => Assert.Throws<UserError>(() => ClipPreparation.Read(folder.Path, ClipConfig.Read(folder.Path))).Message;

    private void Config(string vision) => folder.Write("config.json", $$"""{ "model_type": "clip", "vision_config": {{vision}} }""");
}
