using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// BERTweet's tokeniser (Nguyen 2020): tweets normalised (<see cref="TweetNormalizer"/>), then byte pairs of characters as fastBPE writes
/// them, "@@" behind a piece that another goes on.
/// </summary>
public sealed class BertweetTokenizer : EncoderTokenizer
{
    internal const string Start = "<s>", Padding = "<pad>", End = "</s>", Unknown = "<unk>", Mask = "<mask>";

    internal static readonly string[] Specials = [Start, Padding, End, Unknown, Mask];

    private const string WordEnd = "</w>", GoesOn = "@@";

    private const int CachedWords = 1 << 16, LongestCachedWord = 64;

    private readonly string[] tokens;
    private readonly Dictionary<string, int> ids;
    private readonly (string Left, string Right)[] codes;
    private readonly Dictionary<string, int> symbols = new(StringComparer.Ordinal);
    private readonly PairMerges merges;
    private readonly SpecialTokens special;
    private readonly ConcurrentDictionary<string, Piece[]> cache = new();

    /// <param name="tokens">The lines of vocab.txt; their ids begin at 4, behind &lt;s>, &lt;pad>, &lt;/s> and &lt;unk>, and &lt;mask> is the last.</param>
    /// <param name="codes">The pairs of bpe.codes, in the order learnt.</param>
    /// <param name="normalizes">Whether tweets are normalised first; false for texts that are already.</param>
    /// <exception cref="ArgumentException">A token or a pair stands twice.</exception>
    public BertweetTokenizer(IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> codes, bool normalizes = true)
    {
        this.tokens = [.. Specials[..^1], .. tokens, Mask];
        this.codes = [.. codes];
        Normalizes = normalizes;
        ids = this.tokens.Index().ToDictionary(t => t.Item, t => t.Index, StringComparer.Ordinal);
        merges = new PairMerges(this.codes.Select(c => (Symbol(c.Left), Symbol(c.Right), Symbol(c.Left + c.Right))));
        special = new SpecialTokens(Specials, _ => (true, true), TracedText.IsPythonSpace);
        SpecialIds = new HashSet<int> { 0, 1, 2, 3, ids[Mask] };
        var end = Frame.Added(2, End);
        Frame = new Frame(Frame.Added(0, Start), [end, end], end, PairType: 0);
    }

    /// <summary>Whether tweets are normalised first.</summary>
    public bool Normalizes { get; }

    public override int VocabularySize => tokens.Length;

    public override int PaddingId => 1;

    public override int? MaskId => ids[Mask];

    public override IReadOnlySet<int> SpecialIds { get; }

    internal override int UnknownId => 3;

    private protected override Frame Frame { get; }

    public override string TokenOf(int id) => Vocabulary.TokenOf(tokens, id);

    public override void Save(string folder)
    {
        Directory.CreateDirectory(folder);

        // The counts behind the entries were lost with the training; the published files hold some number too, which nothing reads.
        WholeFile.Write(Path.Combine(folder, EncoderFolder.VocabularyText), string.Concat(tokens[(Specials.Length - 1)..^1].Select(t => t + " 1\n")));
        WholeFile.Write(Path.Combine(folder, EncoderFolder.Codes), string.Concat(codes.Select(c => $"{c.Left} {c.Right} 1\n")));
        WholeFile.Write(Path.Combine(folder, EncoderFolder.AddedTokens), $"{{\"{Mask}\": {MaskId}}}\n");
        TokenizerConfig.Write(folder, new()
        {
            ["tokenizer_class"] = "BertweetTokenizer",
            ["normalization"] = Normalizes,
            ["bos_token"] = Start,
            ["eos_token"] = End,
            ["cls_token"] = Start,
            ["sep_token"] = End,
            ["pad_token"] = Padding,
            ["unk_token"] = Unknown,
            ["mask_token"] = Mask,
        });
    }

    private protected override void Tokenize(string text, int part, int enough, List<TokenSpan> tokens)
    {
        foreach (var stretch in special.Divide(text))
        {
            if (stretch.Token is string token)
            {
                tokens.Add(new(ids[token], token, part, stretch.Start, stretch.End));
                continue;
            }

            var traced = TracedText.Of(text, stretch.Start, stretch.End);
            traced = Normalizes ? TweetNormalizer.Normalize(traced) : traced;
            foreach ((int from, int to) in Words(traced))
            {
                AddWord(traced, from, to, part, tokens);
                if (tokens.Count >= enough)
                {
                    return;
                }
            }
        }
    }

    /// <summary>What stands between white space; the end of a line belongs to the word before it, as in the reference. Normalised text has none.</summary>
    private IEnumerable<(int From, int To)> Words(TracedText text)
    {
        int start = 0;
        for (int i = 0; i < text.Count; i++)
        {
            if (TracedText.IsPythonSpace(text[i].Value))
            {
                if (i > start)
                {
                    yield return (start, text[i].Value == '\n' && !Normalizes ? i + 1 : i);
                }

                start = i + 1;
            }
        }

        if (text.Count > start)
        {
            yield return (start, text.Count);
        }
    }

    private void AddWord(TracedText text, int from, int to, int part, List<TokenSpan> spans)
    {
        string word = text.Text(from, to);
        if (!cache.TryGetValue(word, out var pieces))
        {
            pieces = Divide(text, from, to);
            if (word.Length <= LongestCachedWord && cache.Count < CachedWords)
            {
                cache[word] = pieces;
            }
        }

        foreach (var piece in pieces)
        {
            spans.Add(text.Span(piece.Id, piece.Token, part, from, from + piece.Characters));
            from += piece.Characters;
        }
    }

    private Piece[] Divide(TracedText text, int from, int to)
    {
        int[] characters = new int[to - from];
        for (int i = 0; i < characters.Length; i++)
        {
            string ending = i + 1 == characters.Length ? WordEnd : "";
            characters[i] = symbols.GetValueOrDefault(new Rune(text[from + i].Value) + ending, -1);
        }

        int[] lengths = new int[characters.Length];
        var pieces = new Piece[merges.Join(characters, lengths)];
        for (int i = 0; i < pieces.Length; i++)
        {
            string token = text.Text(from, from + lengths[i]) + (i + 1 < pieces.Length ? GoesOn : "");
            pieces[i] = new(ids.GetValueOrDefault(token, UnknownId), token, lengths[i]);
            from += lengths[i];
        }

        return pieces;
    }

    private int Symbol(string text)
    {
        ref int symbol = ref CollectionsMarshal.GetValueRefOrAddDefault(symbols, text, out bool isKnown);
        return isKnown ? symbol : symbol = symbols.Count - 1;
    }

    private readonly record struct Piece(int Id, string Token, int Characters);
}
