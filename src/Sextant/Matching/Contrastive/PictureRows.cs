using TorchSharp;

namespace Sextant.Matching.Contrastive;

/// <summary>What a picture tower is given of pictures, by their numbers.</summary>
internal abstract class PictureRows
{
    /// <summary>[B, 3, S, S] float32, prepared pixels; or [B, W], what a frozen tower made of them. No dispose scope owns it.</summary>
    public abstract torch.Tensor Get(int epoch, ReadOnlySpan<int> pictures, torch.Device device);

    /// <summary>What a row takes of the tensor.</summary>
    public abstract long Bytes { get; }
}

/// <summary>Vectors that a frozen tower made of the pictures, computed once.</summary>
/// <param name="features">[N, W] float32; not owned.</param>
internal sealed class FeatureRows(torch.Tensor features) : PictureRows
{
    public override long Bytes => sizeof(float) * features.shape[1];

    public override torch.Tensor Get(int epoch, ReadOnlySpan<int> pictures, torch.Device device)
    {
        using var index = torch.tensor(Array.ConvertAll(pictures.ToArray(), number => (long)number), device: features.device);
        return features.index_select(0, index).DetachFromDisposeScope();
    }
}
