using System.Runtime.InteropServices;
using System.Text;

namespace Sextant.Tokenization.Encoders;

/// <summary>Learns CLIP's vocabulary and merges (Radford 2021, section 2.4) from texts; see <see cref="PairTraining"/>.</summary>
internal static class ClipTraining
{
    /// <summary>A token for each byte inside a word and at its end, and the two special ones.</summary>
    public const int Least = (2 * Bytes) + 2;

    private const int Bytes = 256;

    public static ClipTokenizer Train(IEnumerable<string> texts, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, Least);
        string[] letters = [.. Enumerable.Range(0, Bytes).Select(b => ByteLetters.Of((byte)b).ToString())];
        List<string> tokens = [.. letters, .. letters.Select(letter => letter + ClipTokenizer.WordEnd)];
        var ids = tokens.Index().ToDictionary(t => t.Item, t => t.Index, StringComparer.Ordinal);
        var merges = new List<(string, string)>();
        new PairTraining(CountWords(texts).Select(word => (Symbols(word.Key), word.Value))).Learn((left, right) =>
        {
            // Two pairs may join to the same token: ab + c and a + bc.
            string joined = tokens[left] + tokens[right];
            if (!ids.TryGetValue(joined, out int id))
            {
                if (tokens.Count + 2 == size)
                {
                    return null;
                }

                id = tokens.Count;
                tokens.Add(joined);
                ids.Add(joined, id);
            }

            merges.Add((tokens[left], tokens[right]));
            return id;
        });
        foreach (string special in new[] { ClipTokenizer.StartOfText, ClipTokenizer.EndOfText })
        {
            ids.Add(special, ids.Count);
        }

        return new ClipTokenizer(ids, merges);
    }

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts)
    {
        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string word in texts.SelectMany(ClipTokenizer.Words).Where(word => Encoding.UTF8.GetByteCount(word) <= PreTokens.MaximumBytes))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(words, word, out _)++;
        }

        return words;
    }

    private static int[] Symbols(string word)
    {
        int[] symbols = [.. Encoding.UTF8.GetBytes(word).Select(b => (int)b)];
        symbols[^1] += Bytes;
        return symbols;
    }
}
