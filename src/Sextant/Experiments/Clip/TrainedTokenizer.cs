using Sextant.Data.Pictures;
using Sextant.Models.Clip;
using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;

namespace Sextant.Experiments.Clip;

/// <summary>The tokeniser of a CLIP that is trained on.</summary>
internal static class TrainedTokenizer
{
    /// <exception cref="UserError">The folder has no tokeniser, or another one.</exception>
    public static EncoderTokenizer Of(string folder) => EncoderTokenizer.Load(folder) is ClipTokenizer tokenizer
        ? tokenizer
        : throw new UserError($"{folder}: its tokeniser is not CLIP's, which ends a text with the token of the highest id; give the folder of a CLIP.");

    /// <summary>Whether tokeniser, preparation and model are of one CLIP, as far as numbers tell.</summary>
    /// <exception cref="UserError">They are not.</exception>
    public static void Check(EncoderTokenizer tokenizer, PicturePreparation preparation, ClipModel model, string folder)
    {
        if (tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new UserError($"{folder}: the tokeniser has {tokenizer.VocabularySize} tokens and the model {model.VocabularySize}; they are not of one model, fetch it again.");
        }

        if (preparation.Size != model.Options.Picture.Size)
        {
            throw new UserError($"{folder}: pictures are prepared with {preparation.Size} pixels a side and the model takes {model.Options.Picture.Size}; they are not of one model, fetch it again.");
        }
    }
}
