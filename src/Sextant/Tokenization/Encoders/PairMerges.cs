using System.Buffers;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// Byte pair encoding's joins (Sennrich 2016): of the neighbours the pair learnt first is joined wherever it stands, from the left, until no
/// pair is known, as GPT-2's, CLIP's and BERTweet's own programs do.
/// </summary>
internal sealed class PairMerges
{
    private const int NoPair = int.MaxValue;

    private readonly Dictionary<long, int> ranks = [];
    private readonly List<int> joined = [];

    /// <param name="merges">Two symbols and what they join to, in the order learnt.</param>
    /// <exception cref="ArgumentException">A pair stands twice.</exception>
    public PairMerges(IEnumerable<(int Left, int Right, int Joined)> merges)
    {
        foreach ((int left, int right, int symbol) in merges)
        {
            if (!ranks.TryAdd(BytePairTokenizer.Key(left, right), joined.Count))
            {
                throw new ArgumentException($"merge {joined.Count + 1} stands twice");
            }

            joined.Add(symbol);
        }
    }

    /// <summary>Joins in place.</summary>
    /// <param name="symbols">The symbols; what no merge knows is any other number.</param>
    /// <param name="lengths">How much each symbol covers, 1 to begin with; sums afterwards.</param>
    /// <returns>How many symbols are left, at the beginning.</returns>
    public int Join(Span<int> symbols, Span<int> lengths)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(symbols.Length);
        var pairs = rented.AsSpan(0, symbols.Length);
        int count = symbols.Length;
        for (int i = 0; i < count; i++)
        {
            lengths[i] = 1;
            pairs[i] = i + 1 < count ? Rank(symbols[i], symbols[i + 1]) : NoPair;
        }

        while (count > 1 && Least(pairs[..(count - 1)]) is int least && least != NoPair)
        {
            count = Join(least, symbols[..count], lengths, pairs);
        }

        ArrayPool<int>.Shared.Return(rented);
        return count;
    }

    private int Join(int rank, Span<int> symbols, Span<int> lengths, Span<int> pairs)
    {
        int count = 0;
        bool isBeforeNew = false;
        for (int i = 0; i < symbols.Length; i++)
        {
            bool isNew = i + 1 < symbols.Length && pairs[i] == rank;
            int symbol = isNew ? joined[rank] : symbols[i];
            lengths[count] = isNew ? lengths[i] + lengths[i + 1] : lengths[i];
            if (count > 0 && (isNew || isBeforeNew))
            {
                pairs[count - 1] = Rank(symbols[count - 1], symbol);
            }

            pairs[count] = pairs[i];
            symbols[count++] = symbol;
            isBeforeNew = isNew;
            i += isNew ? 1 : 0;
        }

        return count;
    }

    private int Rank(int left, int right) => ranks.GetValueOrDefault(BytePairTokenizer.Key(left, right), NoPair);

    private static int Least(ReadOnlySpan<int> ranks)
    {
        int least = NoPair;
        foreach (int rank in ranks)
        {
            least = Math.Min(least, rank);
        }

        return least;
    }
}
