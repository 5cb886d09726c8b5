using MathNet.Numerics.Distributions;

namespace Sextant.Scaling.BatchSize;

/// <summary>
/// The best rate at each batch by least squares of a parabola of log loss in log rate. One window serves all batches: the widest of rates within a factor of 4 (then 2.8, 2, 1.4, the neighbours alone) of
/// the best in which a cubic fits no better (F, at 5 %), since losses rise more steeply above the best rate than below and a parabola through too many of them leans. One variance serves all batches: what trainings scatter
/// about their parabolas, within seeds where these were trained at every rate (<see cref="SeedBlocks"/>).
/// </summary>
internal sealed record BestRates(IReadOnlyList<BestRate> Best, int Freedom)
{
    private const double Unlikely = 0.05;

    /// <summary>Of ln loss: losses are not written down better, and exact ones have an error as well.</summary>
    private const double Rounding = 1e-7;

    private static readonly double[] HalfWidths = [Math.Log(4), 1.5 * Math.Log(2), Math.Log(2), Math.Log(2) / 2, 0];

    public static BestRates Of(IEnumerable<RateMeasurement> measurements, double level)
    {
        RateProfile[] batches = [.. measurements.GroupBy(m => m.Batch).OrderBy(batch => batch.Key).Select(batch => new RateProfile(batch.Key, [.. batch]))];
        double width = HalfWidths.First(halfWidth => halfWidth == 0 || !IsLopsided(batches, halfWidth));
        var parabolas = batches.Select(batch => batch.Polynomial(width, 2)).OfType<RateParabola>().ToList();
        int freedom = parabolas.Sum(parabola => parabola.Freedom);
        double? variance = freedom > 0 ? (parabolas.Sum(parabola => parabola.Fit.ResidualSumOfSquares) / freedom) + (Rounding * Rounding) : null;
        return new BestRates([.. batches.Select(batch => batch.Choose(width, variance, freedom, level))], freedom);
    }

    private static bool IsLopsided(RateProfile[] batches, double halfWidth)
    {
        double gained = 0, left = 0;
        int terms = 0, freedom = 0;
        foreach (var batch in batches)
        {
            if (batch.Polynomial(halfWidth, 3) is { Freedom: > 0 } cubic && batch.Polynomial(halfWidth, 2) is { } quadratic)
            {
                gained += quadratic.Fit.ResidualSumOfSquares - cubic.Fit.ResidualSumOfSquares;
                left += cubic.Fit.ResidualSumOfSquares;
                terms++;
                freedom += cubic.Freedom;
            }
        }

        return freedom > 0 && gained > 0 && (left <= 0 || 1 - FisherSnedecor.CDF(terms, freedom, gained / terms / (left / freedom)) < Unlikely);
    }
}
