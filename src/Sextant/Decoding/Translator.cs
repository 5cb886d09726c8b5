using Sextant.Models;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Decoding;

/// <summary>
/// Translates with a trained model and its key-value cache. An encoder-decoder model reads source + end and is prompted
/// with start; a decoder-only model is prompted with start, source, end of prompt.
/// </summary>
/// <param name="model">Used in evaluation mode; its mode is restored after each call.</param>
/// <param name="tokenizer">The one the model was trained with.</param>
/// <exception cref="ArgumentException">The vocabularies differ.</exception>
public sealed class Translator(SequenceModel model, Tokenizer tokenizer)
{
    private readonly Vocabulary vocabulary = Vocabulary.Of(model, tokenizer);

    /// <summary>Translations of sources (ids without special tokens), in the order given.</summary>
    /// <param name="sources">Ids of each source, without special tokens.</param>
    /// <param name="options">Null is greedy.</param>
    /// <param name="limit">The most tokens of a translation; null is the course's.</param>
    /// <param name="maximumBatch">The most examples decoded at a time; the result does not depend on it.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    /// <exception cref="ArgumentException">A bad option, or a source longer than the model can take.</exception>
    public IReadOnlyList<Decoded> Translate(
        IReadOnlyList<int[]> sources,
        DecodingOptions? options = null,
        LengthLimit? limit = null,
        int maximumBatch = 256,
        CancellationToken cancellation = default)
    {
        options ??= new DecodingOptions.Greedy();
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBatch, 1);
        TokenChoice.Check(options);
        CheckLengths(sources);

        var longest = limit ?? LengthLimit.Course;
        ArgumentOutOfRangeException.ThrowIfNegative(longest.Tokens, nameof(limit));
        var results = new Decoded[sources.Count];
        using var inference = new InferenceScope(model);
        foreach (var batch in Batches(sources, maximumBatch))
        {
            using var scope = torch.NewDisposeScope();
            int[] limits = [.. batch.Examples.Select(i => Math.Min(longest.For(sources[i].Length), model.MaximumLength - batch.PromptLength))];
            var decoded = options is DecodingOptions.Beam beam
                ? new BeamSearch(model, vocabulary, inference.Device, beam).Search(batch, limits, cancellation)
                : new StepwiseSearch(model, vocabulary, inference.Device, TokenChoice.Of(options, vocabulary, i => Key(sources[i]))).Search(batch, limits, cancellation);
            for (int i = 0; i < decoded.Length; i++)
            {
                results[batch.Examples[i]] = decoded[i];
            }
        }

        return results;
    }

    /// <summary>The translation of one text.</summary>
    /// <exception cref="ArgumentException">A bad option, or a source longer than the model can take.</exception>
    public string Translate(string text, DecodingOptions? options = null, LengthLimit? limit = null) =>
        tokenizer.Decode([.. Translate([tokenizer.Encode(text).Ids], options, limit)[0].Ids]);

    /// <summary>The longest source that the model can take, in tokens without the special ones.</summary>
    public int MaximumSource => model.MaximumLength - (model.Options.HasEncoder ? 1 : 2);

    /// <summary>A random stream follows from the source itself: the same source draws the same text wherever it stands.</summary>
    private static ulong Key(int[] source) => source.Aggregate(0UL, (key, id) => SeededRandom.Mix(key + (ulong)id + 1));

    /// <summary>Batches of like length: equal prompts, and sources sorted so that little is padded.</summary>
    private IEnumerable<PromptBatch> Batches(IReadOnlyList<int[]> sources, int maximumBatch)
    {
        bool hasEncoder = model.Options.HasEncoder;
        var groups = Enumerable.Range(0, sources.Count)
            .OrderBy(i => sources[i].Length)
            .GroupBy(i => hasEncoder ? 0 : sources[i].Length);
        return groups.SelectMany(group => group.Chunk(maximumBatch)).Select(examples => hasEncoder
            ? new PromptBatch(examples, [.. examples.Select(i => (int[])[.. sources[i], vocabulary.End])], [.. examples.Select(_ => (int[])[vocabulary.Start])])
            : new PromptBatch(examples, null, [.. examples.Select(i => (int[])[vocabulary.Start, .. sources[i], vocabulary.EndOfPrompt])]));
    }

    private void CheckLengths(IReadOnlyList<int[]> sources)
    {
        for (int i = 0; i < sources.Count; i++)
        {
            if (sources[i].Length > MaximumSource)
            {
                throw new ArgumentException(
                    $"Source {i} has {sources[i].Length} tokens; this model takes at most {MaximumSource}. Translate it in shorter parts.", nameof(sources));
            }
        }
    }
}
