using System.Collections.Concurrent;
using System.Text;

namespace Sextant.Tokenization;

/// <summary>
/// Byte-level byte pair encoding (Sennrich 2016): ids 0..255 are bytes, then one id a merge in the order learnt, then
/// start, end and end of prompt. Any text can be written and comes back as it was.
/// </summary>
public sealed class BytePairTokenizer : Tokenizer
{
    /// <summary>256 bytes and three special tokens.</summary>
    public const int SmallestVocabulary = Bytes + 3;

    public const int LargestVocabulary = 1 << 20;

    internal const int Bytes = 256;

    private const int CachedWords = 1 << 16;
    private const int LongestCachedWord = 64;

    private readonly Dictionary<long, int> ranks = [];
    private readonly byte[][] pieces;
    private readonly ConcurrentDictionary<string, int[]> cache = new();

    /// <param name="merges">Ids of the two tokens that token 256 + i joins; each is smaller than 256 + i.</param>
    /// <exception cref="ArgumentException">A merge names a later token, or stands twice.</exception>
    public BytePairTokenizer(IReadOnlyList<(int Left, int Right)> merges)
    {
        Merges = merges;
        pieces = new byte[Bytes + merges.Count][];
        for (int i = 0; i < Bytes; i++)
        {
            pieces[i] = [(byte)i];
        }

        for (int i = 0; i < merges.Count; i++)
        {
            (int left, int right) = merges[i];
            if ((uint)left >= (uint)(Bytes + i) || (uint)right >= (uint)(Bytes + i))
            {
                throw new ArgumentException($"merge {i} joins a token that does not exist before it");
            }

            pieces[Bytes + i] = [.. pieces[left], .. pieces[right]];
            ranks.Add(Key(left, right), Bytes + i);
        }
    }

    /// <summary>The two tokens that token 256 + i joins.</summary>
    public IReadOnlyList<(int Left, int Right)> Merges { get; }

    public override int VocabularySize => pieces.Length + 3;

    /// <summary>Learns merges, most frequent pair first, until the vocabulary has this size or no pair occurs twice.</summary>
    public static BytePairTokenizer Train(IEnumerable<string> texts, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, SmallestVocabulary);
        return new BytePairTokenizer(BytePairTraining.Merges(texts, vocabularySize - SmallestVocabulary));
    }

    public override TokenizedText Encode(string text)
    {
        var ids = new List<int>((text.Length / 3) + 4);
        var lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var match in PreTokens.Words(text))
        {
            var word = text.AsSpan(match.Index, match.Length);
            if (!lookup.TryGetValue(word, out int[]? tokens))
            {
                tokens = EncodeWord(word);
                if (word.Length <= LongestCachedWord && cache.Count < CachedWords)
                {
                    lookup[word] = tokens;
                }
            }

            ids.AddRange(tokens);
        }

        return new TokenizedText([.. ids], []);
    }

    public override string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length * 4);
        foreach (int id in ids)
        {
            CheckId(id);
            if (id < pieces.Length)
            {
                bytes.AddRange(pieces[id]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    internal static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    private int[] EncodeWord(ReadOnlySpan<char> word)
    {
        var ids = new List<int>();
        Span<int> tokens = stackalloc int[PreTokens.MaximumBytes];
        foreach (var piece in PreTokens.Pieces(word))
        {
            for (int i = 0; i < piece.Count; i++)
            {
                tokens[i] = piece[i];
            }

            ids.AddRange(Merge(tokens[..piece.Count]));
        }

        return [.. ids];
    }

    /// <summary>Joins the earliest learnt pair, the leftmost first, until none is left.</summary>
    private Span<int> Merge(Span<int> tokens)
    {
        while (true)
        {
            int best = int.MaxValue;
            int at = -1;
            for (int i = 0; i + 1 < tokens.Length; i++)
            {
                if (ranks.TryGetValue(Key(tokens[i], tokens[i + 1]), out int rank) && rank < best)
                {
                    (best, at) = (rank, i);
                }
            }

            if (at < 0)
            {
                return tokens;
            }

            tokens[at] = best;
            tokens[(at + 2)..].CopyTo(tokens[(at + 1)..]);
            tokens = tokens[..^1];
        }
    }
}
