using Sextant.Data;
using Sextant.Models.Encoders;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Finetuning;

/// <summary>Cross-entropy of an encoder: nats an example of a classifier, nats a hidden token of a masked language model.</summary>
internal static class EncoderLoss
{
    /// <summary>Losses and the share that is right, over every validation batch, without dropout; reads the device once.</summary>
    /// <param name="model">Set to evaluate, and back.</param>
    /// <param name="batches">The same every epoch.</param>
    /// <param name="logits">Of a batch; rows as many as it expects.</param>
    /// <param name="weights">[classes] on the device; both losses are then the weighted sum over the sum of the weights. Null where every example weighs the same.</param>
    public static ValidationLosses Validate(EncoderModel model, BatchSource batches, Func<Batch, torch.Tensor> logits, torch.Tensor? weights = null)
    {
        bool wasTraining = model.training;
        model.eval();
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        torch.Tensor[] sums = new torch.Tensor[batches.BatchesInEpoch], right = new torch.Tensor[sums.Length], weighed = new torch.Tensor[sums.Length];
        long[] counts = new long[sums.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            using var step = torch.NewDisposeScope();
            var batch = batches.Get(0, i);
            var found = logits(batch);
            sums[i] = torch.nn.functional.cross_entropy(found, batch.Expected, weight: weights, reduction: torch.nn.Reduction.Sum).MoveToOuterDisposeScope();
            right[i] = found.argmax(1).eq(batch.Expected).sum().MoveToOuterDisposeScope();
            counts[i] = batch.Shape.LossPositions;
            if (weights is not null)
            {
                weighed[i] = weights.index_select(0, batch.Expected).sum().MoveToOuterDisposeScope();
            }

            batches.Release(batch);
        }

        float[] nats = torch.stack(sums).cpu().data<float>().ToArray();
        long hits = torch.stack(right).sum().ToInt64();
        model.train(wasTraining);
        double accuracy = hits / (double)counts.Sum();
        if (weights is not null)
        {
            double mean = nats.Sum(n => (double)n) / torch.stack(weighed).cpu().data<float>().ToArray().Sum(w => (double)w);
            return new ValidationLosses(mean, mean) { Accuracy = accuracy };
        }

        return ValidationLosses.Of(nats.Zip(counts, (sum, count) => (Nats: (double)sum, Tokens: count))) with { Accuracy = accuracy };
    }
}
