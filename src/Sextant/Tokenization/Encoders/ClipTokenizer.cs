using System.Text.RegularExpressions;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// CLIP's tokeniser (Radford 2021) as the Rust tokenizers run it: NFC, lower case, words without the white space between them,
/// byte pairs whose last symbol carries &lt;/w>. (OpenAI's own first mends the text with ftfy, which straightens quotes and widens ligatures.)
/// </summary>
public sealed partial class ClipTokenizer : ByteLevelTokenizer
{
    internal const string WordEnd = "</w>", StartOfText = "<|startoftext|>", EndOfText = "<|endoftext|>";

    /// <param name="ids">The vocabulary, bytes written as GPT-2's letters.</param>
    /// <param name="merges">In the order learnt.</param>
    /// <exception cref="ArgumentException">A special token is missing, or merges and vocabulary do not fit.</exception>
    public ClipTokenizer(IReadOnlyDictionary<string, int> ids, IReadOnlyList<(string Left, string Right)> merges)
        : base(ids, merges, WordEnd, EndOfText, [StartOfText, EndOfText])
    {
        var end = Frame.Added(IdOf(EndOfText), EndOfText);
        Frame = new Frame(Frame.Added(IdOf(StartOfText), StartOfText), [end, end], end, PairType: 0);
    }

    /// <summary>Learns byte pairs from texts: the bytes, each inside a word and at its end, what is joined most often, and the special tokens last, so that the end token has the highest id.</summary>
    /// <param name="texts">The same texts give the same tokens in whatever order they come.</param>
    /// <param name="size">The most tokens, at least 514: two for each byte and the special ones.</param>
    public static ClipTokenizer Train(IEnumerable<string> texts, int size) => ClipTraining.Train(texts, size);

    /// <summary>CLIP pads with the end token: its text output is taken at the first one.</summary>
    public override int PaddingId => IdOf(EndOfText);

    public override int? MaskId => null;

    private protected override Frame Frame { get; }

    private protected override Dictionary<string, object?> Configuration => new()
    {
        ["tokenizer_class"] = "CLIPTokenizer",
        ["bos_token"] = StartOfText,
        ["eos_token"] = EndOfText,
        ["pad_token"] = EndOfText,
        ["unk_token"] = EndOfText,
    };

    /// <summary>The words of a text as byte pairs are joined in them.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        var lowered = Lowered(TracedText.Of(text, 0, text.Length));
        var words = new List<string>();
        foreach (var word in Pattern().EnumerateMatches(lowered.Shadow(ByteLevelWords.Stand)))
        {
            words.Add(lowered.Text(word.Index, word.Index + word.Length));
        }

        return words;
    }

    private protected override TracedText Normalize(TracedText text) => Lowered(text);

    private static TracedText Lowered(TracedText text)
    {
        var lowered = new TracedText();
        foreach (var rune in CanonicalForm.Compose(text).Runes)
        {
            lowered.Lower(rune);
        }

        return lowered;
    }

    private protected override Regex.ValueMatchEnumerator Divide(string shadow) => Pattern().EnumerateMatches(shadow);

    /// <summary>English endings, letters, one number character, or anything else but white space.</summary>
    [GeneratedRegex(@"'(?:[stmd]|re|ve|ll)|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
