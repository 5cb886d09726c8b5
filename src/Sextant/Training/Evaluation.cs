using System.Text.Json.Serialization;
using Sextant.Scaling;

namespace Sextant.Training;

/// <summary>One evaluation: a line of metrics.jsonl.</summary>
public sealed record Evaluation
{
    /// <summary>Updates made.</summary>
    public required long Step { get; init; }

    /// <summary>Passes over the training data completed, fractional within one; 1 after the first pass.</summary>
    public required double Epoch { get; init; }

    /// <summary>Tokens trained on so far, padding excluded.</summary>
    public required double Tokens { get; init; }

    /// <summary>Training FLOPs so far, exact convention: three times the forward pass.</summary>
    public required double Flops { get; init; }

    /// <summary>Mean over the batches since the last evaluation of each batch's training loss, nats a token.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Unweighted mean over validation batches of each batch's mean loss, nats a token (the course's measure).</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Mean over validation tokens, nats a token.</summary>
    public required double ValidationLossPerToken { get; init; }

    /// <summary>One of the two validation losses, nats a token.</summary>
    public double Loss(LossKind kind) => kind == LossKind.PerToken ? ValidationLossPerToken : ValidationLoss;

    /// <summary>Learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Wall-clock seconds of training so far, over all sittings.</summary>
    public required double Seconds { get; init; }

    /// <summary>Of an encoder: the share of validation examples that are classified right, or of hidden tokens that are filled in right, 0..1; null for other models.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Accuracy { get; init; }

    /// <summary>Training FLOPs so far by every convention; null in runs that began before these were counted.</summary>
    public FlopCounts? FlopsByConvention { get; init; }
}
