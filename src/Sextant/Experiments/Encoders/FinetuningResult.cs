using Sextant.Finetuning;
using Sextant.Pretrained;

namespace Sextant.Experiments.Encoders;

/// <summary>What came out of a fine-tuning: result.json, and what `finetune --json` prints.</summary>
public sealed record FinetuningResult
{
    public required RunStatus Status { get; init; }

    /// <summary>Absolute path of the run folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Lowest of the evaluations on the way, nats a text (weighed by class where the recipe weighs classes); null only where training was stopped before the first.</summary>
    public required LowestLoss? ValidationLoss { get; init; }

    /// <summary>Of the kept weights on the validation texts; null where training was stopped.</summary>
    public ClassificationMeasures? Validation { get; init; }

    /// <summary>The same on the test texts; null where there are none.</summary>
    public ClassificationMeasures? Test { get; init; }

    /// <summary>Names of the classes, in their order.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Parameters that were trained, each once.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>All parameters, each once.</summary>
    public required long Parameters { get; init; }

    /// <summary>How the checkpoint met the model: what was drawn anew and what was left; null for drawn weights.</summary>
    public WeightMatch? Weights { get; init; }

    /// <summary>Training FLOPs of the matrix products, a frozen body's one pass over the texts that train and validate included.</summary>
    public required double Flops { get; init; }

    /// <summary>Tokens trained on, padding excluded.</summary>
    public required double Tokens { get; init; }

    /// <summary>Wall-clock seconds of training over all sittings, evaluations included and <see cref="BodySeconds"/> not.</summary>
    public required double Seconds { get; init; }

    /// <summary>Wall-clock seconds in which a frozen body was computed once; 0 where it was not.</summary>
    public double BodySeconds { get; init; }

    /// <summary>Wall-clock seconds of one step without evaluations and files, mean over the last sitting but for its first five steps where there are more than ten.</summary>
    public double? SecondsPerStep { get; init; }

    public required long Steps { get; init; }

    public required double Epochs { get; init; }
}
