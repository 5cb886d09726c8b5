using System.Runtime.InteropServices;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// Learns a WordPiece vocabulary: every character, as it begins a word and as it goes on one, then the pieces that join the
/// most frequent pairs of pieces. The same texts give the same vocabulary in whatever order they come.
/// </summary>
internal static class WordPieceTraining
{
    /// <summary>The place of [PAD] among the special tokens, which come first.</summary>
    public const int PaddingId = 0;

    public static string[] Vocabulary(IEnumerable<string> texts, int size, WordPieceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, WordPieceTokenizer.Specials.Length + 1);
        var words = CountWords(texts, options);
        List<string> tokens = [.. WordPieceTokenizer.Specials, .. Characters(words, size - WordPieceTokenizer.Specials.Length)];
        var ids = tokens.Index().ToDictionary(t => t.Item, t => t.Index, StringComparer.Ordinal);
        var learnable = words
            .Select(w => (Word: Pieces(w.Key).Select(p => ids.GetValueOrDefault(p, -1)).ToArray(), w.Value))
            .Where(w => !w.Word.Contains(-1));
        new PairTraining(learnable).Learn((left, right) =>
        {
            // Two pairs may join to the same piece: ab + c and a + bc.
            string joined = tokens[left] + tokens[right][WordPieceTokenizer.Continuation.Length..];
            if (ids.TryGetValue(joined, out int known))
            {
                return known;
            }

            if (tokens.Count == size)
            {
                return null;
            }

            tokens.Add(joined);
            return ids[joined] = tokens.Count - 1;
        });
        return [.. tokens];
    }

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts, WordPieceOptions options)
    {
        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            var normalized = BertWords.Normalize(TracedText.Of(text, 0, text.Length), options);
            foreach ((int from, int to) in BertWords.Divide(normalized))
            {
                if (to - from <= WordPieceTokenizer.LongestWord)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(words, normalized.Text(from, to), out _)++;
                }
            }
        }

        return words;
    }

    /// <summary>The characters' pieces in the order of their code points, or the most frequent ones where not all have room.</summary>
    private static IEnumerable<string> Characters(Dictionary<string, long> words, int room)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string word, long count) in words)
        {
            foreach (string piece in Pieces(word))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, piece, out _) += count;
            }
        }

        return counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(room).Select(c => c.Key).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Pieces(string word)
    {
        int at = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            yield return at++ == 0 ? rune.ToString() : WordPieceTokenizer.Continuation + rune;
        }
    }
}
