namespace Sextant.Scaling.GradientNoise;

/// <summary>
/// The two pieces of the noise scale tr(Sigma) / |G|^2, each unbiased, from squared gradient norms at two batch sizes: E|G_B|^2 = |G|^2 + tr(Sigma) / B
/// (McCandlish 2018, appendix A.1). Either may come out negative, since noise moves it; only their averages are to be divided.
/// </summary>
/// <param name="SquaredGradient">|G|^2, G the gradient of the mean loss over all examples.</param>
/// <param name="Trace">tr(Sigma), Sigma the covariance of one example's gradient.</param>
public readonly record struct NoisePieces(double SquaredGradient, double Trace)
{
    /// <summary>From two sizes.</summary>
    /// <param name="small">b, examples.</param>
    /// <param name="smallSquaredNorm">|G_b|^2, a mean where there are several.</param>
    /// <param name="large">B, examples.</param>
    /// <param name="largeSquaredNorm">|G_B|^2; its batch may be made of the small ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sizes are not 0 &lt; b &lt; B.</exception>
    public static NoisePieces Of(double small, double smallSquaredNorm, double large, double largeSquaredNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(small);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(large, small);
        return new(
            ((large * largeSquaredNorm) - (small * smallSquaredNorm)) / (large - small),
            (smallSquaredNorm - largeSquaredNorm) / ((1 / small) - (1 / large)));
    }
}
