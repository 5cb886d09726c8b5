namespace Sextant.Scaling.BatchSize;

/// <summary>A training of an optimiser, at its best rate, on its way to a loss.</summary>
public sealed record OptimizerMeasurement
{
    public required string Optimizer { get; init; }

    /// <summary>Examples (or tokens) an update.</summary>
    public required double Batch { get; init; }

    /// <summary>Trainings of one seed are compared with each other.</summary>
    public required string Seed { get; init; }

    /// <summary>The loss aimed at, nats.</summary>
    public required double Target { get; init; }

    /// <summary>The way there; null where it diverged.</summary>
    public required TargetOutcome? Outcome { get; init; }

    /// <summary>Whether its rate is the best one, or not told from it: rates on both sides were tried and are no better.</summary>
    public bool IsTuned { get; init; } = true;

    /// <summary>Wall-clock seconds of a step, evaluations among them.</summary>
    public required double Seconds { get; init; }

    /// <summary>FLOPs of a step, the optimiser's own among them.</summary>
    public required double Flops { get; init; }
}
