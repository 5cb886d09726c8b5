namespace Sextant.Scaling;

/// <summary>What a law was fitted to: beyond it the law is a guess about its own form.</summary>
public sealed record FittedRange
{
    /// <summary>The least compute, FLOPs.</summary>
    public required double SmallestFlops { get; init; }

    /// <summary>The most compute, FLOPs.</summary>
    public required double LargestFlops { get; init; }

    /// <summary>N of the smallest model.</summary>
    public required double SmallestParameters { get; init; }

    /// <summary>N of the largest model.</summary>
    public required double LargestParameters { get; init; }

    /// <summary>The fewest tokens; null where they are not known.</summary>
    public double? FewestTokens { get; init; }

    /// <summary>The most tokens; null where they are not known.</summary>
    public double? MostTokens { get; init; }

    /// <summary>Powers of ten by which a compute lies beyond the largest (above 0) or below the smallest (below 0); 0 inside.</summary>
    public double Decades(double flops) =>
        flops > LargestFlops ? Math.Log10(flops / LargestFlops) : flops < SmallestFlops ? Math.Log10(flops / SmallestFlops) : 0;

    /// <summary>Of points, with C = 6 N D whatever their own convention is, since a law of N and D knows no other.</summary>
    internal static FittedRange Of(IReadOnlyList<ScalingPoint> points) => new()
    {
        SmallestFlops = points.Min(ScreenedPoints.Compute),
        LargestFlops = points.Max(ScreenedPoints.Compute),
        SmallestParameters = points.Min(point => point.Parameters),
        LargestParameters = points.Max(point => point.Parameters),
        FewestTokens = points.Min(point => point.Tokens),
        MostTokens = points.Max(point => point.Tokens),
    };
}
