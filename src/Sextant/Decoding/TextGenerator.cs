using Sextant.Models;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Decoding;

/// <summary>Continues text with a decoder-only model, a token at a time.</summary>
/// <param name="model">Used in evaluation mode while a token is computed; between two tokens its mode is the caller's.</param>
/// <param name="tokenizer">The one the model was trained with.</param>
/// <exception cref="ArgumentException">The vocabularies differ, or the model has an encoder.</exception>
public sealed class TextGenerator(SequenceModel model, Tokenizer tokenizer)
{
    private readonly Vocabulary vocabulary = !model.Options.HasEncoder
        ? Vocabulary.Of(model, tokenizer)
        : throw new ArgumentException("A model with an encoder translates; only a decoder-only model continues text.", nameof(model));

    /// <summary>
    /// Ids after the prompt as they are written, until the end token (not among them) or <paramref name="maximumLength"/>.
    /// When the context is full it is begun anew with the last half of it, so a later token sees between half a
    /// context and a whole one.
    /// </summary>
    /// <param name="prompt">Its last tokens are used where it is longer than the context; an empty one is the start token.</param>
    /// <param name="maximumLength">The most tokens written.</param>
    /// <param name="options">Greedy or sampling; null is greedy.</param>
    /// <param name="maximumContext">The most positions used, such as the block length of the training; null for as many as the model can take.</param>
    /// <param name="cancellation">Stops before the next token.</param>
    /// <exception cref="ArgumentException">A bad option, or beam search.</exception>
    public IEnumerable<int> Generate(
        IReadOnlyList<int> prompt,
        int maximumLength,
        DecodingOptions? options = null,
        int? maximumContext = null,
        CancellationToken cancellation = default)
    {
        options ??= new DecodingOptions.Greedy();
        TokenChoice.Check(options);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumLength);
        int context = Math.Min(model.MaximumLength, maximumContext ?? int.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(context, 1, nameof(maximumContext));
        return Stream(prompt.Count > 0 ? prompt : [vocabulary.Start], maximumLength, TokenChoice.Of(options, vocabulary, _ => 0), context, cancellation);
    }

    /// <summary>The same as text, in pieces; a character whose bytes are several tokens comes whole.</summary>
    /// <exception cref="ArgumentException">A bad option, or beam search.</exception>
    public IEnumerable<string> Generate(
        string prompt,
        int maximumLength,
        DecodingOptions? options = null,
        int? maximumContext = null,
        CancellationToken cancellation = default) =>
        Text(Generate(tokenizer.Encode(prompt).Ids, maximumLength, options, maximumContext, cancellation));

    private IEnumerable<int> Stream(IReadOnlyList<int> prompt, int maximumLength, TokenChoice choice, int context, CancellationToken cancellation)
    {
        List<int> all = [.. prompt];
        var state = model.Begin(null, null);
        try
        {
            int[] fresh = [.. all.TakeLast(context)];
            for (int written = 0; written < maximumLength; written++)
            {
                cancellation.ThrowIfCancellationRequested();
                int token = Next(state, fresh, choice);
                if (token == vocabulary.End)
                {
                    yield break;
                }

                yield return token;
                all.Add(token);
                fresh = [token];
                if (state.Length == context)
                {
                    state.Dispose();
                    state = model.Begin(null, null);
                    fresh = [.. all.TakeLast((context + 1) / 2)];
                }
            }
        }
        finally
        {
            state.Dispose();
        }
    }

    /// <summary>No dispose scope or mode may stay open across a yield: both belong to the thread, and so to the caller.</summary>
    private int Next(DecodingState state, int[] fresh, TokenChoice choice)
    {
        using var inference = new InferenceScope(model);
        using var tokens = torch.tensor(fresh.Select(id => (long)id).ToArray(), 1, fresh.Length, device: inference.Device);
        using var logits = model.Next(state, tokens); // [1, V]
        return choice.Choose(logits, [0])[0].Token;
    }

    private IEnumerable<string> Text(IEnumerable<int> ids)
    {
        const int longestCharacter = 4; // bytes of UTF-8
        List<int> pending = [];
        foreach (int id in ids)
        {
            pending.Add(id);
            string text = tokenizer.Decode([.. pending]);
            if (!text.EndsWith('\uFFFD') || pending.Count >= longestCharacter)
            {
                yield return text;
                pending.Clear();
            }
        }

        if (pending.Count > 0)
        {
            yield return tokenizer.Decode([.. pending]);
        }
    }
}
