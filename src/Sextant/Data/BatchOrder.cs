namespace Sextant.Data;

/// <summary>
/// Which examples make which batch of an epoch, from (seed, epoch) alone. Every epoch has the same examples in the same
/// number of batches, so that whole epochs can be counted without being laid out.
/// </summary>
internal sealed class BatchOrder
{
    private readonly Func<int, int[][]> epoch;

    private BatchOrder(int batches, bool isFixed, Func<int, int[][]> epoch)
    {
        Batches = batches;
        IsFixed = isFixed;
        this.epoch = epoch;
    }

    /// <summary>Batches in an epoch.</summary>
    public int Batches { get; }

    /// <summary>Whether every epoch is the same.</summary>
    public bool IsFixed { get; }

    public int[][] Epoch(int number) => epoch(number);

    /// <summary>The order that options ask for.</summary>
    public static BatchOrder Of(BatchOptions options, IReadOnlyList<Lengths> lengths, ulong seed) => options switch
    {
        BatchOptions.FixedBuckets buckets => FixedBuckets(lengths, buckets.Size),
        BatchOptions.TokenBudget budget => TokenBudget(lengths, budget.Tokens, seed),
        BatchOptions.Examples examples => Examples(lengths.Count, examples.Size, seed),
        _ => throw new NotSupportedException(options.GetType().Name),
    };

    /// <summary>The course's: buckets of equal lengths in the order they first appear, each cut into chunks.</summary>
    public static BatchOrder FixedBuckets(IReadOnlyList<Lengths> lengths, int size)
    {
        var buckets = new OrderedDictionary<Lengths, List<int>>();
        for (int i = 0; i < lengths.Count; i++)
        {
            if (!buckets.TryGetValue(lengths[i], out var bucket))
            {
                buckets.Add(lengths[i], bucket = []);
            }

            bucket.Add(i);
        }

        int[][] batches = [.. buckets.Values.SelectMany(b => b.Chunk(size))];
        return new BatchOrder(batches.Length, isFixed: true, _ => batches);
    }

    /// <summary>Uniform draws without replacement, whatever the lengths; the last batch holds what is left.</summary>
    public static BatchOrder Examples(int count, int size, ulong seed)
    {
        int batches = (int)(((long)count + size - 1) / size);
        return new BatchOrder(batches, isFixed: false, epoch =>
        {
            int[] order = [.. Enumerable.Range(0, count)];
            new SeededRandom(seed, (ulong)epoch).Shuffle(order.AsSpan());
            return [.. order.Chunk(size)];
        });
    }

    /// <summary>
    /// The same, but that from some epoch on the examples 0 to g - 1, g to 2g - 1, ... stay together and it is these groups that change places; a last group that is not full stays at the end. Where g
    /// divides the size, no group lies in two batches.
    /// </summary>
    public static BatchOrder Groups(int count, int size, int group, int fromEpoch, ulong seed)
    {
        var alone = Examples(count, size, seed);
        return new BatchOrder(alone.Batches, isFixed: false, epoch =>
        {
            if (epoch < fromEpoch)
            {
                return alone.Epoch(epoch);
            }

            int[][] groups = [.. Enumerable.Range(0, count).Chunk(group)];
            new SeededRandom(seed, (ulong)epoch).Shuffle(groups.AsSpan(0, count / group));
            return [.. groups.SelectMany(examples => examples).Chunk(size)];
        });
    }

    /// <summary>
    /// Neighbours by length, as many as fit the budget with their padding. Examples of the same lengths change places and
    /// batches change order every epoch. Of a few ways to put two lengths in one line, the one with the least padding is taken.
    /// </summary>
    public static BatchOrder TokenBudget(IReadOnlyList<Lengths> lengths, int tokens, ulong seed)
    {
        Func<Lengths, (int, int)>[] keys =
        [
            l => (l.Source, l.Source % 2 == 0 ? l.Target : -l.Target),
            l => (l.Target, l.Target % 2 == 0 ? l.Source : -l.Source),
            l => (l.Source + l.Target, l.Source),
        ];
        (int[] order, int[] ends) = keys.Select(key => Cut(lengths, key, tokens)).MinBy(c => Cells(lengths, c.Order, c.Ends));
        return new BatchOrder(ends.Length, isFixed: false, epoch => Shuffle(lengths, order, ends, new SeededRandom(seed, (ulong)epoch)));
    }

    private static (int[] Order, int[] Ends) Cut(IReadOnlyList<Lengths> lengths, Func<Lengths, (int, int)> key, int tokens)
    {
        int[] order = [.. Enumerable.Range(0, lengths.Count).OrderBy(i => key(lengths[i]))];
        var ends = new List<int>();
        int start = 0;
        var longest = default(Lengths);
        for (int i = 0; i < order.Length; i++)
        {
            var wider = longest.Cover(lengths[order[i]]);
            if (i > start && (i - start + 1) * wider.Sum > tokens)
            {
                ends.Add(start = i);
                wider = lengths[order[i]];
            }

            longest = wider;
        }

        ends.Add(order.Length);
        return (order, [.. ends]);
    }

    private static long Cells(IReadOnlyList<Lengths> lengths, int[] order, int[] ends)
    {
        long cells = 0;
        int start = 0;
        foreach (int end in ends)
        {
            var longest = default(Lengths);
            for (int i = start; i < end; i++)
            {
                longest = longest.Cover(lengths[order[i]]);
            }

            cells += (end - start) * longest.Sum;
            start = end;
        }

        return cells;
    }

    private static int[][] Shuffle(IReadOnlyList<Lengths> lengths, int[] sorted, int[] ends, SeededRandom random)
    {
        int[] order = [.. sorted];
        for (int start = 0, i = 1; i <= order.Length; i++)
        {
            if (i == order.Length || lengths[order[i]] != lengths[order[start]])
            {
                random.Shuffle(order.AsSpan(start, i - start));
                start = i;
            }
        }

        int[][] batches = new int[ends.Length][];
        for (int i = 0; i < ends.Length; i++)
        {
            batches[i] = order[(i == 0 ? 0 : ends[i - 1])..ends[i]];
        }

        random.Shuffle(batches.AsSpan());
        return batches;
    }
}
