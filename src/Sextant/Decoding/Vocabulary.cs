using Sextant.Models;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Decoding;

/// <summary>
/// The tokens a search may write. Start and end of prompt are never written: they stand for nothing in a target, and
/// <see cref="Tokenizer.Decode"/> would hide them.
/// </summary>
internal sealed record Vocabulary(int Size, int Start, int End, int EndOfPrompt)
{
    public static Vocabulary Of(SequenceModel model, Tokenizer tokenizer) =>
        model.VocabularySize == tokenizer.VocabularySize
            ? new(model.VocabularySize, tokenizer.StartOfSequence, tokenizer.EndOfSequence, tokenizer.EndOfPrompt)
            : throw new ArgumentException(
                $"The model has {model.VocabularySize} tokens and the tokeniser {tokenizer.VocabularySize}: they do not belong together.", nameof(tokenizer));

    public bool IsForbidden(int token) => token == Start || token == EndOfPrompt;

    /// <summary>Log-probabilities [N, V] of logits [N, V]; minus infinity where a token is never written.</summary>
    public torch.Tensor LogProbabilities(torch.Tensor logits)
    {
        using var forbidden = torch.tensor(new long[] { Start, EndOfPrompt }, device: logits.device);
        using Scalar never = double.NegativeInfinity;
        return logits.to_type(torch.ScalarType.Float32).log_softmax(-1).index_fill_(1, forbidden, never);
    }
}
