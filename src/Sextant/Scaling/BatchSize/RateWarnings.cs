namespace Sextant.Scaling.BatchSize;

/// <summary>What one must know before believing a curve of best rates, a sentence each.</summary>
internal static class RateWarnings
{
    public static IEnumerable<string> OfTooFew(IReadOnlyList<BestRate> best, int fewest)
    {
        int known = best.Count(rate => rate is { IsUsed: true, Bound: RateBound.None });
        yield return best.Count == 0
            ? "No row can be used: nothing says which rate is best at which batch."
            : $"{known} of {best.Count} batch sizes have a best rate between others: the law needs {fewest}.";
        foreach (string warning in OfBatches(best))
        {
            yield return warning;
        }
    }

    public static IEnumerable<string> Of(LearningRateFit fit, RateLaw law, bool isRefuted, RateCurveOptions options)
    {
        var noise = law.Intervals["noiseBatch"];
        string range = $"its {Said.Percent(noise.Level)} interval is {Said.Range(noise, Said.Number)}";
        if (law is { MaxRate: null })
        {
            yield return $"The best rate grows with the batch throughout and shows no bend: the noise batch lies beyond these batches ({range}), and nothing shows what the rate grows to; measure larger batches.";
        }
        else if (law is { NoiseBatch: null })
        {
            yield return $"The best rate does not grow with the batch: the noise batch lies below these batches ({range}); measure smaller ones.";
        }
        else if (law.Status == FitStatus.NotIdentified)
        {
            yield return noise is { Low: double low, High: double high } && high / low <= options.WidestRatio
                ? $"The exponent is not determined between {Said.Number(options.LowestExponent)} and {Said.Number(options.HighestExponent)}."
                : $"The noise batch is not determined: {range}{(noise is { Low: not null, High: not null } ? $", whose ends are more than a factor of {Said.Number(options.WidestRatio)} apart" : "")}.";
        }
        else if (law.Status == FitStatus.BoundHit)
        {
            yield return $"The exponent is at an end of the range searched, {Said.Number(options.LowestExponent)} to {Said.Number(options.HighestExponent)}: it is not this law.";
        }

        if (isRefuted && options.Form != RateForm.Free)
        {
            yield return options.Form == RateForm.Sgd
                ? "An exponent of 1 contradicts these rates; fit with a free one."
                : "An exponent of 1 contradicts these rates: maxRate and noiseBatch are of the law with a free exponent.";
        }

        if (fit.FallsAt.Count > 0)
        {
            yield return $"The best rate falls again at batch {string.Join(", ", fit.FallsAt.Select(RegimeWords.Size))}, as it can for adaptive optimisers; no law here falls: fit without {(fit.FallsAt.Count == 1 ? "it" : "them")} (--exclude) to see what the others say.";
        }

        if (law.ExcessSpread > 0 && fit.Best.Any(rate => rate.LogError > 0))
        {
            yield return $"Best rates scatter about the law by {Said.Percent(Math.Exp(law.ExcessSpread) - 1)} beyond their own errors; the intervals allow for it.";
        }

        foreach (string warning in OfBatches(fit.Best))
        {
            yield return warning;
        }
    }

    private static IEnumerable<string> OfBatches(IReadOnlyList<BestRate> best)
    {
        foreach (var (bound, end) in new[] { (RateBound.AtLeast, "highest"), (RateBound.AtMost, "lowest") })
        {
            double[] batches = [.. best.Where(rate => rate.Bound == bound).Select(rate => rate.Batch)];
            if (batches.Length > 0)
            {
                yield return $"At batch {string.Join(", ", batches.Select(RegimeWords.Size))} the {end} rate tried is the best: it counts as a bound; try {(bound == RateBound.AtLeast ? "higher" : "lower")} ones.";
            }
        }

        foreach (var remark in best.Where(rate => !rate.IsUsed).GroupBy(rate => rate.Remark))
        {
            yield return $"Batch {string.Join(", ", remark.Select(rate => RegimeWords.Size(rate.Batch)))} takes no part: {remark.Key}.";
        }
    }
}
