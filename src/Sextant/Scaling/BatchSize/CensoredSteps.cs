namespace Sextant.Scaling.BatchSize;

/// <summary>
/// The likelihood of steps against batch size: ln S = ln S_min + ln(1 + B_crit / B) + normal noise of one spread; a training that missed the target is known to take more steps than it made
/// (Tobin 1958). In location over spread and 1 over spread the negative log likelihood is convex (Olsen 1978), so that Newton's method finds its one minimum at every critical batch.
/// </summary>
internal sealed class CensoredSteps
{
    /// <summary>Of ln steps: a step count is not known better than this, so that exact data have a spread as well.</summary>
    private const double Rounding = 1e-6;

    private const int MostIterations = 60;

    private readonly double[] batches;
    private readonly double[] logs;
    private readonly bool[] censored;

    public CensoredSteps(IReadOnlyList<StepsMeasurement> measurements)
    {
        batches = [.. measurements.Select(m => m.Batch)];
        logs = [.. measurements.Select(m => Math.Log(m.Steps))];
        censored = [.. measurements.Select(m => m.IsCensored)];
        Reached = censored.Count(missed => !missed);
    }

    /// <summary>Trainings that reached the target.</summary>
    public int Reached { get; }

    private bool HasCensored => Reached < censored.Length;

    /// <summary>ln(1 + B_crit / B).</summary>
    public static double Excess(double logCritical, double batch) => Math.Log(1 + Math.Exp(logCritical - Math.Log(batch)));

    /// <summary>The best ln S_min and spread at a critical batch, and -2 log likelihood there, up to a constant.</summary>
    public (double LogMin, double Spread, double Deviance) Best(double logCritical)
    {
        double[] left = Left(logCritical);
        double mean = 0, square = 0;
        for (int i = 0; i < left.Length; i++)
        {
            mean += censored[i] ? 0 : left[i] / Reached;
        }

        for (int i = 0; i < left.Length; i++)
        {
            square += censored[i] ? 0 : (left[i] - mean) * (left[i] - mean);
        }

        double variance = (square / Reached) + (Rounding * Rounding);
        return HasCensored ? Newton(left, mean, Math.Sqrt(variance)) : (mean, Math.Sqrt(variance), Reached * (Math.Log(variance) + 1));
    }

    /// <summary>The ends of ln S_min at a critical batch where the deviance, at its best spread, is at most <paramref name="limit"/>; null where it is nowhere.</summary>
    public (double Low, double High)? MinWithin(double logCritical, double limit)
    {
        var (centre, spread, least) = Best(logCritical);
        if (least > limit)
        {
            return null;
        }

        if (!HasCensored)
        {
            double half = Math.Sqrt(Math.Max(0, Math.Exp((limit / Reached) - 1) - (spread * spread)));
            return (centre - half, centre + half);
        }

        double[] left = Left(logCritical);
        return (End(-1), End(1));

        double End(int side)
        {
            double inside = centre, step = spread;
            while (Deviance(left, centre + (side * step)) <= limit && step < 1e3)
            {
                inside = centre + (side * step);
                step *= 2;
            }

            double outside = centre + (side * step);
            for (int i = 0; i < 40; i++)
            {
                double middle = (inside + outside) / 2;
                (inside, outside) = Deviance(left, middle) <= limit ? (middle, outside) : (inside, middle);
            }

            return inside;
        }
    }

    private double[] Left(double logCritical)
    {
        double[] left = new double[logs.Length];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = logs[i] - Excess(logCritical, batches[i]);
        }

        return left;
    }

    /// <summary>Over location / spread and 1 / spread, from the trainings that reached the target.</summary>
    private (double LogMin, double Spread, double Deviance) Newton(double[] left, double mean, double spread)
    {
        double inverse = 1 / spread, location = 0; // of what is left after the mean
        double value = Value(left, mean, location, inverse);
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double byLocation = 0, byInverse = (2 * Reached * Rounding * Rounding * inverse) - (2 * Reached / inverse);
            double twice = 0, mixed = 0, other = (2 * Reached * Rounding * Rounding) + (2 * Reached / (inverse * inverse));
            for (int i = 0; i < left.Length; i++)
            {
                double y = left[i] - mean;
                if (censored[i])
                {
                    double x = location - (inverse * y), hazard = LogNormalTail.Hazard(x), bend = 2 * hazard * (x + hazard);
                    byLocation -= 2 * hazard;
                    byInverse += 2 * hazard * y;
                    twice += bend;
                    mixed -= bend * y;
                    other += bend * y * y;
                }
                else
                {
                    double residual = (inverse * y) - location;
                    byLocation -= 2 * residual;
                    byInverse += 2 * residual * y;
                    twice += 2;
                    mixed -= 2 * y;
                    other += 2 * y * y;
                }
            }

            double determinant = (twice * other) - (mixed * mixed);
            double stepLocation = -((other * byLocation) - (mixed * byInverse)) / determinant, stepInverse = -((twice * byInverse) - (mixed * byLocation)) / determinant;
            double promised = -((byLocation * stepLocation) + (byInverse * stepInverse)) / 2;
            if (!(promised > 1e-12))
            {
                break;
            }

            double length = 1, tried;
            do
            {
                tried = inverse + (length * stepInverse) > 0 ? Value(left, mean, location + (length * stepLocation), inverse + (length * stepInverse)) : double.PositiveInfinity;
                length /= 2;
            }
            while (!(tried < value) && length > 1e-12);

            if (!(tried < value))
            {
                break;
            }

            (location, inverse, value) = (location + (2 * length * stepLocation), inverse + (2 * length * stepInverse), tried);
        }

        return (mean + (location / inverse), 1 / inverse, value);
    }

    private double Value(double[] left, double mean, double location, double inverse)
    {
        double value = Reached * ((Rounding * Rounding * inverse * inverse) - (2 * Math.Log(inverse)));
        for (int i = 0; i < left.Length; i++)
        {
            double y = left[i] - mean, residual = (inverse * y) - location;
            value += censored[i] ? -2 * LogNormalTail.Share(-residual) : residual * residual;
        }

        return value;
    }

    /// <summary>At ln S_min, at its best spread: convex in 1 / spread, by Newton's method kept between brackets.</summary>
    private double Deviance(double[] left, double logMin)
    {
        double low = 0, high = 1 / Rounding, square = Reached * Rounding * Rounding;
        for (int i = 0; i < left.Length; i++)
        {
            square += censored[i] ? 0 : (left[i] - logMin) * (left[i] - logMin);
        }

        double inverse = Math.Min(Math.Sqrt(Reached / square), high);
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double slope = (inverse * square) - (Reached / inverse), bend = square + (Reached / (inverse * inverse));
            for (int i = 0; i < left.Length; i++)
            {
                if (censored[i])
                {
                    double margin = logMin - left[i], x = inverse * margin, hazard = LogNormalTail.Hazard(x);
                    slope -= margin * hazard;
                    bend += margin * margin * hazard * (x + hazard);
                }
            }

            (low, high) = slope > 0 ? (low, inverse) : (inverse, high);
            double next = inverse - (slope / bend);
            next = next > low && next < high ? next : (low + high) / 2;
            if (Math.Abs(next - inverse) <= 1e-10 * inverse)
            {
                break;
            }

            inverse = next;
        }

        return Value(left, logMin, 0, inverse);
    }
}
