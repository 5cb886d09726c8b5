namespace Sextant.Scaling.BatchSize;

/// <summary>The points A, C and B of the trade-off.</summary>
internal static class TradeOffPoints
{
    private const int Places = 41;

    /// <summary>Well inside the regimes on both sides; C lies between.</summary>
    private static readonly (string Name, Regime Regime, double Ratio)[] All = [("A", Regime.NoiseDominated, 0.1), ("C", Regime.Efficient, 1), ("B", Regime.CurvatureDominated, 10)];

    public static IEnumerable<TradeOffPoint> Of(CensoredSteps curve, ProfileScan scan, SeedLevels seeds, double reach, double level, IReadOnlyList<BatchSteps> batches)
    {
        double logMin = curve.Best(scan.At).LogMin;
        var (lowBatch, highBatch) = scan.Within(reach);
        var least = Region(curve, scan, seeds, reach, level);
        foreach (var (name, regime, ratio) in All)
        {
            double batch = ratio * Math.Exp(scan.At);
            double steps = 1 + (1 / ratio), examples = 1 + ratio;
            yield return new TradeOffPoint
            {
                Name = name,
                Regime = regime,
                Batch = batch,
                BatchInterval = new Interval(Times(ratio, lowBatch), Times(ratio, highBatch), level),
                Steps = steps * Math.Exp(logMin),
                StepsInterval = new Interval(highBatch is null ? null : Times(steps, least.LowSteps), Times(steps, least.HighSteps), level),
                Examples = examples * Math.Exp(logMin + scan.At),
                ExamplesInterval = new Interval(lowBatch is null ? null : Times(examples, least.LowExamples), Times(examples, least.HighExamples), level),
                IsMeasured = batch >= batches[0].Batch && batch <= batches[^1].Batch,
            };
        }
    }

    /// <summary>Logarithms of S_min and E_min within the region of both constants, whose ends are those of their own profile likelihoods, further out by what seeds differ.</summary>
    public static (double LowSteps, double HighSteps, double LowExamples, double HighExamples) Region(CensoredSteps curve, ProfileScan scan, SeedLevels seeds, double reach, double level)
    {
        var region = (LowSteps: double.PositiveInfinity, HighSteps: double.NegativeInfinity, LowExamples: double.PositiveInfinity, HighExamples: double.NegativeInfinity);
        foreach (double at in scan.Inside(reach, Places))
        {
            if (curve.MinWithin(at, scan.Least + reach) is var (low, high))
            {
                region = (Math.Min(region.LowSteps, low), Math.Max(region.HighSteps, high), Math.Min(region.LowExamples, low + at), Math.Max(region.HighExamples, high + at));
            }
        }

        var (logMin, spread, _) = curve.Best(scan.At);
        double further = seeds.Reach(level, spread);
        return (Out(region.LowSteps, logMin), Out(region.HighSteps, logMin), Out(region.LowExamples, logMin + scan.At), Out(region.HighExamples, logMin + scan.At));

        // Both errors are independent: what seeds have in common moves all batches alike, what is left does not.
        double Out(double end, double from) => from + (Math.Sign(end - from) * Math.Sqrt(((end - from) * (end - from)) + (further * further)));
    }

    private static double? Times(double factor, double? log) => log is double value ? factor * Math.Exp(value) : null;
}
