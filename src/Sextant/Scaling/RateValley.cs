namespace Sextant.Scaling;

/// <summary>A rate that was tried, to whoever looks for the least of something over rates.</summary>
/// <param name="Rate">Above 0.</param>
/// <param name="Value">The geometric mean of what is to be least, above 0; null where there is none.</param>
/// <param name="Missed">Where there is no value: how far it was from having one; null where it diverged.</param>
/// <param name="Values">Of each training, seeds in one order; empty where there is no value.</param>
internal sealed record RateProbe(double Rate, double? Value, double? Missed, IReadOnlyList<double> Values)
{
    public bool HasDiverged => Value is null && Missed is null;

    /// <summary>Any value before none, then what was missed by less; what diverged is no better than anything.</summary>
    public bool IsBetterThan(RateProbe other) =>
        Value is double value ? !(other.Value <= value) : other.Value is null && Missed is double missed && !(other.Missed <= missed);
}

/// <summary>Where the least value lies, by the rates tried.</summary>
/// <param name="Status">As of <see cref="RateChoice.Status"/>.</param>
/// <param name="Best">The best of the rates tried; null where all diverged.</param>
internal sealed record RateBottom(FitStatus Status, RateProbe? Best)
{
    /// <summary>The bottom of the parabola, or the best rate tried.</summary>
    public double? Rate { get; init; } = Best?.Rate;

    /// <summary>The value there.</summary>
    public double? Value { get; init; } = Best?.Value;

    public Interval? RateInterval { get; init; }

    /// <summary>The share by which half or twice the rate raises the value.</summary>
    public double? CostOfTwofold { get; init; }

    public string? Remark { get; init; }
}

/// <summary>
/// The search that <see cref="RateSearch"/> makes for the least loss and <see cref="BatchSize.StepsSearch"/> for the fewest steps: values of a valley over the logarithm of the rate, whose bottom is the
/// parabola's through the logarithms of the best value and its neighbours'.
/// </summary>
internal static class RateValley
{
    /// <summary>Of the interval of a rate.</summary>
    private const double Level = 0.95;

    /// <summary>Rates that differ by less than this share are one: whoever trains may round them.</summary>
    private const double Same = 0.01;

    /// <summary>The rates to try next; empty where the search is over.</summary>
    public static IReadOnlyList<double> Next(IReadOnlyList<RateProbe> probes, RateSearchOptions options)
    {
        double[] first = [options.Start / options.Factor, options.Start, options.Start * options.Factor];
        double[] missing = [.. first.Where(rate => !IsTried(probes, rate))];
        if (missing.Length > 0)
        {
            return missing;
        }

        if (probes.Count >= options.Most)
        {
            return [];
        }

        var (lower, best, upper) = AroundBest(probes);
        double? next = best is null ? probes.Min(probe => probe.Rate) / options.Factor
            : lower is null ? best.Rate / options.Factor
            : upper is null ? best.Rate * options.Factor
            : upper.HasDiverged && IsWider(best, upper, Math.Sqrt(options.Factor)) ? best.Rate * Math.Sqrt(options.Factor)
            : options.Finest is double finest ? Between(lower, best, upper, finest)
            : null;
        return next is double rate ? [rate] : [];
    }

    /// <summary>What the rates tried say.</summary>
    /// <param name="probes">The rates.</param>
    /// <param name="missing">What is said where a rate has no value and yet did not diverge: "missed the target".</param>
    /// <param name="values">What the values are, for a sentence.</param>
    public static RateBottom Choose(IReadOnlyList<RateProbe> probes, string missing = "has no value", string values = "losses")
    {
        var (lower, best, upper) = AroundBest(probes);
        if (best is null)
        {
            return new RateBottom(FitStatus.Failed, null) { Remark = "every rate diverged" };
        }

        var bottom = new RateBottom(FitStatus.Converged, best);
        if (best.Value is not double least)
        {
            return bottom with { Status = FitStatus.Failed, Remark = $"every rate {missing}" };
        }

        if (lower is null || upper is null)
        {
            return bottom with { Status = FitStatus.BoundHit, Remark = $"the {(lower is null ? "lowest" : "highest")} rate tried is the best of them" };
        }

        if (lower.Value is not double below || upper.Value is not double above)
        {
            var (side, without) = lower.Value is null ? ("below", lower) : ("above", upper);
            return bottom with { Remark = $"the next rate {side} it {(without.HasDiverged ? "diverged" : missing)}" };
        }

        double left = Math.Log(best.Rate / lower.Rate), right = Math.Log(upper.Rate / best.Rate);
        double fall = Math.Log(below / least), rise = Math.Log(above / least); // neither is negative
        if (fall + rise == 0)
        {
            return bottom with { Status = FitStatus.NotIdentified, Remark = "its neighbours are as good" };
        }

        // The parabola through the three, in logarithms measured from the middle one.
        double curvature = Curvature(left, right, fall, rise), vertex = Vertex(left, right, fall, rise);
        bottom = bottom with { Rate = best.Rate * Math.Exp(vertex), Value = least * Math.Exp(-curvature * vertex * vertex), CostOfTwofold = Math.Exp(curvature * Math.Log(2) * Math.Log(2)) - 1 };
        return Noise(probes) is not var (variance, freedom)
            ? bottom with { Remark = "one training a rate: no interval" }
            : WithInterval(bottom, (left, right, fall, rise), [lower.Values.Count, best.Values.Count, upper.Values.Count], variance, freedom, values);
    }

