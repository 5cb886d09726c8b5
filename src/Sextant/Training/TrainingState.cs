using System.Text.Json.Serialization;
using Sextant.Scaling;

namespace Sextant.Training;

/// <summary>Where training stands, but for weights and moments: state.json of a checkpoint. Dropout draws from a generator
/// that is seeded anew by (seed, step), so its state need not be kept.</summary>
public sealed record TrainingState
{
    /// <summary>Updates made.</summary>
    [JsonRequired]
    public long Step { get; init; }

    /// <summary>Passes over the training data completed.</summary>
    [JsonRequired]
    public int Epoch { get; init; }

    /// <summary>Batches of the current pass trained on.</summary>
    [JsonRequired]
    public int BatchInEpoch { get; init; }

    /// <summary>Tokens trained on, padding excluded.</summary>
    [JsonRequired]
    public double Tokens { get; init; }

    /// <summary>Training FLOPs, exact convention.</summary>
    [JsonRequired]
    public double Flops { get; init; }

    /// <summary>Training FLOPs by every convention; null before the first step, and where a run began before these were counted.</summary>
    public FlopCounts? FlopsByConvention { get; init; }

    /// <summary>Those of <see cref="Flops"/> that were taken over from the run whose trunk this one shares, exact convention.</summary>
    public double SharedFlops { get; init; }

    /// <summary>Wall-clock seconds of training, over all sittings.</summary>
    [JsonRequired]
    public double Seconds { get; init; }

    /// <summary>Sum of the batches' losses since the last evaluation, nats.</summary>
    [JsonRequired]
    public double LossSum { get; init; }

    /// <summary>Batches since the last evaluation.</summary>
    [JsonRequired]
    public long LossCount { get; init; }

    /// <summary>The evaluation with the lowest mean over batches; null before the first.</summary>
    public Evaluation? Lowest { get; init; }

    /// <summary>The evaluation with the lowest mean over tokens.</summary>
    public Evaluation? LowestPerToken { get; init; }

    /// <summary>Evaluations since the lowest.</summary>
    public int EvaluationsSinceLowest { get; init; }

    /// <summary>Bytes of metrics.jsonl that belong to this state; what follows was written after it.</summary>
    [JsonRequired]
    public long MetricsLength { get; init; }

    /// <summary>Bytes of noise.jsonl that belong to this state; 0 where the gradient noise is not measured.</summary>
    public long NoiseLength { get; init; }
}
