namespace Sextant.Scaling.GradientNoise;

/// <summary>
/// The means of pairs (x, y) that are independent draws about values which drift, and the interval of the ratio of the means. Covariances come from successive
/// differences, sum (d_i d_i^T) / (2 (n - 1)) (von Neumann 1941): a slow drift is in no difference, while it would widen the usual ones.
/// </summary>
/// <param name="X">Mean of x.</param>
/// <param name="Y">Mean of y.</param>
/// <param name="VarianceX">Of the mean of x.</param>
/// <param name="VarianceY">Of the mean of y.</param>
/// <param name="Covariance">Of the two means.</param>
/// <param name="DegreesOfFreedom">Those of a chi-square of as much relative spread, 2 (n - 1)^2 / (3 n - 4), rounded down.</param>
internal sealed record DriftingMeans(double X, double Y, double VarianceX, double VarianceY, double Covariance, int DegreesOfFreedom)
{
    /// <summary>Of at least two pairs, in the order in which they were drawn.</summary>
    public static DriftingMeans Of(IReadOnlyList<(double X, double Y)> pairs)
    {
        int count = pairs.Count;
        double squaresX = 0, squaresY = 0, products = 0;
        for (int i = 1; i < count; i++)
        {
            double x = pairs[i].X - pairs[i - 1].X, y = pairs[i].Y - pairs[i - 1].Y;
            squaresX += x * x;
            squaresY += y * y;
            products += x * y;
        }

        double scale = 1 / (2.0 * (count - 1) * count);
        int freedom = (int)(2.0 * (count - 1) * (count - 1) / ((3.0 * count) - 4));
        return new(pairs.Average(pair => pair.X), pairs.Average(pair => pair.Y), squaresX * scale, squaresY * scale, products * scale, freedom);
    }

    /// <summary>Of the mean of x, by Student's t.</summary>
    public Interval OfX(double level) => Around(X, VarianceX, level);

    /// <summary>Of the mean of y, by Student's t.</summary>
    public Interval OfY(double level) => Around(Y, VarianceY, level);

    /// <summary>
    /// Of x / y, which is known to be positive: the ratios r at which x - r y is not told from 0 (Fieller 1954). An end is null where nothing bounds the ratio
    /// there; both are where every positive ratio is possible, or the set falls into two.
    /// </summary>
    public Interval OfRatio(double level)
    {
        double reach = Student.Reach(DegreesOfFreedom, level), square = reach * reach;
        // r^2 a - 2 r b + c <= 0
        double a = (Y * Y) - (square * VarianceY), b = (X * Y) - (square * Covariance), c = (X * X) - (square * VarianceX);
        double discriminant = (b * b) - (a * c);
        if (discriminant < 0 || a == 0 || (a < 0 && c <= 0))
        {
            return new Interval(null, null, level);
        }

        // The two roots, each without the difference of two numbers that are nearly equal.
        double far = b + (b < 0 ? -Math.Sqrt(discriminant) : Math.Sqrt(discriminant));
        double one = far / a, other = far == 0 ? 0 : c / far;
        double low = Math.Min(one, other), high = Math.Max(one, other);
        return a > 0
            ? high > 0 ? new Interval(low > 0 ? low : null, high, level) : new Interval(null, null, level)
            : new Interval(high, null, level); // c > 0: one root on each side of 0, and what lies between them is ruled out
    }

    private Interval Around(double mean, double variance, double level)
    {
        double half = Student.Reach(DegreesOfFreedom, level) * Math.Sqrt(variance);
        return new Interval(mean - half, mean + half, level);
    }
}
