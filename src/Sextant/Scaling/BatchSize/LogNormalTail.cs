using MathNet.Numerics;

namespace Sextant.Scaling.BatchSize;

/// <summary>The normal distribution function in logarithms, far into its tail.</summary>
internal static class LogNormalTail
{
    /// <summary>Below it the series of the tail is exact to rounding and erfc is near to underflow.</summary>
    private const double Tail = -25;

    /// <summary>ln of the share of a standard normal variable below <paramref name="x"/>.</summary>
    public static double Share(double x) => x < Tail
        ? (-x * x / 2) - Math.Log(-x * Constants.Sqrt2Pi) + Math.Log(Series(x))
        : Math.Log(SpecialFunctions.Erfc(-x / Constants.Sqrt2) / 2);

    /// <summary>Its derivative by x: density over share, about -x in the tail.</summary>
    public static double Hazard(double x) => x < Tail
        ? -x / Series(x)
        : Math.Exp(-x * x / 2) / Constants.Sqrt2Pi / (SpecialFunctions.Erfc(-x / Constants.Sqrt2) / 2);

    /// <summary>Share * -x / density: 1 - 1 / x^2 + 3 / x^4 - 15 / x^6 (Abramowitz and Stegun 26.2.12).</summary>
    private static double Series(double x)
    {
        double square = 1 / (x * x);
        return 1 - (square * (1 - (3 * square * (1 - (5 * square)))));
    }
}
