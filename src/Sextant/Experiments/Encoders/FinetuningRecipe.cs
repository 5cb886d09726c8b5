using Sextant.Data.Labelled;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Training;

namespace Sextant.Experiments.Encoders;

/// <summary>Everything that determines the fine-tuning of an encoder on labelled text.</summary>
public sealed record FinetuningRecipe
{
    /// <summary>What people call it; takes no part in the identity.</summary>
    public required string Name { get; init; }

    /// <summary>The encoder.</summary>
    public required EncoderSource Model { get; init; }

    /// <summary>The labelled text.</summary>
    public required LabelledOptions Data { get; init; }

    /// <summary>The most tokens of a text, special ones included; what is longer is cut.</summary>
    public int MaximumLength { get; init; } = 128;

    /// <summary>What of the encoder stays as it is.</summary>
    public FrozenParts Freeze { get; init; } = new FrozenParts.Nothing();

    /// <summary>Low-rank adapters, which are then trained with the head in place of the body; null for none.</summary>
    public AdapterOptions? Adapters { get; init; }

    /// <summary>How much a text of each class weighs in the loss.</summary>
    public ClassWeights ClassWeights { get; init; }

    /// <summary>The weights that are kept and measured.</summary>
    public KeptWeights Keep { get; init; }

    /// <summary>Losses are nats a text. A batch's tokens are counted with padding.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Decides the new head, adapters, dropout and the order of batches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Everything that is wrong with these values, each with its path; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Model.Problems(),
        .. Data.Problems(),
        .. Freeze.Problems("freeze"),
        .. Adapters?.Problems("adapters") ?? [],
        .. Training.Problems(),
        .. Mismatches(),
    ];

    private IEnumerable<string> Mismatches()
    {
        if (MaximumLength < 3)
        {
            yield return $"maximumLength: {MaximumLength} is not at least 3: a text stands between a first and a last token.";
        }

        if (Adapters is not null && Freeze is FrozenParts.Body)
        {
            yield return "adapters: they are in the body, which freeze.kind body computes once and for all; choose another freeze.kind (adapters leave the body's own weights as they are).";
        }

        if (Training.NoiseScale is not null)
        {
            yield return "training.noiseScale: is not measured in fine-tuning; leave it out.";
        }
    }
}

/// <summary>How much a text of each class weighs in the loss.</summary>
public enum ClassWeights
{
    /// <summary>Every text the same.</summary>
    Equal,

    /// <summary>Texts / (classes x texts of its class); a batch's loss is the weighted sum over its number of texts, so that every class counts the same over an epoch.</summary>
    Balanced,
}

/// <summary>Which weights of a training are kept and measured.</summary>
public enum KeptWeights
{
    /// <summary>Those of the lowest validation loss.</summary>
    Lowest,

    /// <summary>Those at the end: the validation texts took no part in choosing them.</summary>
    Last,
}
