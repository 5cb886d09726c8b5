namespace Sextant.Scaling.BatchSize;

/// <summary>What studies of batch sizes and learning rates say to one who plans a training or judges one.</summary>
public sealed record BatchGuide
{
    /// <summary>Steps against batch size; null where there is no such fit.</summary>
    public StepsFit? Steps { get; init; }

    /// <summary>The best rate by batch size; null where there is no such fit.</summary>
    public LearningRateFit? Rates { get; init; }

    /// <summary>What a batch is counted in: examples or tokens.</summary>
    public string Unit { get; init; } = "examples";

    /// <summary>Tokens of one of these, on average; null where nobody says.</summary>
    public double? UnitTokens { get; init; }

    /// <summary>Every parameter of the models that were trained there; null where nobody says.</summary>
    public double? Parameters { get; init; }

    /// <summary>What one must know before acting on any advice, a sentence each.</summary>
    public IReadOnlyList<string> Caveats { get; init; } = [];

    /// <summary>The advice for a training that ends at a loss.</summary>
    /// <param name="loss">Nats; null where it is not known.</param>
    /// <param name="batch">The batch to judge, in <see cref="Unit"/>; null to recommend one.</param>
    /// <param name="rate">The peak learning rate to judge; null to recommend one.</param>
    /// <param name="parameters">Every parameter of its model; null where that is not known.</param>
    public BatchAdvice At(double? loss, double? batch = null, double? rate = null, double? parameters = null) => new BatchAdvising(this, loss, batch, rate, parameters).Advice();

    /// <summary>No advice, since a batch is given and its size in <see cref="Unit"/> is not known.</summary>
    internal BatchAdvice Uncounted() => new() { Unit = Unit, Reasons = new Dictionary<string, string> { ["batch"] = $"the batch is counted otherwise than in {Unit}, and how many tokens make one nobody says; give the folder of the study" } };

    /// <summary>A batch of so many tokens in <see cref="Unit"/>; null where it is not known how many tokens one has.</summary>
    internal double? Units(double? tokens) => tokens / UnitTokens;
}

/// <summary>Which batch and rate to train with, or how the ones that were trained with stand. Every number with its interval of 95 %, by its name.</summary>
public sealed record BatchAdvice
{
    /// <summary>What a batch is counted in: examples or tokens.</summary>
    public required string Unit { get; init; }

    /// <summary>The loss whose trade-off of steps and examples this goes by, the nearest that was measured, nats; null where none is known.</summary>
    public double? Target { get; init; }

    /// <summary>At that loss; null where it is not known, see <see cref="Reasons"/>.</summary>
    public double? CriticalBatch { get; init; }

    /// <summary>The batch that was asked about, else the critical one.</summary>
    public double? Batch { get; init; }

    /// <summary>Tokens of that batch, on average; null where it is not known how many an example has.</summary>
    public double? BatchTokens { get; init; }

    /// <summary>What limits a step of that batch; null where no critical batch is known.</summary>
    public Regime? Regime { get; init; }

    /// <summary>Batch over critical batch.</summary>
    public double? BatchRatio { get; init; }

    /// <summary>Steps over the fewest possible.</summary>
    public double? StepsRatio { get; init; }

    /// <summary>Compute over the least possible: what exceeds 1 is spent for fewer steps.</summary>
    public double? ExamplesRatio { get; init; }

    /// <summary>The best peak learning rate at that batch; null where it is not known.</summary>
    public double? LearningRate { get; init; }

    /// <summary>It over the rate that was asked about: "use 0.5x the rate".</summary>
    public double? LearningRateRatio { get; init; }

    /// <summary>Of 95 %, by name.</summary>
    public IReadOnlyDictionary<string, Interval> Intervals { get; init; } = new Dictionary<string, Interval>();

    /// <summary>What to do, a sentence each.</summary>
    public IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>What one must know before acting on it, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why something is not there, by its name.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();
}
