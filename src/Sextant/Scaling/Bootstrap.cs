using MathNet.Numerics.Distributions;

namespace Sextant.Scaling;

/// <summary>
/// Resampling of what is independent, with replacement (Efron 1979). A resample is given as the number of times each row was drawn, so
/// that a statistic may weigh its rows by it. Draws follow from the seed and the resample's number: threads do not change them.
/// </summary>
internal static class Bootstrap
{
    /// <summary>The rows of each independent unit: those of one run together, a row without a run alone; in the order of their first rows.</summary>
    public static int[][] Units<T>(IReadOnlyList<T> rows, Func<T, string?> run)
    {
        var units = new List<List<int>>();
        var byRun = new Dictionary<string, List<int>>();
        for (int i = 0; i < rows.Count; i++)
        {
            string? name = run(rows[i]);
            if (name is not null && byRun.TryGetValue(name, out var unit))
            {
                unit.Add(i);
                continue;
            }

            units.Add([i]);
            if (name is not null)
            {
                byRun.Add(name, units[^1]);
            }
        }

        return [.. units.Select(unit => unit.ToArray())];
    }

    /// <summary>How often each row is drawn in resample <paramref name="resample"/> of <paramref name="seed"/>: as many units as there are, with replacement.</summary>
    public static int[] Counts(int[][] units, ulong seed, int resample)
    {
        var random = new SeededRandom(seed, (ulong)resample);
        int[] counts = new int[units.Sum(unit => unit.Length)];
        for (int draw = 0; draw < units.Length; draw++)
        {
            foreach (int row in units[random.Next(units.Length)])
            {
                counts[row]++;
            }
        }

        return counts;
    }

    /// <summary>A statistic of each resample, on all cores. It is given the times each row was drawn and the resample's number, and must be safe to call at once.</summary>
    public static TStatistic[] Of<TStatistic>(int[][] units, int resamples, ulong seed, Func<int[], int, TStatistic> statistic)
    {
        var values = new TStatistic[resamples];
        Parallel.For(0, resamples, resample => values[resample] = statistic(Counts(units, seed, resample), resample));
        return values;
    }

    /// <summary>
    /// The statistic without each unit in turn (Quenouille 1949), on all cores; without each of <paramref name="most"/> groups of units where there are
    /// more, which leaves <see cref="BiasCorrected"/>'s acceleration what it is.
    /// </summary>
    public static TStatistic[] Jackknife<TStatistic>(int[][] units, int most, Func<int[], int, TStatistic> statistic)
    {
        var values = new TStatistic[Math.Min(units.Length, most)];
        Parallel.For(0, values.Length, left =>
        {
            int[] counts = new int[units.Sum(unit => unit.Length)];
            Array.Fill(counts, 1);
            for (int unit = left; unit < units.Length; unit += values.Length)
            {
                foreach (int row in units[unit])
                {
                    counts[row] = 0;
                }
            }

            values[left] = statistic(counts, left);
        });
        return values;
    }

    /// <summary>
    /// The interval between the values' quantiles (1 - level) / 2 and (1 + level) / 2. A value that is not a number counts as unbounded on both
    /// sides; an end that falls on an infinite value is null. Null where there are no values.
    /// </summary>
    public static Interval? Percentile(IReadOnlyList<double> values, double level) =>
        Between(values, (1 - level) / 2, (1 + level) / 2, level);

    /// <summary>
    /// The bias-corrected and accelerated interval (Efron 1987): percentiles moved by where the estimate stands among the values and by the
    /// skewness of the jackknife's.
    /// </summary>
    public static Interval? BiasCorrected(IReadOnlyList<double> values, double estimate, IReadOnlyList<double> jackknife, double level)
    {
        if (values.Count == 0)
        {
            return null;
        }

        double below = values.Count(value => value < estimate) + (values.Count(value => value == estimate || double.IsNaN(value)) / 2.0);
        double share = Math.Clamp(below / values.Count, 0.5 / values.Count, 1 - (0.5 / values.Count));
        double bias = Normal.InvCDF(0, 1, share);
        double acceleration = Acceleration(jackknife);
        double Moved(double probability)
        {
            double z = bias + Normal.InvCDF(0, 1, probability);
            return Normal.CDF(0, 1, bias + (z / (1 - (acceleration * z))));
        }

        return Between(values, Moved((1 - level) / 2), Moved((1 + level) / 2), level);
    }

    /// <summary>The standard deviation of the finite values; null where fewer than two are finite.</summary>
    public static double? StandardError(IReadOnlyList<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length < 2)
        {
            return null;
        }

        double mean = finite.Average();
        return Math.Sqrt(finite.Sum(value => (value - mean) * (value - mean)) / (finite.Length - 1));
    }

    /// <summary>The quantile, linear between order statistics (Hyndman and Fan's type 7); infinite values are ordered at their ends.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double probability)
    {
        double position = Math.Clamp(probability, 0, 1) * (sorted.Count - 1);
        int low = (int)position;
        int high = Math.Min(low + 1, sorted.Count - 1);
        double share = position - low;
        return share == 0 || sorted[low] == sorted[high] ? sorted[low] : sorted[low] + (share * (sorted[high] - sorted[low]));
    }

    private static Interval? Between(IReadOnlyList<double> values, double low, double high, double level)
    {
        if (values.Count == 0)
        {
            return null;
        }

        double left = Quantile([.. values.Select(value => double.IsNaN(value) ? double.NegativeInfinity : value).Order()], low);
        double right = Quantile([.. values.Select(value => double.IsNaN(value) ? double.PositiveInfinity : value).Order()], high);
        return new Interval(double.IsFinite(left) ? left : null, double.IsFinite(right) ? right : null, level);
    }

    private static double Acceleration(IReadOnlyList<double> jackknife)
    {
        double[] finite = [.. jackknife.Where(double.IsFinite)];
        if (finite.Length < 3)
        {
            return 0;
        }

        double mean = finite.Average();
        double second = finite.Sum(value => (mean - value) * (mean - value));
        double third = finite.Sum(value => (mean - value) * (mean - value) * (mean - value));
        return second > 0 ? third / (6 * Math.Pow(second, 1.5)) : 0;
    }
}
