using Sextant.Scaling.BatchSize;
using Sextant.Scaling.GradientNoise;

namespace Sextant.Scaling;

/// <summary>What a fit or a published law says about spending compute. C in FLOPs, N in parameters, D in tokens, losses in nats a token.</summary>
internal abstract class Guidance
{
    /// <summary>How N and C were counted; null where that is not known.</summary>
    public string? Convention { get; protected init; }

    /// <summary>Null for a published law.</summary>
    public FitStatus? Status { get; protected init; }

    /// <summary>What it was fitted to; null where that is not known.</summary>
    public FittedRange? Range { get; protected init; }

    /// <summary>Of the fit.</summary>
    public IReadOnlyList<string> FitWarnings { get; protected init; } = [];

    /// <summary>How far the fit's own runs lie from it, as a share of their loss; null where that is not known.</summary>
    public double? Scatter { get; protected init; }

    /// <summary>Whether its numbers mean nothing, going by the status.</summary>
    public bool IsVoid => Status is FitStatus.BoundHit or FitStatus.Failed or FitStatus.TooFewPoints;

    /// <summary>Computes at which it was measured how loss depends on size.</summary>
    public virtual IReadOnlyList<double> Targets => [];

    /// <summary>Computes are 6 N D, whatever the convention.</summary>
    public virtual bool CountsSixNd => true;

    /// <summary>Whether tokens read again count for less in it, by the law.</summary>
    public virtual bool AllowsForRepetition => false;

    /// <summary>N*; null where there is no number.</summary>
    public abstract Estimated? Parameters(double flops);

    /// <summary>D*; null where there is no number.</summary>
    public abstract Estimated? Tokens(double flops);

    /// <summary>D* / N*.</summary>
    public abstract Estimated? TokensPerParameter(double flops);

    /// <summary>The least loss that the compute buys.</summary>
    public abstract Told Loss(double flops);

    /// <summary>The compute that buys a loss.</summary>
    public abstract Told ComputeFor(double loss);

    /// <summary>By how much a model of this size and so many tokens is foretold to miss the least loss for its compute; null where nothing tells.</summary>
    public abstract Estimated? LossOfSplit(double parameters, double tokens);

    /// <summary>The loss of a model of <paramref name="share"/> times the optimal parameters over the optimum's, at equal compute; <paramref name="at"/> is where it was measured.</summary>
    public abstract Told CostOf(double share, double flops, out double at);

    /// <summary>N*(XC) / N*(C), and the same of D*.</summary>
    public abstract (Estimated Parameters, Estimated? Tokens) Growth(double flops, double factor);

    /// <summary>Tokens that <paramref name="flops"/> pay for at N; null where no rule tells.</summary>
    public abstract double? TokensAt(double flops, double parameters);

    /// <summary>The compute of a model's training as this guidance counts it.</summary>
    public abstract double FlopsOf(double parameters, CurvePoint point);

    public abstract (ServingPlan? Plan, string? Why) Serving(double flops, double served, IntervalBook book);

    /// <summary>Runs that would narrow N* at a compute, the most for its FLOPs first.</summary>
    public abstract (IReadOnlyList<NextRun> Runs, string? Why) Next(double flops);

    /// <summary>Null where the fit says nothing of how compute is split, with the reason.</summary>
    public static Guidance? Of(Fit fit, double? uniqueTokens, out string? why)
    {
        why = fit switch
        {
            ParametricFit { Law: null } or DataConstrainedFit { Law: null } or AllocationFit { Parameters: null } =>
                $"The fit cannot tell how to spend compute: its status is {Said.Status(fit.Status)}{(fit.Warnings is [string first, ..] ? $", because: {first.TrimEnd('.')}" : "")}; fit more points.",
            StepsFit or LearningRateFit => "A fit of batch sizes says nothing of how compute is split between parameters and tokens; give one of curves, isoflop or parametric.",
            NoiseScaleFit => "A noise scale says nothing of how compute is split between parameters and tokens; give a fit of curves, isoflop or parametric.",
            PowerLawFit or SaturatingFit => "A fit of one variable says nothing of how compute is split between parameters and tokens; give one of curves, isoflop or parametric.",
            _ => null,
        };
        return (why, fit) switch
        {
            (not null, _) => null,
            (_, ParametricFit parametric) => new LawGuidance(parametric),
            (_, DataConstrainedFit repeated) => new LawGuidance(repeated, uniqueTokens),
            (_, AllocationFit lines) => new LineGuidance(lines),
            _ => throw new ArgumentOutOfRangeException(nameof(fit)),
        };
    }
}

/// <summary>An answer, or why there is none.</summary>
internal readonly record struct Told(Estimated? Value, string? Why)
{
    public static Told Nothing(string why) => new(null, why);

    public static implicit operator Told(Estimated value) => new(value, null);
}
