using System.Runtime.InteropServices;

namespace Sextant.Tokenization;

/// <summary>
/// Learns merges from word counts. Counts of pairs are kept up to date as words change, and a queue with stale entries
/// finds the largest, so that a merge costs only the words it touches. Of pairs with equal counts the one with the smaller
/// left id, then the smaller right id, is joined first.
/// </summary>
internal sealed class PairTraining
{
    private readonly List<int[]> words = [];
    private readonly List<long> wordCounts = [];
    private readonly Dictionary<long, long> counts = [];
    private readonly Dictionary<long, List<int>> places = [];
    private readonly Dictionary<long, long> changes = [];
    private readonly PriorityQueue<long, (long NegativeCount, long Pair)> queue = new();

    /// <param name="texts">Words as ids, each at most <see cref="PreTokens.MaximumBytes"/> long, and how often each occurs.</param>
    public PairTraining(IEnumerable<(int[] Word, long Count)> texts)
    {
        foreach ((int[] word, long count) in texts)
        {
            if (word.Length > 1)
            {
                words.Add(word);
                wordCounts.Add(count);
            }
        }

        for (int i = 0; i < words.Count; i++)
        {
            for (int at = 0; at + 1 < words[i].Length; at++)
            {
                Change(i, words[i][at], words[i][at + 1], 1);
            }

            Index(i, words[i], null);
        }

        ApplyChanges();
    }

    /// <summary>Joins the most frequent pair again and again, until none occurs twice or <paramref name="join"/> is told to stop.</summary>
    /// <param name="join">The id that two join to, new or not; null ends the training.</param>
    public void Learn(Func<int, int, int?> join)
    {
        while (queue.TryDequeue(out long pair, out var priority))
        {
            // An entry is stale once the pair's count has moved on: the current one stands elsewhere in the queue.
            if (counts.GetValueOrDefault(pair) != -priority.NegativeCount)
            {
                continue;
            }

            if (-priority.NegativeCount < 2 || join((int)(pair >> 32), (int)pair) is not int token)
            {
                break;
            }

            Join(pair, token);
        }
    }

    private void Join(long pair, int token)
    {
        int left = (int)(pair >> 32);
        int right = (int)pair;
        places.Remove(pair, out var touched);
        foreach (int word in touched!)
        {
            int[] after = Join(word, left, right, token);
            if (after.Length < words[word].Length)
            {
                Index(word, after, token);
                words[word] = after;
            }
        }

        ApplyChanges();
        counts.Remove(pair);
    }

    /// <summary>The word with the pair joined from the left. Only counts of the pairs beside a join change.</summary>
    private int[] Join(int word, int left, int right, int token)
    {
        int[] before = words[word];
        Span<int> joined = stackalloc int[PreTokens.MaximumBytes];
        int length = 0;
        for (int i = 0; i < before.Length; i++)
        {
            if (before[i] != left || i + 1 == before.Length || before[i + 1] != right)
            {
                joined[length++] = before[i];
                continue;
            }

            if (length > 0)
            {
                Change(word, joined[length - 1], left, -1);
                Change(word, joined[length - 1], token, 1);
            }

            if (i + 2 < before.Length)
            {
                Change(word, right, before[i + 2], -1);
                Change(word, token, before[i + 2], 1);
            }

            Change(word, left, right, -1);
            joined[length++] = token;
            i++;
        }

        return [.. joined[..length]];
    }

    private void Change(int word, int left, int right, int sign) =>
        CollectionsMarshal.GetValueRefOrAddDefault(changes, BytePairTokenizer.Key(left, right), out _) += sign * wordCounts[word];

    /// <summary>Notes where the pairs with a new token stand; all pairs of a new word.</summary>
    private void Index(int word, int[] tokens, int? token)
    {
        for (int i = 0; i + 1 < tokens.Length; i++)
        {
            if (token is null || tokens[i] == token || tokens[i + 1] == token)
            {
                long pair = BytePairTokenizer.Key(tokens[i], tokens[i + 1]);
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(places, pair, out _);
                list ??= [];
                if (list.Count == 0 || list[^1] != word)
                {
                    list.Add(word);
                }
            }
        }
    }

    private void ApplyChanges()
    {
        foreach ((long pair, long change) in changes)
        {
            if (change != 0)
            {
                long count = counts.GetValueOrDefault(pair) + change;
                counts[pair] = count;
                if (count > 1)
                {
                    queue.Enqueue(pair, (-count, pair));
                }
            }
        }

        changes.Clear();
    }
}
