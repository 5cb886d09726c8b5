using TorchSharp;

namespace Sextant.Experiments.Clip;

/// <summary>The trained weights with those they started from, in the place where a model reads them.</summary>
internal sealed class Weights : IDisposable
{
    private readonly torch.Tensor place;
    private readonly torch.Tensor? start;
    private readonly torch.Tensor? trained;

    /// <param name="place">[N] float32, the trained weights now; not owned.</param>
    /// <param name="start">[N] float32, not owned; null of new weights.</param>
    public Weights(torch.Tensor place, torch.Tensor? start)
    {
        (this.place, this.start) = (place, start);
        trained = start is null ? null : place.clone();
    }

    public bool HasStart => start is not null;

    /// <summary>Puts (1 - alpha) start + alpha trained in place; at 0 and 1 the very bits of either.</summary>
    public void Mix(double alpha)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using Scalar share = alpha, rest = 1 - alpha;
        place.copy_(alpha == 0 ? start! : alpha == 1 ? trained! : start!.mul(rest).add_(trained!, share));
    }

    public void Dispose() => trained?.Dispose();
}
