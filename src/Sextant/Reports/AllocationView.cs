using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>How a fit of any kind divides compute, with its intervals and the stretch of compute it was measured on.</summary>
internal sealed record AllocationView
{
    /// <summary>How far beyond the data the pictures go.</summary>
    private const double Beyond = 10;

    /// <summary>N* at a compute; null where the fit has none.</summary>
    public Func<double, double>? Parameters { get; init; }

    /// <summary>D* at a compute; null where the fit has none.</summary>
    public Func<double, double>? Tokens { get; init; }

    public required Func<double, Interval?> ParametersInterval { get; init; }

    public required Func<double, Interval?> TokensInterval { get; init; }

    /// <summary>a in N* ~ C^a.</summary>
    public double? Exponent { get; init; }

    public Interval? ExponentInterval { get; init; }

    /// <summary>b in D* ~ C^b.</summary>
    public double? TokensExponent { get; init; }

    public Interval? TokensExponentInterval { get; init; }

    /// <summary>The least and the most compute that the answer was measured at; not a number where it was measured nowhere.</summary>
    public required double First { get; init; }

    public required double Last { get; init; }

    /// <summary>Where the pictures end.</summary>
    public required double End { get; init; }

    /// <summary>Of the intervals.</summary>
    public required double Level { get; init; }

    public static AllocationView Of(ScalingEvidence evidence)
    {
        double level = evidence.Fit.Intervals.Values.Select(interval => interval.Level).FirstOrDefault(0.95);
        return evidence.Fit is AllocationFit allocation ? Of(allocation, evidence.Marked, level) : Of((ParametricFit)evidence.Fit, evidence, level);
    }

    private static AllocationView Of(AllocationFit fit, MarkedRun? marked, double level)
    {
        double[] computes = [.. fit.Optima.Where(optimum => optimum.Status is FitStatus.Converged or FitStatus.NotIdentified).Select(optimum => optimum.Flops)];
        double last = computes.Length == 0 ? double.NaN : computes.Max();
        return new AllocationView
        {
            Parameters = fit.Parameters is { } parameters ? parameters.At : null,
            Tokens = fit.Tokens is { } tokens ? tokens.At : null,
            ParametersInterval = flops => fit.ParametersSpread?.At(flops, level),
            TokensInterval = flops => fit.TokensSpread?.At(flops, level),
            Exponent = fit.Exponent,
            ExponentInterval = fit.Intervals.GetValueOrDefault("exponent"),
            TokensExponent = fit.Tokens?.Slope,
            TokensExponentInterval = fit.Intervals.GetValueOrDefault("tokens.slope"),
            First = computes.Length == 0 ? double.NaN : computes.Min(),
            Last = last,
            End = Math.Max(Beyond * last, Math.Max(marked?.Flops ?? 0, fit.At.Select(at => at.Flops).DefaultIfEmpty(0).Max())),
            Level = level,
        };
    }

    private static AllocationView Of(ParametricFit fit, ScalingEvidence evidence, double level)
    {
        double[] computes = [.. evidence.Used().Select(point => 6 * point.Parameters * point.Tokens)];
        double last = computes.Length == 0 ? double.NaN : computes.Max();
        var law = fit.Law;
        var exponent = fit.Intervals.GetValueOrDefault("exponent");
        return new AllocationView
        {
            Parameters = law is null ? null : flops => law.Optimum(flops).Parameters,
            Tokens = law is null ? null : flops => law.Optimum(flops).Tokens,
            ParametersInterval = flops => fit.IntervalOf(some => some.Optimum(flops).Parameters, level),
            TokensInterval = flops => fit.IntervalOf(some => some.Optimum(flops).Tokens, level),
            Exponent = fit.Exponent,
            ExponentInterval = exponent,
            TokensExponent = 1 - fit.Exponent,
            TokensExponentInterval = exponent is null ? null : new Interval(1 - exponent.High, 1 - exponent.Low, exponent.Level),
            First = computes.Length == 0 ? double.NaN : computes.Min(),
            Last = last,
            End = Math.Max(Beyond * last, evidence.Marked?.Flops ?? 0),
            Level = level,
        };
    }
}

/// <summary>What of the evidence a fit used.</summary>
internal static class UsedEvidence
{
    /// <summary>The points that were not left out.</summary>
    public static IEnumerable<ScalingPoint> Used(this ScalingEvidence evidence)
    {
        var excluded = evidence.Fit.Excluded.Select(row => row.Row).ToHashSet();
        return evidence.Points.Where(point => !excluded.Contains(point.Row) && point is { Parameters: > 0, Tokens: > 0, Flops: > 0, Loss: > 0 });
    }
}
