namespace Sextant.Data;

/// <summary>What a source of pairs held.</summary>
public sealed record PairReading
{
    /// <summary>The file's path, or the name of built-in data.</summary>
    public required string Origin { get; init; }

    /// <summary>Lines that are neither blank nor comments.</summary>
    public required int Lines { get; init; }

    /// <summary>Unique pairs in order.</summary>
    public required IReadOnlyList<Pair> Pairs { get; init; }

    /// <summary>The line each pair stands on.</summary>
    public required IReadOnlyList<int> PairLines { get; init; }

    /// <summary>Every line that gave no pair.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Pairs that do not come from a file; duplicates are dropped.</summary>
    public static PairReading Of(string origin, IEnumerable<Pair> pairs)
    {
        var builder = new Builder(origin);
        foreach (var pair in pairs)
        {
            builder.Add(0, pair);
        }

        return builder.Build();
    }

    /// <summary>Only the pairs for which <paramref name="reason"/> is null; the others are left out for it.</summary>
    public PairReading Without(Func<Pair, LeftOutReason?> reason)
    {
        var pairs = new List<Pair>(Pairs.Count);
        var lines = new List<int>(Pairs.Count);
        var leftOut = new List<LeftOut>(LeftOut);
        for (int i = 0; i < Pairs.Count; i++)
        {
            if (reason(Pairs[i]) is { } why)
            {
                leftOut.Add(new LeftOut(PairLines[i], why));
            }
            else
            {
                pairs.Add(Pairs[i]);
                lines.Add(PairLines[i]);
            }
        }

        return leftOut.Count == LeftOut.Count ? this : this with { Pairs = pairs, PairLines = lines, LeftOut = leftOut };
    }

    internal sealed class Builder(string origin)
    {
        private readonly List<Pair> pairs = [];
        private readonly List<int> lines = [];
        private readonly List<LeftOut> leftOut = [];
        private readonly HashSet<Pair> seen = [];

        public int Lines { get; private set; }

        public void Add(int line, Pair pair)
        {
            Lines++;
            if (seen.Add(pair))
            {
                pairs.Add(pair);
                lines.Add(line);
            }
            else
            {
                leftOut.Add(new LeftOut(line, LeftOutReason.Duplicate));
            }
        }

        public void LeaveOut(int line, LeftOutReason reason)
        {
            Lines++;
            leftOut.Add(new LeftOut(line, reason));
        }

        public PairReading Build() =>
            new() { Origin = origin, Lines = Lines, Pairs = pairs, PairLines = lines, LeftOut = leftOut };
    }
}
