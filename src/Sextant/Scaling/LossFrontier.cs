namespace Sextant.Scaling;

/// <summary>The lower envelope of many curves: the least loss that any of them reached at a compute.</summary>
public static class LossFrontier
{
    /// <summary>
    /// The envelope at <paramref name="count"/> FLOPs evenly spaced in log over all that was measured. It never rises: what was reached with less compute
    /// can be had with more. Curves too short for the smoother are passed over.
    /// </summary>
    public static IReadOnlyList<FrontierPoint> Of(IReadOnlyList<LossCurve> curves, CurveSmoother smoother, int count = 100)
    {
        var smooth = curves.Select(curve => (Curve: curve, Smooth: smoother.Smooth(curve))).Where(pair => pair.Smooth is not null).Select(pair => (pair.Curve, Smooth: pair.Smooth!)).ToList();
        if (smooth.Count == 0 || count < 1)
        {
            return [];
        }

        double first = smooth.Min(pair => pair.Smooth.FirstFlops), last = smooth.Max(pair => pair.Smooth.LastFlops);
        var frontier = new List<FrontierPoint>(count);
        for (int i = 0; i < count; i++)
        {
            double flops = i == 0 ? first : i == count - 1 ? last : first * Math.Pow(last / first, (double)i / (count - 1));
            var best = frontier.Count > 0 ? frontier[^1] with { Flops = flops } : null;
            foreach (var (curve, value) in smooth)
            {
                if (value.At(flops) is SmoothLoss here && !(best?.Loss <= here.Loss))
                {
                    best = new FrontierPoint(flops, here.Loss, curve.Name, curve.Parameters);
                }
            }

            if (best is not null)
            {
                frontier.Add(best);
            }
        }

        return frontier;
    }
}

/// <summary>A place of the envelope.</summary>
/// <param name="Flops">C.</param>
/// <param name="Loss">Nats a token.</param>
/// <param name="Curve">The training that reached it.</param>
/// <param name="Parameters">That training's N.</param>
public sealed record FrontierPoint(double Flops, double Loss, string Curve, double Parameters);
