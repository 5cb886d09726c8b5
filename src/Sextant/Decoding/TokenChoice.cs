using TorchSharp;

namespace Sextant.Decoding;

/// <summary>Chooses the next token of each row of logits.</summary>
internal abstract class TokenChoice
{
    /// <param name="options">Greedy or sampling.</param>
    /// <param name="vocabulary">What is chosen from.</param>
    /// <param name="key">What the random stream of an example follows from, beside the seed.</param>
    public static TokenChoice Of(DecodingOptions options, Vocabulary vocabulary, Func<int, ulong> key) => options switch
    {
        DecodingOptions.Greedy => new Greedy(vocabulary),
        DecodingOptions.Sampling sampling => new SampledChoice(vocabulary, sampling, key),
        _ => throw new ArgumentException($"{options.GetType().Name} does not write one token at a time; use greedy decoding or sampling.", nameof(options)),
    };

    public static void Check(DecodingOptions options)
    {
        if (options.Problems() is [_, ..] problems)
        {
            throw new ArgumentException("Bad decoding options: " + string.Join(" ", problems), nameof(options));
        }
    }

    /// <summary>One choice a row of <paramref name="logits"/> [A, V]; <paramref name="examples"/> are the rows' indices among all.</summary>
    public abstract Choice[] Choose(torch.Tensor logits, int[] examples);

    private sealed class Greedy(Vocabulary vocabulary) : TokenChoice
    {
        public override Choice[] Choose(torch.Tensor logits, int[] examples)
        {
            using var scope = torch.NewDisposeScope();
            (var values, var indices) = vocabulary.LogProbabilities(logits).max(-1);
            float[] logProbabilities = values.cpu().data<float>().ToArray();
            long[] tokens = indices.cpu().data<long>().ToArray();
            return [.. tokens.Zip(logProbabilities, (token, value) => new Choice((int)token, value))];
        }
    }
}

/// <summary>A token and its log-probability under the model.</summary>
internal readonly record struct Choice(int Token, double LogProbability);
