using Sextant.Data;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Matching.Contrastive;

/// <summary>
/// The symmetric contrastive loss over the pairs of a batch (Radford 2021, figure 3): the cross-entropy of each picture's own caption among all captions of the batch, and of
/// each caption's own picture, averaged. Guessing costs log B.
/// </summary>
public static class ContrastiveLoss
{
    /// <summary>Mean over the batch, a scalar in nats a pair.</summary>
    /// <param name="pictures">[B, P], not normalised.</param>
    /// <param name="texts">[B, P], row i the caption of picture i; not normalised.</param>
    /// <param name="scale">What cosines are multiplied by, a scalar: exp(logit scale).</param>
    /// <param name="groups">
    /// [B] int64: pairs of the same number have equal captions, which are expected with the same probability, 1 / how many there are. Null expects of each picture its own caption alone, and holds an equal
    /// caption of another picture against it.
    /// </param>
    public static torch.Tensor Of(torch.Tensor pictures, torch.Tensor texts, torch.Tensor scale, torch.Tensor? groups = null)
    {
        var logits = Logits(pictures, texts, scale);
        var expected = groups is null ? torch.arange(logits.shape[0], torch.ScalarType.Int64, logits.device) : Spread(groups, logits.dtype);
        return Mean(logits, expected);
    }

    /// <summary>[B, B], pictures by texts: cosines times the scale.</summary>
    public static torch.Tensor Logits(torch.Tensor pictures, torch.Tensor texts, torch.Tensor scale) => Unit(pictures).mm(Unit(texts).t()).mul(scale);

    /// <summary>Losses and the share of pictures whose likeliest caption in their batch is their own or an equal one, over every batch, without dropout; reads the device once.</summary>
    /// <param name="model">Set to evaluate, and back.</param>
    /// <param name="batches">The same every epoch.</param>
    /// <param name="logits">[B, B] of a batch.</param>
    public static ValidationLosses Validate(torch.nn.Module model, BatchSource batches, Func<Batch, torch.Tensor> logits)
    {
        bool wasTraining = model.training;
        model.eval();
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        torch.Tensor[] sums = new torch.Tensor[batches.BatchesInEpoch], right = new torch.Tensor[sums.Length];
        long[] counts = new long[sums.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            using var step = torch.NewDisposeScope();
            var batch = batches.Get(0, i);
            var found = logits(batch);
            using Scalar rows = found.shape[0];
            sums[i] = Mean(found, Spread(batch.Expected, found.dtype)).mul(rows).MoveToOuterDisposeScope();
            right[i] = batch.Expected.index_select(0, found.argmax(1)).eq(batch.Expected).sum().MoveToOuterDisposeScope();
            counts[i] = found.shape[0];
            batches.Release(batch);
        }

        float[] nats = torch.stack(sums).cpu().data<float>().ToArray();
        long hits = torch.stack(right).sum().ToInt64();
        model.train(wasTraining);
        return ValidationLosses.Of(nats.Zip(counts, (sum, count) => (Nats: (double)sum, Tokens: count))) with { Accuracy = hits / (double)counts.Sum() };
    }

    private static torch.Tensor Mean(torch.Tensor logits, torch.Tensor expected)
    {
        var both = torch.nn.functional.cross_entropy(logits, expected).add(torch.nn.functional.cross_entropy(logits.t(), expected), One);
        return both.mul(Half);
    }

    /// <summary>[B, B]: in each row the columns of its group share the probability. Groups say the same of rows and of columns, so that it serves both directions.</summary>
    private static torch.Tensor Spread(torch.Tensor groups, torch.ScalarType type)
    {
        var equal = groups.unsqueeze(1).eq(groups.unsqueeze(0)).to_type(type);
        return equal.div(equal.sum(1, keepdim: true));
    }

    private static torch.Tensor Unit(torch.Tensor features) => features.div(features.norm(1, keepdim: true));

    private static readonly Scalar One = 1, Half = 0.5;
}
