using System.Text.Json.Serialization;
using Sextant.Data;

namespace Sextant.Training;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>How parameters are updated, with the peak learning rate.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>The factor on the learning rate, by epoch or by the share of the horizon that has passed.</summary>
    public ScheduleOptions Schedule { get; init; } = new ScheduleOptions.Constant();

    /// <summary>What a step trains on.</summary>
    public BatchOptions Batch { get; init; } = new BatchOptions.TokenBudget();

    /// <summary>When training ends.</summary>
    public required Horizon Horizon { get; init; }

    /// <summary>The largest global norm of the gradient; null does not clip.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The share of the expected token's probability that is spread over the vocabulary in training, 0..1 (Szegedy 2016). Validation never smooths.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Weight of the old value in an exponential moving average of the weights, which then are the ones evaluated and kept as best; null does not average.</summary>
    public double? AveragingDecay { get; init; }

    /// <summary>Stops after so many evaluations without a new lowest validation loss; null never stops early.</summary>
    public int? Patience { get; init; }

    /// <summary>Stops with the first evaluation whose loss is this low; null goes on to the horizon.</summary>
    public TargetLoss? StopAt { get; init; }

    /// <summary>How often the validation loss is measured.</summary>
    public EvaluationInterval Evaluate { get; init; } = new EvaluationInterval.Epochs { Count = 1 };

    /// <summary>Examples in a validation batch: buckets of equal lengths cut into chunks of so many. The batch-mean loss depends on it.</summary>
    public int ValidationBatch { get; init; } = 64;

    /// <summary>Measures the gradient noise scale on the way; null does not.</summary>
    public NoiseScaleOptions? NoiseScale { get; init; }

    /// <summary>Threads of the arithmetic. Part of a recipe, since it changes bits.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Everything that is wrong with these values, each with its path; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems() => [.. TrainingChecks.Problems(this)];
}

/// <summary>A validation loss that is aimed at.</summary>
public sealed record TargetLoss
{
    /// <summary>Nats a token.</summary>
    public required double Loss { get; init; }

    /// <summary>Which mean of the validation loss.</summary>
    public LossKind Kind { get; init; }
}

/// <summary>The factor on the learning rate. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Constant), "constant")]
[JsonDerivedType(typeof(EpochDecay), "epochDecay")]
[JsonDerivedType(typeof(WarmupCosine), "warmupCosine")]
[JsonDerivedType(typeof(WarmupStableDecay), "warmupStableDecay")]
public abstract record ScheduleOptions
{
    private ScheduleOptions()
    {
    }

    public sealed record Constant : ScheduleOptions;

    /// <summary>The course's: multiplied by <see cref="Factor"/> at the start of every epoch, the first included.</summary>
    public sealed record EpochDecay : ScheduleOptions
    {
        /// <summary>More than 0 and at most 1.</summary>
        public double Factor { get; init; } = 0.99;
    }

    /// <summary>Linear warm-up, then half a cosine down to <see cref="Floor"/> at the horizon (Loshchilov and Hutter 2017).</summary>
    public sealed record WarmupCosine : ScheduleOptions
    {
        /// <summary>The share of the horizon, in its own unit, that warm up, 0..1.</summary>
        public double Warmup { get; init; } = 0.05;

        /// <summary>The last factor, 0..1.</summary>
        public double Floor { get; init; }
    }

    /// <summary>Linear warm-up, constant, then a linear decay to <see cref="Floor"/> over the last share (Hu 2024).</summary>
    public sealed record WarmupStableDecay : ScheduleOptions
    {
        /// <summary>The share of the horizon, in its own unit, that warm up, 0..1.</summary>
        public double Warmup { get; init; } = 0.05;

        /// <summary>The updates that warm up, in place of a share: then runs of all horizons are the same until they decay. Null warms up by <see cref="Warmup"/>.</summary>
        public int? WarmupSteps { get; init; }

        /// <summary>The share of the horizon, in its own unit, that decay, 0..1; 0 never decays.</summary>
        public double Decay { get; init; } = 0.2;

        /// <summary>The last factor, 0..1.</summary>
        public double Floor { get; init; }
    }
}

/// <summary>When training ends. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Steps), "steps")]
[JsonDerivedType(typeof(Epochs), "epochs")]
[JsonDerivedType(typeof(Tokens), "tokens")]
[JsonDerivedType(typeof(Flops), "flops")]
[JsonDerivedType(typeof(TokensPerParameter), "tokensPerParameter")]
public abstract record Horizon
{
    private Horizon()
    {
    }

    /// <summary>How much, in the unit of the kind; training ends with the step that reaches it.</summary>
    public required double Count { get; init; }

    /// <summary>Updates.</summary>
    public sealed record Steps : Horizon;

    /// <summary>Passes over the training data.</summary>
    public sealed record Epochs : Horizon;

    /// <summary>Tokens trained on, padding excluded.</summary>
    public sealed record Tokens : Horizon;

    /// <summary>Training FLOPs, exact convention.</summary>
    public sealed record Flops : Horizon;

    /// <summary>Tokens trained on for each trainable parameter.</summary>
    public sealed record TokensPerParameter : Horizon;
}

/// <summary>How often the validation loss is measured; the end of training is always measured.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Epochs), "epochs")]
[JsonDerivedType(typeof(Steps), "steps")]
public abstract record EvaluationInterval
{
    private EvaluationInterval()
    {
    }

    /// <summary>So many epochs or steps from one evaluation to the next.</summary>
    public required int Count { get; init; }

    public sealed record Epochs : EvaluationInterval;

    public sealed record Steps : EvaluationInterval;
}
