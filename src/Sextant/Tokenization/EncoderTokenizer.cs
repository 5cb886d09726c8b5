using Sextant.Tokenization.Encoders;

namespace Sextant.Tokenization;

/// <summary>Text to ids as a published encoder takes them, special tokens in place.</summary>
public abstract class EncoderTokenizer
{
    /// <summary>Ids are 0 to this, exclusive; a few of them may have no token.</summary>
    public abstract int VocabularySize { get; }

    public abstract int PaddingId { get; }

    /// <summary>The id of [MASK] or &lt;mask&gt;; null where there is none.</summary>
    public abstract int? MaskId { get; }

    /// <summary>The id of what the vocabulary has no piece for.</summary>
    internal abstract int UnknownId { get; }

    /// <summary>Ids that are no piece of a text: pretraining never masks them.</summary>
    public abstract IReadOnlySet<int> SpecialIds { get; }

    /// <summary>What stands around the texts.</summary>
    private protected abstract Frame Frame { get; }

    /// <summary>Ids of a text, or of a pair. Any text has ids: characters that are not valid Unicode count as U+FFFD.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">A second text, for encoders that compare two.</param>
    /// <param name="maximum">
    /// The most ids, special tokens included. A longer text loses its end; of a pair the longer text is cut first, as Hugging Face's tokenizers do ("longest first").
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The special tokens alone are more than <paramref name="maximum"/>.</exception>
    public EncodedText Encode(string text, string? pair = null, int? maximum = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        int added = AddedTokens(isPair: pair is not null);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum ?? added, added, nameof(maximum));
        List<TokenSpan> first = [], second = [];
        int enough = maximum ?? int.MaxValue;
        Tokenize(text, 0, enough, first);
        if (pair is not null)
        {
            Tokenize(pair, 1, enough, second);
        }

        (int kept, int keptOfPair) = Frame.Kept(first.Count, second.Count, maximum - added ?? int.MaxValue);
        return Frame.Around(first, kept, pair is null ? null : second, keptOfPair);
    }

    /// <summary>How many special tokens stand around a text, or around and between a pair.</summary>
    public int AddedTokens(bool isPair) => Frame.Added(isPair);

    /// <summary>The token of an id as the vocabulary writes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No token has this id.</exception>
    public abstract string TokenOf(int id);

    /// <summary>Writes the files that <see cref="Load"/> reads, and other programs that know the layout of Hugging Face.</summary>
    public abstract void Save(string folder);

    /// <summary>Reads the tokeniser of a published encoder; which one it is follows from the files in the folder.</summary>
    /// <param name="folder">With vocab.txt (WordPiece), bpe.codes and vocab.txt (BERTweet), vocab.json and merges.txt (CLIP, RoBERTa) or tokenizer.json alone.</param>
    /// <param name="normalize">Whether BERTweet normalises tweets first; null: as tokenizer_config.json says. Other tokenisers have no such choice.</param>
    /// <exception cref="UserError">A file is missing or damaged, or the folder holds no tokeniser that Sextant knows.</exception>
    public static EncoderTokenizer Load(string folder, bool? normalize = null) => EncoderFolder.Load(folder, normalize);

    /// <summary>
    /// Adds the tokens of a text without the special tokens around it, to the end of the word with which there are <paramref name="enough"/>. The Rust tokenizers
    /// stop there too, which decides which text of a pair counts as the longer one.
    /// </summary>
    private protected abstract void Tokenize(string text, int part, int enough, List<TokenSpan> tokens);
}
