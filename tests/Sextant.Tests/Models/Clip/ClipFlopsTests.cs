using Sextant.Models.Clip;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models.Clip;

/// <summary>The counts of both towers against the products that libtorch runs, for one example and one head (see <see cref="MklLog"/>).</summary>
public sealed class ClipFlopsTests
{
    private static readonly ClipOptions Options = ToyClip.Options with
    {
        Picture = ToyClip.Options.Picture with { Heads = 1, Hidden = 24, Layers = 3, FeedForward = 40, Size = 40 },
        Text = ToyClip.Options.Text with { Heads = 1, Hidden = 24, FeedForward = 40, Positions = 30 },
    };

    [Fact]
    public void The_count_of_pictures_is_the_sum_of_the_products_run()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create(Options);
        var pixels = ToyClip.Pixels(1, Options);

        Assert.Equal(model.PictureFlops(1), Run(() => model.PictureFeatures(pixels)));
        Assert.Equal(7 * model.PictureFlops(1), model.PictureFlops(7));
    }

    [Fact]
    public void The_count_of_texts_is_the_sum_of_the_products_run()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create(Options);
        var ids = ToyClip.Ids(30, 0, [2, .. Enumerable.Repeat(5L, 20)]);

        Assert.Equal(model.TextFlops(1, 22), Run(() => model.TextFeatures(ids)));
    }

    private static double Run(Action work)
    {
        bool wasFused = torch.backends.cuda.flash_sdp_enabled();
        torch.backends.cuda.enable_flash_sdp(false);
        try
        {
            return MklLog.Flops(work);
        }
        finally
        {
            torch.backends.cuda.enable_flash_sdp(wasFused);
        }
    }
}
