using System.Text.Json.Serialization;
using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What came out of a run: result.json, and what `train --json` prints.</summary>
public sealed record RunResult
{
    public required RunStatus Status { get; init; }

    /// <summary>Absolute path of the run folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Null only where training was stopped before its first evaluation.</summary>
    public required LowestLoss? ValidationLoss { get; init; }

    /// <summary>Share of validation sources whose greedy translation is one of their targets, 0..1; null for plain text.</summary>
    public double? ExactMatch { get; init; }

    /// <summary>Every other measure by name, on the validation pairs or text.</summary>
    public IReadOnlyDictionary<string, double> Measures { get; init; } = new Dictionary<string, double>();

    public required ParameterCounts Parameters { get; init; }

    /// <summary>Training FLOPs by <see cref="FlopsConvention"/>.</summary>
    public required double Flops { get; init; }

    /// <summary>Those of <see cref="Flops"/> that were not computed again, since the run shares the trunk of another; 0 for a run of its own.</summary>
    public double SharedFlops { get; init; }

    /// <summary>Of the optimiser's own matrix products and factorisations over the whole run, which <see cref="Flops"/> does not hold; 0 for those that have none (Adam, plain gradient descent).</summary>
    public double OptimizerFlops { get; init; }

    public string FlopsConvention { get; init; } = "exact";

    /// <summary>Training FLOPs by every convention, null with the reason where one does not apply; null as a whole in results written before these were counted.</summary>
    public FlopCounts? FlopsByConvention { get; init; }

    /// <summary>Tokens trained on, padding excluded.</summary>
    public required double Tokens { get; init; }

    /// <summary>Wall-clock seconds of training, over all sittings.</summary>
    public required double Seconds { get; init; }

    public required long Steps { get; init; }

    public required double Epochs { get; init; }

    /// <summary>The gradient noise scale along the training; null where it was not measured.</summary>
    public NoiseScaleFit? NoiseScale { get; init; }
}

public enum RunStatus
{
    /// <summary>The horizon was reached.</summary>
    Done,

    /// <summary>The loss aimed at (training.stopAt) was reached before the horizon.</summary>
    TargetReached,

    /// <summary>Patience ran out before the horizon.</summary>
    StoppedEarly,

    /// <summary>Interrupted; the next call goes on.</summary>
    Interrupted,
}

/// <summary>Lowest validation losses, each with the epoch (passes completed) it was reached at.</summary>
public sealed record LowestLoss
{
    /// <summary>Lowest of the means over batches, nats a token.</summary>
    public required double Lowest { get; init; }

    public required double LowestEpoch { get; init; }

    /// <summary>Lowest of the means over tokens, nats a token.</summary>
    public required double LowestPerToken { get; init; }

    public required double LowestPerTokenEpoch { get; init; }

    /// <summary>What a training has reached; null before its first evaluation.</summary>
    internal static LowestLoss? Of(TrainingState state) => state.Lowest is null || state.LowestPerToken is null ? null : new LowestLoss
    {
        Lowest = state.Lowest.ValidationLoss,
        LowestEpoch = state.Lowest.Epoch,
        LowestPerToken = state.LowestPerToken.ValidationLossPerToken,
        LowestPerTokenEpoch = state.LowestPerToken.Epoch,
    };
}

/// <summary>Numbers of parameters by convention; null where a convention does not apply, with the reason in <see cref="Reasons"/>.</summary>
public sealed record ParameterCounts
{
    /// <summary>Every parameter that is trained, each once.</summary>
    public required double Trainable { get; init; }

    /// <summary>The course's: layers, output layer and its bias, without embeddings; decoder-only course models alone.</summary>
    public double? Course { get; init; }

    /// <summary>N of 6ND: every parameter.</summary>
    [JsonPropertyName("6nd")]
    public double? SixNd { get; init; }

    /// <summary>Without embeddings, learned positions and output layer (Kaplan 2020, section 2.1).</summary>
    public double? Kaplan { get; init; }

    /// <summary>The blocks and one embedding matrix, without positions and a second matrix for the output (Hoffmann 2022, table A4).</summary>
    public double? Hoffmann { get; init; }

    /// <summary>Every parameter.</summary>
    public double? Everything { get; init; }

    /// <summary>Every parameter but learned positions (Chowdhery 2022, appendix B).</summary>
    public double? Palm { get; init; }

    /// <summary>Every parameter.</summary>
    public double? Exact { get; init; }

    /// <summary>Why a convention does not apply, by its name.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    /// <summary>By one convention.</summary>
    public double? this[Convention convention] => convention switch
    {
        Convention.Course => Course,
        Convention.SixNd => SixNd,
        Convention.Kaplan => Kaplan,
        Convention.Hoffmann => Hoffmann,
        Convention.Everything => Everything,
        Convention.Palm => Palm,
        Convention.Exact => Exact,
        _ => throw new ArgumentOutOfRangeException(nameof(convention)),
    };
}
