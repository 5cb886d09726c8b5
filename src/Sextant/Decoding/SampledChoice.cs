using TorchSharp;

namespace Sextant.Decoding;

/// <summary>Draws the next token; every example has its own random stream, so the batch does not matter.</summary>
/// <param name="vocabulary">V tokens.</param>
/// <param name="options">How to draw.</param>
/// <param name="key">What an example's stream follows from, beside the seed.</param>
internal sealed class SampledChoice(Vocabulary vocabulary, DecodingOptions.Sampling options, Func<int, ulong> key) : TokenChoice
{
    private readonly Dictionary<int, SeededRandom> streams = [];

    public override Choice[] Choose(torch.Tensor logits, int[] examples)
    {
        using var scope = torch.NewDisposeScope();
        float[] logProbabilities = vocabulary.LogProbabilities(logits).cpu().data<float>().ToArray(); // [A, V]
        var chosen = new Choice[examples.Length];
        for (int row = 0; row < examples.Length; row++)
        {
            if (!streams.TryGetValue(examples[row], out var stream))
            {
                streams[examples[row]] = stream = new SeededRandom(options.Seed, key(examples[row]));
            }

            ReadOnlySpan<float> ofRow = logProbabilities.AsSpan(row * vocabulary.Size, vocabulary.Size);
            int token = SamplingDistribution.Draw(SamplingDistribution.Of(ofRow, options), stream.NextDouble());
            chosen[row] = new Choice(token, ofRow[token]);
        }

        return chosen;
    }
}
