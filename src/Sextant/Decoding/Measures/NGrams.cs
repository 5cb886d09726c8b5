namespace Sextant.Decoding.Measures;

/// <summary>How often each run of N units stands in a text.</summary>
internal static class NGrams
{
    /// <summary>Runs of <paramref name="n"/> units joined by <paramref name="separator"/>, which no unit contains.</summary>
    public static Dictionary<string, int> Count(IReadOnlyList<string> units, int n, string separator)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i + n <= units.Count; i++)
        {
            string run = string.Join(separator, units.Skip(i).Take(n));
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }

        return counts;
    }

    /// <summary>Runs of both, each as often as in the text that has it less often.</summary>
    public static int Common(Dictionary<string, int> left, Dictionary<string, int> right) =>
        left.Sum(run => Math.Min(run.Value, right.GetValueOrDefault(run.Key)));
}
