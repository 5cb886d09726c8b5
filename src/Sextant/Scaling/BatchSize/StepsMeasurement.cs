namespace Sextant.Scaling.BatchSize;

/// <summary>How long a training at a batch size took to a loss. Examples may be tokens throughout: every number of examples is then one of tokens.</summary>
public sealed record StepsMeasurement
{
    /// <summary>Where it stood in what was read, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>Examples an update.</summary>
    public required double Batch { get; init; }

    /// <summary>The loss aimed at, nats.</summary>
    public required double Target { get; init; }

    /// <summary>Updates to the target; where it was not reached, those that were made.</summary>
    public required double Steps { get; init; }

    /// <summary>Whether training ended above the target: it then takes more than <see cref="Steps"/>, and nobody knows how many.</summary>
    public bool IsCensored { get; init; }

    /// <summary>The training, or its seed; null where nobody says.</summary>
    public string? Run { get; init; }

    /// <summary>The seed: trainings of one seed are compared with each other where two or more were trained throughout; null where nobody says.</summary>
    public string? Seed { get; init; }

    /// <summary>A training's way to a target.</summary>
    public static StepsMeasurement Of(double batch, double target, TargetOutcome outcome, string? run = null, int row = 0) =>
        new() { Row = row, Batch = batch, Target = target, Steps = outcome.Steps, IsCensored = !outcome.IsReached, Run = run };
}
