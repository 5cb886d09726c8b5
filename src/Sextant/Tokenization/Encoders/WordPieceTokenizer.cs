using System.Collections.Concurrent;
using System.Text;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// BERT's tokeniser: its normaliser and words (<see cref="BertWords"/>), each word divided greedily into the longest pieces of the
/// vocabulary, "##" before those that go on a word (Wu et al. 2016; Devlin et al. 2019). A word with a stretch that no piece covers is [UNK] as a whole.
/// </summary>
public sealed class WordPieceTokenizer : EncoderTokenizer
{
    internal const string Continuation = "##";

    /// <summary>A longer word, in characters, is [UNK].</summary>
    internal const int LongestWord = 100;

    internal static readonly string[] Specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private const int CachedWords = 1 << 16;

    private readonly string[] tokens;
    private readonly Dictionary<string, int> beginnings = [];
    private readonly Dictionary<string, int> continuations = [];
    private readonly Dictionary<string, int> specialIds = [];
    private readonly SpecialTokens special;
    private readonly ConcurrentDictionary<string, Piece[]?> cache = new();
    private readonly int longestPiece;

    /// <param name="tokens">The vocabulary; a token's id is its place.</param>
    /// <param name="options">How text is cleaned; BERT's uncased way if left out.</param>
    /// <exception cref="ArgumentException">[PAD], [UNK], [CLS] or [SEP] is missing, or a token stands twice.</exception>
    public WordPieceTokenizer(IReadOnlyList<string> tokens, WordPieceOptions? options = null)
    {
        this.tokens = [.. tokens];
        Options = options ?? new WordPieceOptions();
        for (int id = 0; id < this.tokens.Length; id++)
        {
            string token = this.tokens[id];
            bool isNew = token.StartsWith(Continuation, StringComparison.Ordinal) && token.Length > Continuation.Length
                ? continuations.TryAdd(token[Continuation.Length..], id)
                : beginnings.TryAdd(token, id);
            if (!isNew)
            {
                throw new ArgumentException($"the token {token} stands twice");
            }

            if (Specials.Contains(token))
            {
                specialIds.Add(token, id);
            }

            longestPiece = Math.Max(longestPiece, token.Length);
        }

        if (Specials.Where(s => s != "[MASK]" && !specialIds.ContainsKey(s)).ToArray() is { Length: > 0 } missing)
        {
            throw new ArgumentException($"there is no {string.Join(", ", missing)} among its tokens");
        }

        special = new SpecialTokens(specialIds.Keys, _ => (false, false), TracedText.IsSpace);
        SpecialIds = specialIds.Values.ToHashSet();
        UnknownId = specialIds["[UNK]"];
        var separator = Frame.Added(specialIds["[SEP]"], "[SEP]");
        Frame = new Frame(Frame.Added(specialIds["[CLS]"], "[CLS]"), [separator], separator, PairType: 1);
    }

    public WordPieceOptions Options { get; }

    public override int VocabularySize => tokens.Length;

    public override int PaddingId => specialIds["[PAD]"];

    public override int? MaskId => specialIds.TryGetValue("[MASK]", out int id) ? id : null;

    public override IReadOnlySet<int> SpecialIds { get; }

    internal override int UnknownId { get; }

    private protected override Frame Frame { get; }

    /// <summary>Learns a vocabulary: special tokens (ids 0 to 4), characters, then pieces joined from the most frequent pairs.</summary>
    /// <param name="texts">Read once.</param>
    /// <param name="vocabularySize">The most tokens in all; fewer where no pair occurs twice any more.</param>
    /// <param name="options">How text is cleaned, in training and afterwards.</param>
    public static WordPieceTokenizer Train(IEnumerable<string> texts, int vocabularySize, WordPieceOptions? options = null)
    {
        options ??= new WordPieceOptions();
        return new WordPieceTokenizer(WordPieceTraining.Vocabulary(texts, vocabularySize, options), options);
    }

    public override string TokenOf(int id) => Vocabulary.TokenOf(tokens, id);

    public override void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        WholeFile.Write(Path.Combine(folder, EncoderFolder.VocabularyText), string.Concat(tokens.Select(t => t + "\n")));
        TokenizerConfig.Write(folder, new()
        {
            ["tokenizer_class"] = "BertTokenizer",
            ["do_lower_case"] = Options.LowerCases,
            ["strip_accents"] = Options.StripsAccents,
            ["tokenize_chinese_chars"] = Options.SeparatesChinese,
            ["cls_token"] = "[CLS]",
            ["sep_token"] = "[SEP]",
            ["pad_token"] = "[PAD]",
            ["unk_token"] = "[UNK]",
            ["mask_token"] = "[MASK]",
        });
    }

    private protected override void Tokenize(string text, int part, int enough, List<TokenSpan> tokens)
    {
        foreach (var stretch in special.Divide(text))
        {
            if (stretch.Token is string token)
            {
                tokens.Add(new(specialIds[token], token, part, stretch.Start, stretch.End));
                continue;
            }

            var normalized = BertWords.Normalize(TracedText.Of(text, stretch.Start, stretch.End), Options);
            foreach ((int from, int to) in BertWords.Divide(normalized))
            {
                AddWord(normalized, from, to, part, tokens);
                if (tokens.Count >= enough)
                {
                    return;
                }
            }
        }
    }

    private void AddWord(TracedText text, int from, int to, int part, List<TokenSpan> spans)
    {
        if (Pieces(text, from, to) is not { } pieces)
        {
            spans.Add(text.Span(UnknownId, tokens[UnknownId], part, from, to));
            return;
        }

        foreach (var piece in pieces)
        {
            spans.Add(text.Span(piece.Id, tokens[piece.Id], part, from, from + piece.Characters));
            from += piece.Characters;
        }
    }

    private Piece[]? Pieces(TracedText text, int from, int to)
    {
        if (to - from > LongestWord)
        {
            return null;
        }

        Span<char> word = stackalloc char[2 * LongestWord];
        int length = 0;
        for (int i = from; i < to; i++)
        {
            length += new Rune(text[i].Value).EncodeToUtf16(word[length..]);
        }

        var lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(word[..length], out var pieces))
        {
            pieces = Divide(word[..length]);
            if (cache.Count < CachedWords)
            {
                lookup[word[..length]] = pieces;
            }
        }

        return pieces;
    }

    private Piece[]? Divide(ReadOnlySpan<char> word)
    {
        var pieces = new List<Piece>();
        int at = 0;
        while (at < word.Length)
        {
            var lookup = (at == 0 ? beginnings : continuations).GetAlternateLookup<ReadOnlySpan<char>>();
            int length = Math.Min(word.Length - at, longestPiece);
            int id = -1;
            while (length > 0 && !lookup.TryGetValue(word.Slice(at, length), out id))
            {
                length--;
            }

            if (length == 0)
            {
                return null;
            }

            pieces.Add(new(id, Characters(word.Slice(at, length))));
            at += length;
        }

        return [.. pieces];
    }

    private static int Characters(ReadOnlySpan<char> text)
    {
        int characters = 0;
        foreach (char c in text)
        {
            characters += char.IsLowSurrogate(c) ? 0 : 1;
        }

        return characters;
    }

    private readonly record struct Piece(int Id, int Characters);
}