    /// <summary>The middle of the gap beside the best that is wider than <paramref name="finest"/>, on the side of the better neighbour first; null where neither is.</summary>
    private static double? Between(RateProbe lower, RateProbe best, RateProbe upper, double finest)
    {
        bool isWideBelow = IsWider(lower, best, finest), isWideAbove = IsWider(best, upper, finest);
        return !isWideBelow && !isWideAbove ? null
            : isWideBelow && (!isWideAbove || lower.IsBetterThan(upper)) ? Math.Sqrt(lower.Rate * best.Rate)
            : Math.Sqrt(best.Rate * upper.Rate);
    }

    private static bool IsWider(RateProbe low, RateProbe high, double factor) => high.Rate / low.Rate > factor * (1 + Same);

    private static double Curvature(double left, double right, double fall, double rise) => ((fall * right) + (rise * left)) / (left * right * (left + right));

    /// <summary>Where the parabola through (-left, fall), (0, 0) and (right, rise) turns.</summary>
    private static double Vertex(double left, double right, double fall, double rise) => ((fall * right * right) - (rise * left * left)) / (2 * ((fall * right) + (rise * left)));

    /// <summary>
    /// The variance of a training's log value: what is left after the rates' and the seeds' means where every rate has the same seeds, which a search trains (<see cref="BatchSize.SeedBlocks"/>), else from seed to seed, pooled over rates.
    /// Null where no rate has two trainings.
    /// </summary>
    private static (double Variance, int Freedom)? Noise(IReadOnlyList<RateProbe> probes)
    {
        var valued = probes.Where(probe => probe.Values.Count > 0).Select(probe => probe.Values.Select(value => Math.Log(value)).ToArray()).ToList();
        if (valued.Count > 1 && valued[0].Length > 1 && valued.All(values => values.Length == valued[0].Length))
        {
            double[] levels = BatchSize.SeedBlocks.Levels(valued);
            int left = (valued.Count - 1) * (levels.Length - 1);
            return (valued.Sum(values => values.Select((value, seed) => Math.Pow(value - levels[seed] - values.Average(), 2)).Sum()) / left, left);
        }

        var repeated = probes.Where(probe => probe.Values.Count > 1).Select(probe => probe.Values.Select(value => Math.Log(value)).ToList()).ToList();
        int freedom = repeated.Sum(values => values.Count - 1);
        return freedom > 0 ? (repeated.Sum(values => values.Sum(value => Math.Pow(value - values.Average(), 2))) / freedom, freedom) : null;
    }

    /// <summary>The rate's interval to first order in the noise; where the noise may have made the parabola, there is none.</summary>
    private static RateBottom WithInterval(RateBottom bottom, (double Left, double Right, double Fall, double Rise) at, int[] trainings, double variance, int freedom, string values)
    {
        double quantile = Student.Reach(freedom, Level);
        double ErrorOf(Func<double, double, double> value)
        {
            const double step = 1e-6;
            double byFall = (value(at.Fall + step, at.Rise) - value(at.Fall - step, at.Rise)) / (2 * step);
            double byRise = (value(at.Fall, at.Rise + step) - value(at.Fall, at.Rise - step)) / (2 * step);
            return Math.Sqrt(variance * ((byFall * byFall / trainings[0]) + (Math.Pow(byFall + byRise, 2) / trainings[1]) + (byRise * byRise / trainings[2])));
        }

        double bend = Curvature(at.Left, at.Right, at.Fall, at.Rise);
        if (bend <= quantile * ErrorOf((fall, rise) => Curvature(at.Left, at.Right, fall, rise)))
        {
            return bottom with { Status = FitStatus.NotIdentified, RateInterval = new Interval(null, null, Level), Remark = $"the {values} differ no more than seeds do" };
        }

        double half = quantile * ErrorOf((fall, rise) => Vertex(at.Left, at.Right, fall, rise));
        return bottom with { RateInterval = new Interval(bottom.Rate!.Value * Math.Exp(-half), bottom.Rate.Value * Math.Exp(half), Level) };
    }

    private static (RateProbe? Lower, RateProbe? Best, RateProbe? Upper) AroundBest(IReadOnlyList<RateProbe> probes)
    {
        RateProbe[] ordered = [.. probes.OrderBy(probe => probe.Rate)];
        int best = -1;
        for (int i = 0; i < ordered.Length; i++)
        {
            if (!ordered[i].HasDiverged && (best < 0 || ordered[i].IsBetterThan(ordered[best])))
            {
                best = i;
            }
        }

        return best < 0 ? (null, null, null) : (best > 0 ? ordered[best - 1] : null, ordered[best], best < ordered.Length - 1 ? ordered[best + 1] : null);
    }

    private static bool IsTried(IReadOnlyList<RateProbe> probes, double rate) => probes.Any(probe => Math.Abs(Math.Log(probe.Rate / rate)) < Same);
}
