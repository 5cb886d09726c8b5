namespace Sextant.Matching;

/// <summary>A share of trials, with its interval (Wilson 1927), which stays within 0..1 and says something of none and of all too.</summary>
/// <param name="Hits">Trials that went well.</param>
/// <param name="Count">All of them.</param>
public sealed record Proportion(int Hits, int Count)
{
    /// <summary>The normal distribution's 97.5 % point.</summary>
    private const double Deviations = 1.959963984540054;

    /// <summary>0..1; null of no trial.</summary>
    public double? Share => Count == 0 ? null : (double)Hits / Count;

    /// <summary>Lower end of the 95 % interval.</summary>
    public double Low => Count == 0 ? 0 : Math.Max(0, Centre - Half);

    /// <summary>Upper end of the 95 % interval.</summary>
    public double High => Count == 0 ? 1 : Math.Min(1, Centre + Half);

    private double Shrunk => 1 + (Deviations * Deviations / Count);

    private double Centre => (((double)Hits / Count) + (Deviations * Deviations / (2.0 * Count))) / Shrunk;

    private double Half
    {
        get
        {
            double share = (double)Hits / Count;
            return Deviations / Shrunk * Math.Sqrt((share * (1 - share) / Count) + (Deviations * Deviations / (4.0 * Count * Count)));
        }
    }

    /// <summary>How many of these went well.</summary>
    public static Proportion Of(IEnumerable<bool> trials)
    {
        int hits = 0, count = 0;
        foreach (bool hit in trials)
        {
            (hits, count) = (hits + (hit ? 1 : 0), count + 1);
        }

        return new Proportion(hits, count);
    }
}
