namespace Sextant.Scaling;

/// <summary>The loss along one training.</summary>
public sealed record LossCurve
{
    /// <summary>What the training is called; curves of one name are one training.</summary>
    public required string Name { get; init; }

    /// <summary>N.</summary>
    public required double Parameters { get; init; }

    /// <summary>Layers of the model; null where that is not known.</summary>
    public double? Layers { get; init; }

    /// <summary>H, the width of the model; null where that is not known.</summary>
    public double? Hidden { get; init; }

    /// <summary>The evaluations, in any order.</summary>
    public required IReadOnlyList<CurvePoint> Points { get; init; }
}

/// <summary>One evaluation of a training.</summary>
/// <param name="Row">Where it stood in what was read, from 1.</param>
/// <param name="Flops">C so far.</param>
/// <param name="Tokens">D so far, each token as often as it was seen.</param>
/// <param name="Loss">Nats a token.</param>
public sealed record CurvePoint(int Row, double Flops, double Tokens, double Loss);
