using System.Text.Json.Serialization;

namespace Sextant.Scaling.BatchSize;

/// <summary>
/// Steps against batch size, a fit for each target loss. The values here are those of the lowest target whose status is converged; where there is none, of the lowest one that has a fit
/// at all, with its status; where there is no such either, there are none.
/// </summary>
public sealed record StepsFit : Fit
{
    /// <summary>The target that the values belong to; null where there are none.</summary>
    public double? Target { get; init; }

    /// <inheritdoc cref="TargetTradeOff.MinSteps"/>
    public double? MinSteps { get; init; }

    /// <inheritdoc cref="TargetTradeOff.MinExamples"/>
    public double? MinExamples { get; init; }

    /// <inheritdoc cref="TargetTradeOff.CriticalBatch"/>
    public double? CriticalBatch { get; init; }

    /// <summary>Of that target, by rising batch.</summary>
    public IReadOnlyList<BatchRegime> Regimes { get; init; } = [];

    /// <summary>A, C and B on that target's curve.</summary>
    public IReadOnlyList<TradeOffPoint> Points { get; init; } = [];

    /// <summary>Every target's own fit, by falling target.</summary>
    public IReadOnlyList<TargetTradeOff> Targets { get; init; } = [];

    /// <summary>How the critical batch moves with the target; null where fewer than two targets have one.</summary>
    public CriticalBatchTrend? Trend { get; init; }

    /// <summary>What the fit says of the critical batch, to be held against other estimates.</summary>
    [JsonIgnore]
    public CriticalBatchEstimate Estimate => new(CriticalBatchSource.TradeOff, Status, CriticalBatch, Intervals.GetValueOrDefault("criticalBatch"));

    /// <summary>Fits the trade-off at each target. What the measurements cannot tell is told by the status and the warnings, never by an exception.</summary>
    /// <exception cref="ArgumentException">An option has a problem.</exception>
    public static StepsFit To(IReadOnlyList<StepsMeasurement> measurements, StepsOptions? options = null) => StepsFitting.Of(measurements, options ?? new StepsOptions());
}
