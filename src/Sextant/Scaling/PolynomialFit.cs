namespace Sextant.Scaling;

/// <summary>
/// A least-squares polynomial in the discrete orthogonal basis of its own points (Forsythe 1957): the normal equations are diagonal, so that
/// degree 5 over FLOPs of 1e9 to 1e12 loses no digits and every coefficient has a variance of its own. Time and memory are linear in the points.
/// </summary>
internal sealed class PolynomialFit
{
    /// <summary>What is left of a basis polynomial after the lower ones, as a share of the scale: below it the points do not determine the degree.</summary>
    private const double Rank = 1e-11;

    private readonly double centre;
    private readonly double scale;

    /// <summary>p(k+1) = (t - shift(k)) p(k) - damping(k) p(k-1).</summary>
    private readonly double[] shift;
    private readonly double[] damping;
    private readonly double[] coefficients;

    /// <summary>The weighted squared length of each basis polynomial.</summary>
    private readonly double[] lengths;

    private PolynomialFit(double centre, double scale, double[] shift, double[] damping, double[] coefficients, double[] lengths, double residual, int points)
    {
        this.centre = centre;
        this.scale = scale;
        this.shift = shift;
        this.damping = damping;
        this.coefficients = coefficients;
        this.lengths = lengths;
        ResidualSumOfSquares = residual;
        Points = points;
    }

    public int Degree => coefficients.Length - 1;

    public int Points { get; }

    /// <summary>Weighted.</summary>
    public double ResidualSumOfSquares { get; }

    public int DegreesOfFreedom => Points - coefficients.Length;

    /// <summary>The variance of an observation of weight 1; null where no degree of freedom is left.</summary>
    public double? Variance => DegreesOfFreedom > 0 ? ResidualSumOfSquares / DegreesOfFreedom : null;

    /// <summary>The polynomial of <paramref name="degree"/>; null where the points have too few distinct places for it.</summary>
    public static PolynomialFit? Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> weights, int degree)
    {
        int n = x.Length;
        if (n <= degree)
        {
            return null;
        }

        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in x)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        double centre = (low / 2) + (high / 2), scale = (high / 2) - (low / 2);
        if (!double.IsFinite(centre) || (degree > 0 && !(scale > 0)))
        {
            return null;
        }

        scale = scale > 0 ? scale : 1;
        double[] shift = new double[degree + 1], damping = new double[degree + 1], coefficients = new double[degree + 1], lengths = new double[degree + 1];
        double[] current = new double[n], previous = new double[n], left = y.ToArray();
        Array.Fill(current, 1.0);
        for (int k = 0; k <= degree; k++)
        {
            double length = 0, moment = 0, product = 0;
            for (int i = 0; i < n; i++)
            {
                double weighted = weights[i] * current[i];
                length += weighted * current[i];
                moment += weighted * current[i] * ((x[i] - centre) / scale);
                product += weighted * left[i];
            }

            if (!(length > (k == 0 ? 0 : Rank * Rank * lengths[0])))
            {
                return null;
            }

            lengths[k] = length;
            coefficients[k] = product / length;
            shift[k] = moment / length;
            damping[k] = k == 0 ? 0 : length / lengths[k - 1];
            for (int i = 0; i < n; i++)
            {
                left[i] -= coefficients[k] * current[i];
                (current[i], previous[i]) = (((((x[i] - centre) / scale) - shift[k]) * current[i]) - (damping[k] * previous[i]), current[i]);
            }
        }

        double residual = 0;
        for (int i = 0; i < n; i++)
        {
            residual += weights[i] * left[i] * left[i];
        }

        return double.IsFinite(residual) ? new PolynomialFit(centre, scale, shift, damping, coefficients, lengths, residual, n) : null;
    }

    /// <summary>The value, and its variance for observations of unit variance at weight 1.</summary>
    public (double Value, double UnitVariance) At(double x)
    {
        double t = (x - centre) / scale, basis = 1, before = 0, value = 0, variance = 0;
        for (int k = 0; k < coefficients.Length; k++)
        {
            value += coefficients[k] * basis;
            variance += basis * basis / lengths[k];
            (basis, before) = (((t - shift[k]) * basis) - (damping[k] * before), basis);
        }

        return (value, variance);
    }

    /// <summary>Slope and intercept of a straight line, with the slope's variance for observations of unit variance.</summary>
    public (double Slope, double Intercept, double UnitVariance) Line()
    {
        double slope = coefficients[1] / scale;
        return (slope, coefficients[0] - (coefficients[1] * shift[0]) - (slope * centre), 1 / (lengths[1] * scale * scale));
    }

    /// <summary>How far a quadratic's extremum moves for a unit of one observation at <paramref name="x"/>, to first order.</summary>
    public double Influence(double x, double weight)
    {
        double t = (x - centre) / scale, first = t - shift[0], second = ((t - shift[1]) * first) - damping[1];
        return -scale / 2 / coefficients[2] * weight * ((first / lengths[1]) - (coefficients[1] / coefficients[2] * second / lengths[2]));
    }

    /// <summary>The extremum of a quadratic.</summary>
    public Vertex Vertex() => new(
        centre + (scale * (shift[0] + shift[1]) / 2), -scale / 2, coefficients[1], coefficients[2], 1 / lengths[1], 1 / lengths[2], coefficients[0]);
}
