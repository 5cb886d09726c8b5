using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Sextant.Tokenization.Encoders;

/// <summary>Words to tokens by their UTF-8 bytes: what CLIP's and RoBERTa's tokenisers share.</summary>
internal sealed class ByteLevelWords
{
    private const int CachedWords = 1 << 16, LongestCachedWord = 64;

    private readonly PairMerges merges;
    private readonly int[] inside = new int[256];
    private readonly int[] last = new int[256];
    private readonly int unknown;
    private readonly ConcurrentDictionary<string, Piece[]> cache = new();

    /// <param name="ids">The vocabulary, bytes written as <see cref="ByteLetters"/>.</param>
    /// <param name="merges">In the order learnt.</param>
    /// <param name="ending">What a word's last symbol ends with, such as &lt;/w>; may be empty.</param>
    /// <param name="unknown">The id of what the vocabulary lacks.</param>
    /// <exception cref="ArgumentException">A merge stands twice, or a symbol of one is not in the vocabulary.</exception>
    public ByteLevelWords(IReadOnlyDictionary<string, int> ids, IEnumerable<(string Left, string Right)> merges, string ending, int unknown)
    {
        int Id(string symbol) => ids.TryGetValue(symbol, out int id) ? id : throw new ArgumentException($"a merge has the symbol '{symbol}', which is not in the vocabulary");

        this.unknown = unknown;
        this.merges = new PairMerges(merges.Select(m => (Id(m.Left), Id(m.Right), Id(m.Left + m.Right))));
        for (int b = 0; b < 256; b++)
        {
            string letter = ByteLetters.Of((byte)b).ToString();
            inside[b] = ids.GetValueOrDefault(letter, -1);
            last[b] = ids.GetValueOrDefault(letter + ending, -1);
        }
    }

    /// <summary>The char that stands for a character where words are found: itself, or its class above U+FFFF.</summary>
    public static char Stand(int rune) => rune < 0x10000 ? (char)rune : TracedText.Category(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => TracedText.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => TracedText.Number,
        _ => TracedText.Other,
    };

    /// <summary>The tokens of a word.</summary>
    public Piece[] Pieces(TracedText text, int from, int to)
    {
        string word = text.Text(from, to);
        if (cache.TryGetValue(word, out var pieces))
        {
            return pieces;
        }

        pieces = Divide(word);
        if (word.Length <= LongestCachedWord && cache.Count < CachedWords)
        {
            cache[word] = pieces;
        }

        return pieces;
    }

    private Piece[] Divide(string word)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(word);
        int[] symbols = [.. bytes.Select(b => inside[b])];
        symbols[^1] = last[bytes[^1]];
        int[] lengths = new int[symbols.Length];
        var pieces = new Piece[merges.Join(symbols, lengths)];
        int at = 0, character = -1;
        for (int i = 0; i < pieces.Length; i++)
        {
            // A character whose bytes two tokens share belongs to both.
            int first = character + (IsStart(bytes[at]) ? 1 : 0);
            for (int end = at + lengths[i]; at < end; at++)
            {
                character += IsStart(bytes[at]) ? 1 : 0;
            }

            pieces[i] = new(symbols[i] < 0 ? unknown : symbols[i], first, character + 1);
        }

        return pieces;
    }

    private static bool IsStart(byte utf8) => (utf8 & 0xC0) != 0x80;

    /// <param name="Id">Token.</param>
    /// <param name="From">Its first character in the word.</param>
    /// <param name="To">Behind its last.</param>
    public readonly record struct Piece(int Id, int From, int To);
}
