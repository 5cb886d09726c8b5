namespace Sextant.Experiments.Encoders;

/// <summary>What came out of a pretraining: result.json, and what `pretrain --json` prints.</summary>
public sealed record PretrainingResult
{
    public required RunStatus Status { get; init; }

    /// <summary>Absolute path of the run folder; its best/ is a model that `finetune` takes.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Nats a hidden token; null only where training was stopped before the first evaluation.</summary>
    public required LowestLoss? ValidationLoss { get; init; }

    /// <summary>The share of hidden validation tokens that the kept weights fill in right, 0..1; null where training was stopped.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>All parameters, each once.</summary>
    public required long Parameters { get; init; }

    /// <summary>Training FLOPs of the matrix products: three times the forward pass.</summary>
    public required double Flops { get; init; }

    /// <summary>Tokens trained on, padding excluded, hidden or not.</summary>
    public required double Tokens { get; init; }

    /// <summary>Wall-clock seconds of training, over all sittings.</summary>
    public required double Seconds { get; init; }

    public required long Steps { get; init; }

    public required double Epochs { get; init; }
}
