namespace Sextant.Scaling;

/// <summary>How far losses of runs of one design differ.</summary>
/// <param name="StandardDeviation">Of ln loss, pooled.</param>
/// <param name="Designs">Designs that were run more than once.</param>
/// <param name="Runs">Their runs.</param>
public sealed record SeedNoise(double StandardDeviation, int Designs, int Runs)
{
    /// <summary>From the losses of each design's runs; null where nothing was repeated.</summary>
    internal static SeedNoise? Of(IEnumerable<double[]> designs)
    {
        double[][] repeated = [.. designs.Where(losses => losses.Length > 1).Select(losses => losses.Select(loss => Math.Log(loss)).ToArray())];
        int freedom = repeated.Sum(losses => losses.Length - 1);
        return freedom == 0 ? null : new SeedNoise(
            Math.Sqrt(repeated.Sum(losses => losses.Sum(loss => Math.Pow(loss - losses.Average(), 2))) / freedom),
            repeated.Length,
            repeated.Sum(losses => losses.Length));
    }
}
