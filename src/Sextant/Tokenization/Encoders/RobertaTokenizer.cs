using System.Text.RegularExpressions;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// RoBERTa's tokeniser (Liu 2019): GPT-2's words, the space before a word part of it, in byte pairs. Pairs have two separators between
/// them and no types.
/// </summary>
public sealed class RobertaTokenizer : ByteLevelTokenizer
{
    internal const string Start = "<s>", Padding = "<pad>", End = "</s>", Unknown = "<unk>", Mask = "<mask>";

    private readonly bool addsSpace;

    /// <param name="ids">The vocabulary, bytes written as GPT-2's letters.</param>
    /// <param name="merges">In the order learnt.</param>
    /// <param name="addsSpace">add_prefix_space: a text's first word counts as one behind a space.</param>
    /// <exception cref="ArgumentException">A special token is missing, or merges and vocabulary do not fit.</exception>
    public RobertaTokenizer(IReadOnlyDictionary<string, int> ids, IReadOnlyList<(string Left, string Right)> merges, bool addsSpace = false)
        : base(ids, merges, "", Unknown, [Start, Padding, End, Unknown, Mask])
    {
        this.addsSpace = addsSpace;
        var end = Frame.Added(IdOf(End), End);
        Frame = new Frame(Frame.Added(IdOf(Start), Start), [end, end], end, PairType: 0);
    }

    public override int PaddingId => IdOf(Padding);

    public override int? MaskId => IdOf(Mask);

    private protected override Frame Frame { get; }

    private protected override Dictionary<string, object?> Configuration => new()
    {
        ["tokenizer_class"] = "RobertaTokenizer",
        ["add_prefix_space"] = addsSpace,
        ["bos_token"] = Start,
        ["eos_token"] = End,
        ["cls_token"] = Start,
        ["sep_token"] = End,
        ["pad_token"] = Padding,
        ["unk_token"] = Unknown,
        ["mask_token"] = Mask,
    };

    private protected override TracedText Normalize(TracedText text)
    {
        if (!addsSpace || text[0].Value == ' ')
        {
            return text;
        }

        var spaced = new TracedText();
        spaced.Add(new(' ', text[0].Start, text[0].Start));
        spaced.AddRange(text.Runes);
        return spaced;
    }

    private protected override Regex.ValueMatchEnumerator Divide(string shadow) => PreTokens.Words(shadow);

    /// <summary>The mask stands for a word with the space before it.</summary>
    private protected override bool TakesSpaceBefore(string specialToken) => specialToken == Mask;
}
