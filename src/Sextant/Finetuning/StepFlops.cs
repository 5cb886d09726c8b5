using Sextant.Data;
using Sextant.Models.Encoders;

namespace Sextant.Finetuning;

/// <summary>
/// FLOPs of a training step of an encoder: the forward pass, and backward as much again for the gradients of what is trained and as much for those of
/// what is above something that is. What lies below everything that is trained needs neither, and the first product that is trained no gradient of its input.
/// </summary>
internal static class StepFlops
{
    /// <summary>Of the forward pass of a body that is computed once.</summary>
    /// <param name="model">The body's.</param>
    /// <param name="isPooled">Whether the pooler belongs to it.</param>
    /// <param name="shape">Of a batch.</param>
    public static double OfBody(EncoderClassifier model, bool isPooled, BatchShape shape) =>
        model.LayerFlops(shape).Sum(layer => layer.Forward) + (isPooled ? model.dense.Flops(shape.Examples) : 0);

    public static double Of(EncoderClassifier model, FrozenParts frozen, bool hasAdapters, BatchShape shape)
    {
        bool isPooled = frozen is FrozenParts.Body { TrainPooler: false } && model.HasPooler;
        double head = 3 * model.HeadFlops(shape.Examples, isPooled), inputOfHead = (isPooled ? model.output : model.dense).Flops(shape.Examples);
        if (frozen is FrozenParts.Body)
        {
            return head - inputOfHead; // the body was computed once and is counted apart
        }

        var layers = model.LayerFlops(shape);
        int below = frozen is FrozenParts.FirstLayers first ? first.Count : 0;
        bool isCut = hasAdapters || frozen is not FrozenParts.Nothing;
        double backward = layers.Skip(below).Select((layer, i) => layer.Backward(isFrozen: hasAdapters, reachesInput: i > 0 || !isCut)).Sum();
        return layers.Sum(layer => layer.Forward) + backward + head - (below == layers.Length ? inputOfHead : 0);
    }
}
