using Sextant.Data;
using Sextant.Models.Encoders;

namespace Sextant.Finetuning;

/// <summary>
/// FLOPs of a training step of an encoder: the forward pass, and backward as much again for the gradients of what is trained and as much for those of
/// what is below it. What lies below everything that is trained needs neither.
/// </summary>
internal static class StepFlops
{
    public static double Of(EncoderClassifier model, FrozenParts frozen, bool hasAdapters, BatchShape shape)
    {
        double head = model.HeadFlops(shape.Examples, isPooled: frozen is FrozenParts.Body { TrainPooler: false } && model.HasPooler);
        if (frozen is FrozenParts.Body)
        {
            return 3 * head; // the body was computed once and is counted apart
        }

        double[] layers = model.LayerFlops(shape);
        int below = frozen is FrozenParts.FirstLayers first ? first.Count : 0;
        double backward = layers.Skip(below).Sum() * (hasAdapters ? 1 : 2); // a frozen matrix has no gradient of its own; an adapter's is small beside it
        return layers.Sum() + backward + (3 * head);
    }
}
