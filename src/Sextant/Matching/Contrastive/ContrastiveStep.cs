using Sextant.Data;
using Sextant.Models.Clip;
using TorchSharp;

namespace Sextant.Matching.Contrastive;

/// <summary>The loss of a CLIP on batches of <see cref="ContrastiveCollation"/>, and its gradient.</summary>
/// <param name="model">On its device; what is frozen of it requires no gradient.</param>
/// <param name="frozen">What of it stays.</param>
/// <param name="options">How pairs are held against one another.</param>
internal sealed class ContrastiveStep(ClipModel model, FrozenTowers frozen, ContrastiveOptions options)
{
    private readonly double mostLogScale = Math.Log(options.MaximumScale);

    /// <summary>Mean over the batch, nats a pair, with a graph of the whole batch.</summary>
    public torch.Tensor Loss(Batch batch)
    {
        Limit();
        return ContrastiveLoss.Of(Pictures(batch, 0, batch.Shape.Examples), Texts(batch, 0, batch.Shape.Examples), model.Scale(), batch.Expected);
    }

    /// <summary>The same with its gradient, of no more than a chunk at a time.</summary>
    public torch.Tensor Differentiate(Batch batch)
    {
        Limit();
        return CachedGradients.Add(
            batch.Shape.Examples,
            options.Chunk ?? batch.Shape.Examples,
            [
                new((at, count) => Pictures(batch, at, count), frozen != FrozenTowers.PictureTower),
                new((at, count) => Texts(batch, at, count), frozen != FrozenTowers.TextTower),
            ],
            features => ContrastiveLoss.Of(features[0], features[1], model.Scale(), batch.Expected));
    }

    /// <summary>[B, B], pictures by texts.</summary>
    public torch.Tensor Logits(Batch batch)
    {
        Limit();
        return ContrastiveLoss.Logits(Pictures(batch, 0, batch.Shape.Examples), Texts(batch, 0, batch.Shape.Examples), model.Scale());
    }

    /// <summary>Holds the factor on cosines at its maximum, as the reference's training does after each step.</summary>
    public void Limit()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using Scalar most = mostLogScale;
        model.logitScale.clamp_max_(most);
    }

    private torch.Tensor Pictures(Batch batch, int at, int count)
    {
        var pixels = batch.Pixels!.narrow(0, at, count);
        return pixels.dim() == 4 ? model.PictureFeatures(pixels) : frozen == FrozenTowers.PictureTower ? pixels : model.pictureProjection.Forward(pixels);
    }

    private torch.Tensor Texts(Batch batch, int at, int count) => model.TextFeatures(batch.Input.narrow(0, at, count));
}
