using Sextant.Data;
using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Finetuning;

/// <summary>What a classifier says of texts.</summary>
internal static class Classification
{
    /// <summary>Positions of a batch, padding included: enough for the products to be worth it, few enough for any memory.</summary>
    private const int BatchTokens = 4096;

    /// <summary>Probabilities of the classes for each text, in the order given: texts of like length go through the model together.</summary>
    /// <param name="model">Set to evaluate.</param>
    /// <param name="texts">Any number.</param>
    /// <param name="device">Of the model.</param>
    /// <param name="stop">Looked at before each batch.</param>
    public static double[][] Probabilities(EncoderClassifier model, EncoderTexts texts, torch.Device device, CancellationToken stop)
    {
        double[][] found = new double[texts.Lengths.Count][];
        Each(texts, device, (examples, batch) =>
        {
            using var rows = model.Logits(batch).to(torch.ScalarType.Float64).softmax(1).cpu();
            double[] values = rows.data<double>().ToArray();
            for (int i = 0; i < examples.Length; i++)
            {
                found[examples[i]] = values[(i * model.Classes)..((i + 1) * model.Classes)];
            }
        }, stop);
        return found;
    }

    /// <summary>What a frozen body makes of the texts, [N, H] on the device, which no dispose scope owns: the head's input.</summary>
    /// <param name="model">Set to evaluate: a body that is computed once drops nothing.</param>
    /// <param name="texts">Any number.</param>
    /// <param name="isPooled">Whether the pooler is frozen too.</param>
    /// <param name="device">Of the model.</param>
    /// <param name="stop">Looked at before each batch.</param>
    public static torch.Tensor Features(EncoderClassifier model, EncoderTexts texts, bool isPooled, torch.Device device, CancellationToken stop)
    {
        var features = torch.empty([texts.Lengths.Count, model.Options.Hidden], device: device).DetachFromDisposeScope();
        Each(texts, device, (examples, batch) =>
        {
            var first = model.FirstToken(batch);
            using var index = torch.tensor([.. examples.Select(e => (long)e)], [examples.Length], device: device);
            features.index_copy_(0, index, isPooled ? model.Pool(first) : first);
        }, stop);
        return features;
    }

    /// <summary>FLOPs of the matrix products of <see cref="Features"/>.</summary>
    public static double FeatureFlops(EncoderClassifier model, EncoderTexts texts, bool isPooled) =>
        Batches(texts).Sum(examples => StepFlops.OfBody(model, isPooled, Shape(texts, examples)));

    private static BatchShape Shape(EncoderTexts texts, int[] examples) => new(examples.Length, 0, texts.Lengths[examples[^1]].Target, examples.Length, texts.Tokens(examples));

    private static void Each(EncoderTexts texts, torch.Device device, Action<int[], Batch> use, CancellationToken stop)
    {
        using var noGradient = torch.no_grad();
        foreach (int[] examples in Batches(texts))
        {
            stop.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            var shape = Shape(texts, examples);
            var (ids, mask, types) = texts.Tensors(examples, shape.TargetLength, device);
            using var batch = new Batch(null, null, ids, null, torch.empty(0), shape) { InputMask = mask, TokenTypes = types };
            use(examples, batch);
        }
    }

    /// <summary>The texts by length, as many together as fit into a batch.</summary>
    private static IEnumerable<int[]> Batches(EncoderTexts texts)
    {
        int[] order = [.. Enumerable.Range(0, texts.Lengths.Count).OrderBy(i => texts.Lengths[i].Target)];
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = start + 1;
            while (end < order.Length && (end - start + 1) * texts.Lengths[order[end]].Target <= BatchTokens)
            {
                end++;
            }

            yield return order[start..end];
        }
    }
}
