using Sextant.Data;
using Sextant.Models;
using TorchSharp;

namespace Sextant.Training;

/// <summary>Cross-entropy of a sequence model, in nats a token.</summary>
public static class SequenceLoss
{
    /// <summary>Mean over the batch's loss positions, a scalar.</summary>
    public static torch.Tensor Mean(SequenceModel model, Batch batch, double labelSmoothing) =>
        torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected, label_smoothing: labelSmoothing);

    /// <summary>Losses over every validation batch, without smoothing and dropout; reads the device once.</summary>
    public static ValidationLosses Validate(SequenceModel model, BatchSource batches)
    {
        bool wasTraining = model.training;
        model.eval();
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var sums = new torch.Tensor[batches.BatchesInEpoch];
        long[] counts = new long[sums.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            using var step = torch.NewDisposeScope();
            var batch = batches.Get(0, i);
            sums[i] = torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected, reduction: torch.nn.Reduction.Sum).MoveToOuterDisposeScope();
            counts[i] = batch.Shape.LossPositions;
            batches.Release(batch);
        }

        float[] read = torch.stack(sums).cpu().data<float>().ToArray();
        model.train(wasTraining);
        return ValidationLosses.Of(read.Zip(counts, (sum, count) => (Nats: (double)sum, Tokens: count)));
    }
}
