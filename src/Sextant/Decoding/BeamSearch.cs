using Sextant.Models;
using TorchSharp;

namespace Sextant.Decoding;

/// <summary>
/// Beam search (Sutskever 2014, section 3.2) with the length normalisation of Wu 2016, equation 14. All beginnings of
/// all examples of a batch are rows of one decoding state. R rows, W width, V vocabulary.
/// </summary>
/// <remarks>
/// A step ranks an example's continuations. Those among the first W that end are finished and kept; the W best of
/// the others are continued. An example is done when W hypotheses are finished, so W = 1 is greedy decoding.
/// The answer is the finished hypothesis with the highest score; the best beginning, cut, if none is finished.
/// </remarks>
internal sealed class BeamSearch(SequenceModel model, Vocabulary vocabulary, torch.Device device, DecodingOptions.Beam options)
{
    /// <summary>At most so many tokens of each example; one more step sees what ends there.</summary>
    public Decoded[] Search(PromptBatch batch, int[] limits, CancellationToken cancellation)
    {
        Beginnings[] examples = [.. batch.Examples.Select(_ => new Beginnings(options, vocabulary.End))];
        int[] rowsOf = [.. Enumerable.Range(0, examples.Length)]; // the example of each row, ascending
        using var state = batch.Begin(model, device);
        var tokens = batch.Prompt(device);
        for (int step = 0; rowsOf.Length > 0; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var logits = model.Next(state, tokens); // [R, V]
            tokens.Dispose();
            var choices = Best(logits);
            logits.Dispose();

            var next = new List<(int Example, int Row, int Token)>();
            for (int first = 0; first < rowsOf.Length;)
            {
                var example = examples[rowsOf[first]];
                int count = example.Live.Count;
                if (step == limits[rowsOf[first]])
                {
                    example.Finish(choices.AsSpan(first, count));
                }
                else
                {
                    foreach ((int row, int token) in example.Continue(choices.AsSpan(first, count)))
                    {
                        next.Add((rowsOf[first], first + row, token));
                    }
                }

                first += count;
            }

            rowsOf = [.. next.Select(row => row.Example)];
            if (rowsOf.Length > 0)
            {
                using var rows = torch.tensor(next.Select(row => (long)row.Row).ToArray(), device: device);
                state.Select(rows);
                tokens = torch.tensor(next.Select(row => (long)row.Token).ToArray(), rowsOf.Length, 1, device: device);
            }
        }

        return [.. examples.Select(example => example.Answer())];
    }

    /// <summary>
    /// The best min(2W, V) continuations of each row: at most one of a row's ends it, so an example's best W that do
    /// not end are among them.
    /// </summary>
    private Choice[][] Best(torch.Tensor logits)
    {
        using var scope = torch.NewDisposeScope();
        int count = (int)Math.Min(2L * options.Width, vocabulary.Size);
        (var values, var indices) = vocabulary.LogProbabilities(logits).topk(count);
        float[] logProbabilities = values.cpu().data<float>().ToArray();
        long[] tokens = indices.cpu().data<long>().ToArray();
        return [.. tokens.Zip(logProbabilities, (token, value) => new Choice((int)token, value)).Chunk(count)];
    }
}
