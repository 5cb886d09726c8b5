using System.Runtime.InteropServices;

namespace Sextant.Tokenization;

/// <summary>Learns the merges of byte pairs from the words of texts; see <see cref="PairTraining"/>.</summary>
internal static class BytePairTraining
{
    public static List<(int Left, int Right)> Merges(IEnumerable<string> texts, int most)
    {
        var pieces = from word in CountWords(texts)
                     from piece in PreTokens.Pieces(word.Key)
                     select (piece.Select(b => (int)b).ToArray(), word.Value);
        var merges = new List<(int, int)>();
        new PairTraining(pieces).Learn((left, right) =>
        {
            if (merges.Count == most)
            {
                return null;
            }

            merges.Add((left, right));
            return BytePairTokenizer.Bytes + merges.Count - 1;
        });
        return merges;
    }

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts)
    {
        var frequencies = new Dictionary<string, long>();
        var lookup = frequencies.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in texts)
        {
            foreach (var match in PreTokens.Words(text))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(match.Index, match.Length), out _)++;
            }
        }

        return frequencies;
    }
}
