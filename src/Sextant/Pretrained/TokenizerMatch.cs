using Sextant.Models.Encoders;
using Sextant.Tokenization;

namespace Sextant.Pretrained;

/// <summary>Whether a tokeniser and an encoder are of one model, as far as numbers tell.</summary>
internal static class TokenizerMatch
{
    /// <param name="tokenizer">From the folder.</param>
    /// <param name="model">From the same.</param>
    /// <param name="folder">Named in what is said.</param>
    /// <exception cref="UserError">The tokeniser has ids that the model has no vectors for, or fills up with another token than the model leaves out.</exception>
    public static void Check(EncoderTokenizer tokenizer, EncoderModel model, string folder)
    {
        if (tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new UserError($"{folder}: the tokeniser has {tokenizer.VocabularySize} tokens and the model {model.VocabularySize}; they are not of one model, fetch it again.");
        }

        if (tokenizer.PaddingId != model.Options.PaddingId)
        {
            throw new UserError($"{folder}: the tokeniser fills up with {tokenizer.TokenOf(tokenizer.PaddingId)}, token {tokenizer.PaddingId}, and {ConfigFile.FileName} has pad_token_id {model.Options.PaddingId}; they are not of one model, fetch it again.");
        }
    }
}
