namespace Sextant.Training;

/// <summary>What a progress bar shows.</summary>
/// <param name="State">Where training stands.</param>
/// <param name="Share">How much of the horizon has passed, 0..1.</param>
/// <param name="TrainLoss">Mean over the last batches, nats a token; null before the first was read.</param>
/// <param name="LastEvaluation">The newest evaluation, if any.</param>
/// <param name="TokensPerSecond">Since this sitting began.</param>
/// <param name="FlopsPerSecond">Since this sitting began.</param>
/// <param name="Left">Time to the horizon at this rate; null when too early to say.</param>
public sealed record TrainingProgress(
    TrainingState State,
    double Share,
    double? TrainLoss,
    Evaluation? LastEvaluation,
    double TokensPerSecond,
    double FlopsPerSecond,
    TimeSpan? Left);
