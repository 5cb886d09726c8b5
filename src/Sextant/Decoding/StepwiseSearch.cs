using Sextant.Models;
using TorchSharp;

namespace Sextant.Decoding;

/// <summary>Writes one token at a time and never goes back. A example still written, V vocabulary.</summary>
internal sealed class StepwiseSearch(SequenceModel model, Vocabulary vocabulary, torch.Device device, TokenChoice choice)
{
    /// <summary>At most so many tokens of each example; one more step sees whether the model ends there.</summary>
    public Decoded[] Search(PromptBatch batch, int[] limits, CancellationToken cancellation)
    {
        var ids = batch.Examples.Select(_ => new List<int>()).ToArray();
        double[] logProbability = new double[ids.Length];
        bool[] ended = new bool[ids.Length];
        int[] active = [.. Enumerable.Range(0, ids.Length)];

        using var state = batch.Begin(model, device);
        var tokens = batch.Prompt(device);
        for (int step = 0; active.Length > 0; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var logits = model.Next(state, tokens); // [A, V]
            tokens.Dispose();
            var chosen = choice.Choose(logits, [.. active.Select(i => batch.Examples[i])]);
            logits.Dispose();

            var kept = new List<int>();
            for (int row = 0; row < active.Length; row++)
            {
                int example = active[row];
                ended[example] = chosen[row].Token == vocabulary.End;
                if (ended[example] || step < limits[example])
                {
                    logProbability[example] += chosen[row].LogProbability;
                }

                if (!ended[example] && step < limits[example])
                {
                    ids[example].Add(chosen[row].Token);
                    kept.Add(row);
                }
            }

            if (kept.Count > 0 && kept.Count < active.Length)
            {
                using var rows = torch.tensor(kept.Select(row => (long)row).ToArray(), device: device);
                state.Select(rows);
            }

            active = [.. kept.Select(row => active[row])];
            if (active.Length > 0)
            {
                tokens = torch.tensor(kept.Select(row => (long)chosen[row].Token).ToArray(), kept.Count, 1, device: device);
            }
        }

        return [.. ids.Select((tokensOfOne, i) => new Decoded(tokensOfOne, logProbability[i], ended[i]))];
    }
}
