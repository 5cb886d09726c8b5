namespace Sextant.Scaling;

/// <summary>One trained model as a scaling law sees it. Which convention N and C are counted by is the fit's to say.</summary>
public sealed record ScalingPoint
{
    /// <summary>Where it stood in what was read, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>N.</summary>
    public required double Parameters { get; init; }

    /// <summary>D: tokens trained on, each as often as it was seen.</summary>
    public required double Tokens { get; init; }

    /// <summary>C: training FLOPs.</summary>
    public required double Flops { get; init; }

    /// <summary>Nats a token.</summary>
    public required double Loss { get; init; }

    /// <summary>The weight of its squared residual, such as 1 / variance.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The training it comes from; points of one run are not independent. Null where each row is a run of its own.</summary>
    public string? Run { get; init; }

    /// <summary>Tokens of the data before they repeat; null where that is not known.</summary>
    public double? UniqueTokens { get; init; }

    /// <summary>How often the data were seen; null where that is not known.</summary>
    public double? Epochs => Tokens / UniqueTokens;
}
