namespace Sextant.Scaling.BatchSize;

/// <summary>What limits training at a batch size (McCandlish 2018, section 2).</summary>
public enum Regime
{
    /// <summary>The batch is less than a third of the critical one: noise of the gradient limits a step.</summary>
    NoiseDominated,

    /// <summary>Within a factor of three of the critical batch.</summary>
    Efficient,

    /// <summary>More than three times the critical batch: the curvature of the loss limits a step.</summary>
    CurvatureDominated,

    /// <summary>The critical batch is not known well enough to tell.</summary>
    Uncertain,
}

/// <summary>A batch size that was measured, as the fitted trade-off sees it.</summary>
public sealed record BatchRegime
{
    /// <summary>Examples an update.</summary>
    public required double Batch { get; init; }

    /// <summary>Named only where the whole 95 % interval of batch / critical batch lies in it.</summary>
    public required Regime Regime { get; init; }

    /// <summary>The geometric mean of the steps of trainings that reached the target; null where none did.</summary>
    public double? Steps { get; init; }

    /// <summary>Trainings that reached the target.</summary>
    public required int Reached { get; init; }

    /// <summary>Trainings that ended above it.</summary>
    public required int Censored { get; init; }

    /// <summary>Batch over critical batch, by the fit.</summary>
    public double? BatchRatio { get; init; }

    public required Interval BatchRatioInterval { get; init; }

    /// <summary>S / S_min by the fit, 1 + critical batch / batch: how many times the fewest possible steps are made.</summary>
    public double? StepsRatio { get; init; }

    public required Interval StepsRatioInterval { get; init; }

    /// <summary>E / E_min by the fit, 1 + batch / critical batch: how many times the least possible compute is spent; what exceeds 1 is wasted.</summary>
    public double? ExamplesRatio { get; init; }

    public required Interval ExamplesRatioInterval { get; init; }

    /// <summary>What to do there, a sentence.</summary>
    public required string Advice { get; init; }
}

/// <summary>A point of the fitted trade-off.</summary>
public sealed record TradeOffPoint
{
    /// <summary>A (noise-dominated, a tenth of the critical batch), C (the critical batch) or B (curvature-dominated, ten times it).</summary>
    public required string Name { get; init; }

    public required Regime Regime { get; init; }

    /// <summary>Examples an update.</summary>
    public required double Batch { get; init; }

    public required Interval BatchInterval { get; init; }

    public required double Steps { get; init; }

    public required Interval StepsInterval { get; init; }

    /// <summary>Batch times steps.</summary>
    public required double Examples { get; init; }

    public required Interval ExamplesInterval { get; init; }

    /// <summary>Whether it lies between the smallest and the largest batch that were measured; else it is the fit's alone.</summary>
    public required bool IsMeasured { get; init; }
}
