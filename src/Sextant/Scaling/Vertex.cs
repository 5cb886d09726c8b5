namespace Sextant.Scaling;

/// <summary>
/// Where a least-squares quadratic turns: Middle + Step * Linear / Curvature. In the orthogonal basis the two coefficients are uncorrelated,
/// so that the interval of their ratio (Fieller 1954) has a short closed form.
/// </summary>
/// <param name="Middle">Where it would turn without a linear term.</param>
/// <param name="Step">Minus half the scale of x.</param>
/// <param name="Linear">The linear coefficient.</param>
/// <param name="Curvature">The quadratic coefficient; above 0 where there is a minimum.</param>
/// <param name="LinearVariance">Of the linear coefficient, for observations of unit variance.</param>
/// <param name="CurvatureVariance">Of the quadratic coefficient, for observations of unit variance.</param>
/// <param name="Level">The mean of the observations.</param>
internal readonly record struct Vertex(double Middle, double Step, double Linear, double Curvature, double LinearVariance, double CurvatureVariance, double Level)
{
    /// <summary>A curvature that is rounding and no curvature, as a share of the observations' size.</summary>
    private const double Rounding = 1e-13;

    /// <summary>Whether it turns upwards by more than rounding.</summary>
    public bool IsMinimum => Curvature > Rounding * Math.Abs(Level);

    public double At => Middle + (Step * Linear / Curvature);

    /// <summary>The coefficient of x x, and its variance for observations of unit variance: the scale of x is -2 Step.</summary>
    public (double Value, double UnitVariance) Steepness => (Curvature / (4 * Step * Step), CurvatureVariance / (16 * Step * Step * Step * Step));

    /// <summary>The variance of <see cref="At"/> for observations of unit variance, to first order.</summary>
    public double UnitVariance
    {
        get
        {
            double ratio = Linear / Curvature, share = Step / Curvature;
            return share * share * (LinearVariance + (ratio * ratio * CurvatureVariance));
        }
    }

    /// <summary>
    /// The places where the slope is not told from 0 at <paramref name="quantile"/> standard errors of observations of <paramref name="variance"/>;
    /// null where they have no two ends: the curvature itself is not told from 0.
    /// </summary>
    public (double Low, double High)? Within(double quantile, double variance)
    {
        double square = quantile * quantile * variance;
        double a = (Curvature * Curvature) - (square * CurvatureVariance), c = (Linear * Linear) - (square * LinearVariance), b = Linear * Curvature;
        double root = (b * b) - (a * c);
        if (!(a > 0) || !(root >= 0))
        {
            return null;
        }

        double first = Middle + (Step * (b - Math.Sqrt(root)) / a), second = Middle + (Step * (b + Math.Sqrt(root)) / a);
        return (Math.Min(first, second), Math.Max(first, second));
    }
}
