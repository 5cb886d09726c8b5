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

    private readonly (double Batch, double Log, double Variance, int Side)[] points;

    public RateCurve(IReadOnlyList<BestRate> best)
    {
        double[] errors = [.. best.Where(rate => rate is { IsUsed: true, LogError: not null }).Select(rate => rate.LogError!.Value).Order()];
        double typical = errors.Length > 0 ? errors[errors.Length / 2] : 0;
        points = [.. best.Where(rate => rate.IsUsed).Select(rate => (rate.Batch, Math.Log(rate.Rate!.Value), Math.Pow(rate.LogError ?? typical, 2), rate.Bound switch { RateBound.AtLeast => 1, RateBound.AtMost => -1, _ => 0 }))];
        Known = points.Count(point => point.Side == 0);
        HasErrors = errors.Length > 0;
    }

    /// <summary>Best rates that are no bounds.</summary>
    public int Known { get; }

    /// <summary>Whether any has an error of its own.</summary>
    public bool HasErrors { get; }

    public double LowestBatch => points.Min(point => point.Batch);

    public double HighestBatch => points.Max(point => point.Batch);

    /// <summary>ln(1 + B_noise / B), by which a rate lies below eps_max, for an exponent of 1.</summary>
    public static double Fall(double logNoise, double batch) => Math.Log(1 + Math.Exp(logNoise - Math.Log(batch)));

    /// <summary>The best ln eps_max at a noise batch and exponent, and the deviance there.</summary>
    public (double LogMax, double Deviance) Best(double logNoise, double exponent, double excess)
    {
        double weights = 0, sum = 0;
        foreach (var point in points.Where(point => point.Side == 0))
        {
            double weight = 1 / Variance(point.Variance, excess);
            weights += weight;
            sum += weight * (point.Log + (exponent * Fall(logNoise, point.Batch)));
        }

        double at = sum / weights;
        if (Known == points.Length)
        {
            return (at, Deviance(at, logNoise, exponent, excess));
        }

        double value = Deviance(at, logNoise, exponent, excess);
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double slope = 0, bend = 2 * weights;
            foreach (var point in points)
            {
                double variance = Variance(point.Variance, excess), left = at - (exponent * Fall(logNoise, point.Batch)) - point.Log;
                if (point.Side == 0)
                {
                    slope += 2 * left / variance;
                    continue;
                }

                double x = point.Side * left / Math.Sqrt(variance), hazard = LogNormalTail.Hazard(x);
                slope -= 2 * hazard * point.Side / Math.Sqrt(variance);
                bend += 2 * hazard * (x + hazard) / variance;
            }

            double step = -slope / bend, length = 1, tried;
            do
            {
                tried = Deviance(at + (length * step), logNoise, exponent, excess);
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

    /// <summary>The exponent of the least deviance at a noise batch, between two ends.</summary>
    public double BestExponent(double logNoise, double low, double high, double excess)
    {
        if (low == high)
        {
            return low;
        }

        if (Known < points.Length)
        {
            return new ProfileScan(exponent => Best(logNoise, exponent, excess).Deviance, low, high, 3).At;
        }

        double weights = 0, meanFall = 0, meanLog = 0, square = 0, product = 0;
        foreach (var point in points)
        {
            double weight = 1 / Variance(point.Variance, excess);
            weights += weight;
            meanFall += weight * Fall(logNoise, point.Batch);
            meanLog += weight * point.Log;
        }

        (meanFall, meanLog) = (meanFall / weights, meanLog / weights);
        foreach (var point in points)
        {
            double weight = 1 / Variance(point.Variance, excess), fall = Fall(logNoise, point.Batch) - meanFall;
            square += weight * fall * fall;
            product -= weight * fall * (point.Log - meanLog);
        }

        return square > 0 ? Math.Clamp(product / square, low, high) : low;
    }

    /// <summary>The ends of ln eps_max where the deviance is at most <paramref name="limit"/>; null where it is nowhere.</summary>
    public (double Low, double High)? MaxWithin(double logNoise, double exponent, double excess, double limit)
    {
        var (centre, least) = Best(logNoise, exponent, excess);
        if (least > limit)
        {
            return null;
        }

        double scale = Math.Sqrt(points.Max(point => Variance(point.Variance, excess)));
        return (End(-1), End(1));

        double End(int side)
        {
            double inside = centre, step = scale;
            while (Deviance(centre + (side * step), logNoise, exponent, excess) <= limit && step < 1e3)
            {
                inside = centre + (side * step);
                step *= 2;
            }

            double outside = centre + (side * step);
            for (int i = 0; i < Halvings; i++)
            {
                double middle = (inside + outside) / 2;
                (inside, outside) = Deviance(middle, logNoise, exponent, excess) <= limit ? (middle, outside) : (inside, middle);
            }

            return inside;
        }
    }

    /// <summary>The weighted squares alone, of the best rates that are no bounds.</summary>
    public double Squares(double logMax, double logNoise, double exponent, double excess) =>
        points.Where(point => point.Side == 0).Sum(point => Math.Pow(point.Log - logMax + (exponent * Fall(logNoise, point.Batch)), 2) / Variance(point.Variance, excess));

    /// <summary>The mean share of the excess in the variances.</summary>
    public double ExcessShare(double excess) => points.Where(point => point.Side == 0).Average(point => excess / Variance(point.Variance, excess));

    private double Deviance(double logMax, double logNoise, double exponent, double excess)
    {
        double sum = 0;
        foreach (var point in points)
        {
            double variance = Variance(point.Variance, excess), left = logMax - (exponent * Fall(logNoise, point.Batch)) - point.Log;
            sum += point.Side == 0 ? left * left / variance : -2 * LogNormalTail.Share(point.Side * left / Math.Sqrt(variance));
        }

        return sum;
    }

    private static double Variance(double own, double excess) => own + excess + (Rounding * Rounding);
}
