using Sextant.Models.Clip;

namespace Sextant.Matching.Contrastive;

/// <summary>What of a CLIP stays as it is. The factor on cosines is a choice of its own (<see cref="ContrastiveOptions.TrainsScale"/>).</summary>
public enum FrozenTowers
{
    /// <summary>Everything is trained.</summary>
    Nothing,

    /// <summary>The picture tower with its projection: texts learn to say what the pictures' features already are (locked-image tuning, Zhai 2022). What it makes of each picture is computed once.</summary>
    PictureTower,

    /// <summary>The text tower with its projection.</summary>
    TextTower,

    /// <summary>Both towers: two matrices are trained, from what the towers make into the common space.</summary>
    BothButProjections,
}

/// <summary>Marks what is trained, and says what is computed.</summary>
internal static class TowerFreezing
{
    /// <summary>Lets the frozen parts go without gradients.</summary>
    public static void Apply(ClipModel model, FrozenTowers frozen, bool trainsScale)
    {
        foreach (var parameter in model.picture.parameters())
        {
            parameter.requires_grad = frozen is FrozenTowers.Nothing or FrozenTowers.TextTower;
        }

        foreach (var parameter in model.text.parameters())
        {
            parameter.requires_grad = frozen is FrozenTowers.Nothing or FrozenTowers.PictureTower;
        }

        model.pictureProjection.weight.requires_grad = frozen != FrozenTowers.PictureTower;
        model.textProjection.weight.requires_grad = frozen != FrozenTowers.TextTower;
        model.logitScale.requires_grad = trainsScale;
    }

    /// <summary>Lets frozen towers compute without dropout, as in use, whatever the rest does; to be said again after the model was set to train.</summary>
    public static void Rest(ClipModel model, FrozenTowers frozen)
    {
        if (frozen.FreezesPictures())
        {
            model.picture.eval();
        }

        if (frozen is FrozenTowers.TextTower or FrozenTowers.BothButProjections)
        {
            model.text.eval();
        }
    }

    /// <summary>Whether a picture becomes the same vector in every step, which is then computed once.</summary>
    public static bool FreezesPictures(this FrozenTowers frozen) => frozen is FrozenTowers.PictureTower or FrozenTowers.BothButProjections;

    /// <summary>FLOPs of a training step's products: forward, and backward twice that of what is trained; with chunks one forward pass more of it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="frozen">What of it stays.</param>
    /// <param name="pairs">Of the batch.</param>
    /// <param name="captions">Of each picture.</param>
    /// <param name="length">Of the longest caption.</param>
    /// <param name="isChunked">Whether the batch is computed in chunks.</param>
    /// <param name="isCached">Whether frozen pictures were computed before.</param>
    public static double StepFlops(ClipModel model, FrozenTowers frozen, int pairs, int captions, int length, bool isChunked, bool isCached)
    {
        double trained = isChunked ? 4 : 3, pictureHead = 2.0 * pairs * model.pictureProjection.weight.numel(), textHead = 2.0 * pairs * captions * model.textProjection.weight.numel();
        double picture = model.PictureFlops(pairs) - pictureHead, text = model.TextFlops(pairs * captions, length) - textHead;
        double ofPictures = frozen switch
        {
            FrozenTowers.PictureTower => isCached ? 0 : picture + pictureHead,
            FrozenTowers.BothButProjections => (isCached ? 0 : picture) + ((trained - 1) * pictureHead),
            _ => trained * (picture + pictureHead),
        };
        double ofTexts = frozen switch
        {
            FrozenTowers.TextTower => text + textHead,
            FrozenTowers.BothButProjections => ((isChunked ? 2 : 1) * text) + ((trained - 1) * textHead),
            _ => trained * (text + textHead),
        };
        return ofPictures + ofTexts + (6.0 * pairs * pairs * captions * model.Options.Projection); // the cosines, and their gradients by either side
    }
}
