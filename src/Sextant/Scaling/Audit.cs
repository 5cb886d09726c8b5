using System.Text.Json.Serialization;
using Sextant.Scaling.BatchSize;

namespace Sextant.Scaling;

/// <summary>A run held against a fit: whether its compute was well split, what it cost if not, and what to change. C in FLOPs, N in parameters, D in tokens, losses in nats a token.</summary>
public sealed record Audit
{
    /// <summary>What the run is called.</summary>
    public required string Run { get; init; }

    /// <summary>What the fit is called, such as its file; null where nobody says.</summary>
    public string? Fit { get; init; }

    /// <summary>At the end of the run; the fit's budgets on the way have their own in <see cref="At"/>.</summary>
    public required AuditStatus Status { get; init; }

    /// <summary>How parameters and FLOPs are counted; null where the fit does not know.</summary>
    public string? Convention { get; init; }

    /// <summary>N of the run.</summary>
    public required double Parameters { get; init; }

    /// <summary>D at its end.</summary>
    public required double Tokens { get; init; }

    /// <summary>C at its end, as the fit counts it: a law of N and D knows 6 N D.</summary>
    public required double Flops { get; init; }

    /// <summary>At its end.</summary>
    public required double Loss { get; init; }

    /// <summary>N* for its compute; null where the fit cannot tell at all.</summary>
    public double? OptimalParameters { get; init; }

    /// <summary>D* for its compute.</summary>
    public double? OptimalTokens { get; init; }

    /// <summary>N* over its N: "use 0.6x the parameters".</summary>
    public double? ParametersRatio { get; init; }

    /// <summary>D* over its D: "use 1.7x the tokens".</summary>
    public double? TokensRatio { get; init; }

    /// <summary>Its loss less the least that the fit expects of its compute; null where the fit does not know, see <see cref="Reasons"/>.</summary>
    public double? LossAboveFrontier { get; init; }

    /// <summary>The part of that which the law foretells for this N and D: what another split would mend. The rest has other causes: seed, learning rate, schedule, data.</summary>
    public double? LossOfSplit { get; init; }

    /// <summary>FLOPs of the run beyond those at which the frontier reaches its loss; below 0 where the run is better than the frontier.</summary>
    public double? ComputeWasted { get; init; }

    /// <summary>How its batch and learning rate stand, where fits of these were given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BatchAdvice? BatchSize { get; init; }

    /// <summary>The evaluations nearest to the fit's budgets.</summary>
    public IReadOnlyList<AuditedPoint> At { get; init; } = [];

    /// <summary>What to do, in sentences.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    /// <summary>What one must know before acting on it, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The model of the advice that can be built, with the tokens that spend the same compute.</summary>
    public PlannedShape? Shape { get; init; }

    /// <summary>Of 95 %, by the path of the value's name. They hold what the fit leaves open; the noise of this one run is not in them.</summary>
    public IReadOnlyDictionary<string, Interval> Intervals { get; init; } = new Dictionary<string, Interval>();

    /// <summary>Of 80 %.</summary>
    public IReadOnlyDictionary<string, Interval> Intervals80 { get; init; } = new Dictionary<string, Interval>();

    /// <summary>Why something is not there, by its name.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    /// <summary>Holds a run against a fit of the same convention. What the fit cannot tell is null with a reason.</summary>
    /// <exception cref="ArgumentException">The run has no evaluation, or a number that is not above 0.</exception>
    public static Audit Of(Fit fit, LossCurve run, AuditOptions? options = null) => new Auditing(fit, run, options ?? new AuditOptions()).Audit();
}

/// <summary>How a run stands to the optimum of its compute.</summary>
public enum AuditStatus
{
    /// <summary>The interval of N*/N includes 1 and more than a quarter away from it, or there is none.</summary>
    CannotTell,

    /// <summary>The whole interval lies within a quarter of 1, where the valley is flat.</summary>
    Optimal,

    /// <summary>More parameters, and so fewer tokens, than optimal.</summary>
    TooLarge,

    /// <summary>Fewer parameters, and so more tokens, than optimal.</summary>
    TooSmall,
}

/// <summary>A run at one of its evaluations, held against a fit.</summary>
public sealed record AuditedPoint
{
    /// <summary>The fit's budget.</summary>
    public required double Target { get; init; }

    /// <summary>Row of the evaluation in what was read, from 1.</summary>
    public required int Row { get; init; }

    public required AuditStatus Status { get; init; }

    /// <summary>C at the evaluation.</summary>
    public required double Flops { get; init; }

    /// <summary>D at the evaluation; null where it was not recorded.</summary>
    public required double? Tokens { get; init; }

    public required double Loss { get; init; }

    /// <summary>N* for C.</summary>
    public required double? OptimalParameters { get; init; }

    /// <summary>D* for C.</summary>
    public required double? OptimalTokens { get; init; }

    /// <summary>N* over N.</summary>
    public required double? ParametersRatio { get; init; }

    /// <summary>D* over D.</summary>
    public required double? TokensRatio { get; init; }

    /// <summary>Null where the fit does not know.</summary>
    public required double? LossAboveFrontier { get; init; }
}

/// <summary>What an audit may know beside run and fit.</summary>
public sealed record AuditOptions
{
    /// <summary>Different tokens in the run's data; null where that is not known.</summary>
    public double? UniqueTokens { get; init; }

    /// <summary>What models can be built; null for no shape.</summary>
    public ShapeFamily? Family { get; init; }

    /// <summary>What studies of batch sizes and learning rates say of its batch and rate; null where none were asked.</summary>
    public BatchAdvice? Batches { get; init; }
}
