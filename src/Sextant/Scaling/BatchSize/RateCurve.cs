namespace Sextant.Scaling.BatchSize;

/// <summary>
/// The deviance of best rates from ln eps(B) = ln eps_max - alpha ln(1 + B_noise / B), each by its own variance and a common excess; a bound counts by how likely it is (Tobin 1958). For a noise batch the form is linear in
/// ln eps_max and alpha, and the deviance convex in both.
/// </summary>
internal sealed class RateCurve
{
    /// <summary>Of ln rate, where no error is known: rates are not written down better.</summary>
    private const double Rounding = 1e-6;

    private const int MostIterations = 60, Halvings = 40;

    private readonly double[] batches;
    private readonly double[] logs;
    private readonly double[] variances;

    /// <summary>0 where the best rate is known, 1 where it is the same or higher, -1 where it is the same or lower.</summary>
    private readonly int[] sides;

    public RateCurve(IReadOnlyList<BestRate> best)
    {
        BestRate[] used = [.. best.Where(rate => rate.IsUsed)];
        double[] errors = [.. used.Where(rate => rate.LogError is not null).Select(rate => rate.LogError!.Value).Order()];
        double typical = errors.Length > 0 ? errors[errors.Length / 2] : 0;
        batches = [.. used.Select(rate => rate.Batch)];
        logs = [.. used.Select(rate => Math.Log(rate.Rate!.Value))];
        variances = [.. used.Select(rate => Math.Pow(rate.LogError ?? typical, 2) + (Rounding * Rounding))];
        sides = [.. used.Select(rate => rate.Bound switch { RateBound.AtLeast => 1, RateBound.AtMost => -1, _ => 0 })];
        Known = sides.Count(side => side == 0);
    }

    /// <summary>Best rates that are no bounds.</summary>
    public int Known { get; }

    public double LowestBatch => batches.Min();

    public double HighestBatch => batches.Max();

    /// <summary>ln(1 + B_noise / B), by which a rate lies below eps_max, for an exponent of 1.</summary>
    public static double Fall(double logNoise, double batch) => Math.Log(1 + Math.Exp(logNoise - Math.Log(batch)));

    /// <summary>The best ln eps_max at a noise batch and exponent, and the deviance there.</summary>
    public (double LogMax, double Deviance) Best(double logNoise, double exponent, double excess) => Best(Falls(logNoise), exponent, excess);

    /// <summary>The exponent of the least deviance at a noise batch, between two ends.</summary>
    public double BestExponent(double logNoise, double low, double high, double excess)
    {
        if (low == high)
        {
            return low;
        }

        // Convex in both: what lies outside the ends is best at the nearer one. Where all are known the first step arrives.
        double[] falls = Falls(logNoise);
        double logMax = logs.Average(), exponent = 0, value = Deviance(falls, logMax, exponent, excess);
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double byMax = 0, byExponent = 0, weights = 0, mixed = 0, square = 0;
            for (int i = 0; i < logs.Length; i++)
            {
                double variance = variances[i] + excess, left = logMax - (exponent * falls[i]) - logs[i], slope = 2 * left / variance, bend = 2 / variance;
                if (sides[i] != 0)
                {
                    double x = sides[i] * left / Math.Sqrt(variance), hazard = LogNormalTail.Hazard(x);
                    (slope, bend) = (-2 * hazard * sides[i] / Math.Sqrt(variance), 2 * hazard * (x + hazard) / variance);
                }

                byMax += slope;
                byExponent -= slope * falls[i];
                weights += bend;
                mixed -= bend * falls[i];
                square += bend * falls[i] * falls[i];
            }

            double determinant = (weights * square) - (mixed * mixed);
            if (!(determinant > 1e-12 * weights * square))
            {
                return Math.Clamp(exponent, low, high);
            }

            double stepMax = -((square * byMax) - (mixed * byExponent)) / determinant, stepExponent = -((weights * byExponent) - (mixed * byMax)) / determinant, length = 1, tried;
            do
            {
                tried = Deviance(falls, logMax + (length * stepMax), exponent + (length * stepExponent), excess);
                length /= 2;
            }
            while (!(tried < value) && length > 1e-9);

            if (!(tried < value - 1e-10))
            {
                break;
            }

            (logMax, exponent, value) = (logMax + (2 * length * stepMax), exponent + (2 * length * stepExponent), tried);
        }

