using Sextant.Matching.Contrastive;
using Sextant.Models.Clip;
using Sextant.Tests.Models;
using Sextant.Tests.Models.Clip;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Matching.Contrastive;

/// <summary>The count of a step against the products that libtorch runs, for one pair and one head (see <see cref="MklLog"/>).</summary>
public sealed class FrozenTowersTests
{
    private const int Length = 22;

    private static readonly ClipOptions Options = ToyClip.Options with
    {
        Picture = ToyClip.Options.Picture with { Heads = 1, Hidden = 24, Layers = 3, FeedForward = 40, Size = 40 },
        Text = ToyClip.Options.Text with { Heads = 1, Hidden = 24, FeedForward = 40, Positions = 30 },
    };

    [Theory]
    [InlineData(FrozenTowers.Nothing)]
    [InlineData(FrozenTowers.PictureTower)]
    [InlineData(FrozenTowers.TextTower)]
    [InlineData(FrozenTowers.BothButProjections)]
    public void The_count_of_a_step_is_the_sum_of_the_products_run(FrozenTowers frozen)
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create(Options);
        TowerFreezing.Apply(model, frozen, trainsScale: true);
        var (pixels, ids) = (ToyClip.Pixels(1, Options), ToyClip.Ids(Length, 0, [2, .. Enumerable.Repeat(5L, Length - 2)]));
        double cosines = 6.0 * Options.Projection;

        double first = frozen == FrozenTowers.Nothing ? FirstProduct() : frozen == FrozenTowers.TextTower ? FirstProduct() : 0;
        Assert.Equal(Run(model, pixels, ids) + first, TowerFreezing.StepFlops(model, frozen, 1, 1, Length, isChunked: false, isCached: false) - cosines);
    }

    /// <summary>Of pixels no gradient is wanted: a product that the usual count, backward twice as much as forward, has and libtorch does not run.</summary>
    private static double FirstProduct() => 2.0 * (Options.Picture.Positions - 1) * Options.Picture.Hidden * 3 * Options.Picture.Patch * Options.Picture.Patch;

    private static double Run(ClipModel model, torch.Tensor pixels, torch.Tensor ids)
    {
        bool wasFused = torch.backends.cuda.flash_sdp_enabled();
        torch.backends.cuda.enable_flash_sdp(false);
        try
        {
            return MklLog.Flops(() =>
            {
                foreach (var features in new[] { model.PictureFeatures(pixels), model.TextFeatures(ids) })
                {
                    if (features.requires_grad)
                    {
                        features.mul(torch.randn_like(features)).sum().backward();
                    }
                }
            });
        }
        finally
        {
            torch.backends.cuda.enable_flash_sdp(wasFused);
        }
    }
}
