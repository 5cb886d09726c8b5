using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>How the loss of one training becomes a curve over its FLOPs.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Polynomial), "polynomial")]
[JsonDerivedType(typeof(Monotone), "monotone")]
public abstract record CurveSmoother
{
    private CurveSmoother()
    {
    }

    /// <summary>The least-squares polynomial of the loss on cumulative FLOPs: the course's way. It may rise between its points.</summary>
    /// <param name="Degree">5 in the course.</param>
    public sealed record Polynomial(int Degree = 5) : CurveSmoother
    {
        internal override SmoothCurve? Of(double[] flops, double[] losses)
        {
            double[] weights = new double[flops.Length];
            Array.Fill(weights, 1.0);
            return Degree >= 0 && PolynomialFit.Of(flops, losses, weights, Degree) is PolynomialFit fit
                ? new SmoothCurve(flops[0], flops[^1], at => fit.At(at) is var (value, variance) ? (value, Math.Sqrt(variance * (fit.Variance ?? 0))) : default)
                : null;
        }
    }

    /// <summary>
    /// The non-increasing least-squares curve (Ayer et al. 1955: neighbours that rise are pooled), joined by monotone cubics in log FLOPs (Fritsch
    /// and Carlson 1980). It has nothing to choose, cannot swing at its ends as a polynomial does and stays inside the losses seen; a loss that
    /// rises for good, as on repeated data, comes out flat.
    /// </summary>
    public sealed record Monotone : CurveSmoother
    {
        internal override SmoothCurve? Of(double[] flops, double[] losses) => MonotoneCurve.Of(flops, losses);
    }

    /// <summary>The curve through one training's evaluations; null where they are too few for it. Not a number and FLOPs of 0 or less are passed over.</summary>
    public SmoothCurve? Smooth(LossCurve curve)
    {
        CurvePoint[] points = [.. curve.Points.Where(IsMeasured).OrderBy(point => point.Flops)];
        return points.Length == 0 ? null : Of([.. points.Select(point => point.Flops)], [.. points.Select(point => point.Loss)]);
    }

    internal static bool IsMeasured(CurvePoint point) => double.IsFinite(point.Loss) && point.Loss > 0 && double.IsFinite(point.Flops) && point.Flops > 0;

    /// <summary>FLOPs ascend.</summary>
    internal abstract SmoothCurve? Of(double[] flops, double[] losses);
}

/// <summary>A smooth loss over the FLOPs of one training.</summary>
public sealed class SmoothCurve
{
    private readonly Func<double, (double Loss, double Error)> value;

    internal SmoothCurve(double first, double last, Func<double, (double Loss, double Error)> value)
    {
        FirstFlops = first;
        LastFlops = last;
        this.value = value;
    }

    /// <summary>The least FLOPs that were measured.</summary>
    public double FirstFlops { get; }

    /// <summary>The most FLOPs that were measured.</summary>
    public double LastFlops { get; }

    /// <summary>The loss there with its standard error; null outside what was measured: a curve is never extrapolated.</summary>
    public SmoothLoss? At(double flops) =>
        flops >= FirstFlops && flops <= LastFlops && value(flops) is var (loss, error) && double.IsFinite(loss) ? new SmoothLoss(loss, error) : null;
}

/// <summary>A smooth curve's value.</summary>
/// <param name="Loss">Nats a token.</param>
/// <param name="StandardError">From the scatter of this training's evaluations alone: what another seed would change is not in it.</param>
public readonly record struct SmoothLoss(double Loss, double StandardError);