        return Math.Clamp(exponent, low, high);
    }

    /// <summary>The ends of ln eps_max where the deviance is at most <paramref name="limit"/>; null where it is nowhere.</summary>
    public (double Low, double High)? MaxWithin(double logNoise, double exponent, double excess, double limit)
    {
        double[] falls = Falls(logNoise);
        var (centre, least) = Best(falls, exponent, excess);
        if (least > limit)
        {
            return null;
        }

        double scale = Math.Sqrt(variances.Max() + excess);
        return (End(-1), End(1));

        double End(int side)
        {
            double inside = centre, step = scale;
            while (Deviance(falls, centre + (side * step), exponent, excess) <= limit && step < 1e3)
            {
                inside = centre + (side * step);
                step *= 2;
            }

            double outside = centre + (side * step);
            for (int i = 0; i < Halvings; i++)
            {
                double middle = (inside + outside) / 2;
                (inside, outside) = Deviance(falls, middle, exponent, excess) <= limit ? (middle, outside) : (inside, middle);
            }

            return inside;
        }
    }

    /// <summary>The weighted squares alone, of the best rates that are no bounds.</summary>
    public double Squares(double logMax, double logNoise, double exponent, double excess)
    {
        double[] falls = Falls(logNoise);
        return Enumerable.Range(0, logs.Length).Where(i => sides[i] == 0).Sum(i => Math.Pow(logs[i] - logMax + (exponent * falls[i]), 2) / (variances[i] + excess));
    }

    /// <summary>The mean share of the excess in the variances.</summary>
    public double ExcessShare(double excess) => Enumerable.Range(0, logs.Length).Where(i => sides[i] == 0).Average(i => excess / (variances[i] + excess));

    private double[] Falls(double logNoise)
    {
        double[] falls = new double[batches.Length];
        for (int i = 0; i < falls.Length; i++)
        {
            falls[i] = Fall(logNoise, batches[i]);
        }

        return falls;
    }

    private (double LogMax, double Deviance) Best(double[] falls, double exponent, double excess)
    {
        double weights = 0, sum = 0;
        for (int i = 0; i < logs.Length; i++)
        {
            double weight = sides[i] == 0 ? 1 / (variances[i] + excess) : 0;
            weights += weight;
            sum += weight * (logs[i] + (exponent * falls[i]));
        }

        double at = sum / weights, value = Deviance(falls, at, exponent, excess);
        for (int iteration = 0; iteration < MostIterations && Known < logs.Length; iteration++)
        {
            double slope = 0, bend = 2 * weights;
            for (int i = 0; i < logs.Length; i++)
            {
                double variance = variances[i] + excess, left = at - (exponent * falls[i]) - logs[i];
                if (sides[i] == 0)
                {
                    slope += 2 * left / variance;
                    continue;
                }

                double x = sides[i] * left / Math.Sqrt(variance), hazard = LogNormalTail.Hazard(x);
                slope -= 2 * hazard * sides[i] / Math.Sqrt(variance);
                bend += 2 * hazard * (x + hazard) / variance;
            }

            double step = -slope / bend, length = 1, tried;
            do
            {
                tried = Deviance(falls, at + (length * step), exponent, excess);
                length /= 2;
            }
            while (!(tried < value) && length > 1e-9);

            if (!(tried < value - 1e-12))
            {
                break;
            }

            (at, value) = (at + (2 * length * step), tried);
        }

        return (at, value);
    }

    private double Deviance(double[] falls, double logMax, double exponent, double excess)
    {
        double sum = 0;
        for (int i = 0; i < logs.Length; i++)
        {
            double variance = variances[i] + excess, left = logMax - (exponent * falls[i]) - logs[i];
            sum += sides[i] == 0 ? left * left / variance : -2 * LogNormalTail.Share(sides[i] * left / Math.Sqrt(variance));
        }

        return sum;
    }
}
