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
        TowerFreezing.Rest(model, frozen);
        return Coupled(Pictures(batch, 0, batch.Shape.Examples), Texts(batch, 0, batch.Shape.Examples), batch);
    }

    /// <summary>The same with its gradient, of no more than a chunk at a time.</summary>
    public torch.Tensor Differentiate(Batch batch)
    {
        Limit();
        TowerFreezing.Rest(model, frozen);
        return CachedGradients.Add(
            batch.Shape.Examples,
            options.Chunk ?? batch.Shape.Examples,
            [
                new((at, count) => Pictures(batch, at, count), frozen != FrozenTowers.PictureTower),
                new((at, count) => Texts(batch, at, count), frozen != FrozenTowers.TextTower),
            ],
            features => Coupled(features[0], features[1], batch));
    }

    /// <summary>[B, B], pictures by texts, of batches with one caption a picture.</summary>
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

    /// <summary>[count, K P]: the K captions of a picture side by side.</summary>
    private torch.Tensor Texts(Batch batch, int at, int count)
    {
        long captions = batch.Input.shape[0] / batch.Shape.Examples;
        return model.TextFeatures(batch.Input.narrow(0, at * captions, count * captions)).view(count, -1);
    }

    /// <summary>Mean of the losses with the first captions, the second ones, ...: captions of one picture are never held against each other.</summary>
    private torch.Tensor Coupled(torch.Tensor pictures, torch.Tensor texts, Batch batch)
    {
        long captions = batch.Input.shape[0] / batch.Shape.Examples;
        var scale = model.Scale();
        if (captions == 1)
        {
            return ContrastiveLoss.Of(pictures, texts, scale, batch.Expected);
        }

        var (each, groups) = (texts.view(pictures.shape[0], captions, -1), batch.Expected.view(-1, captions));
        return torch.stack([.. Enumerable.Range(0, (int)captions).Select(k => ContrastiveLoss.Of(pictures, each.select(1, k), scale, groups.select(1, k)))]).mean();
    }
}
