namespace Sextant.Scaling.GradientNoise;

/// <summary>
/// Squared norms of gradients at the same weights: of m micro-batches of b examples, each drawn uniformly, and of their mean, which is the gradient of one
/// batch of B = m b. A line of noise.jsonl.
/// </summary>
public sealed record NoiseMeasurement
{
    /// <summary>Updates made before it.</summary>
    public required long Step { get; init; }

    /// <summary>Tokens trained on before it, padding excluded.</summary>
    public required double Tokens { get; init; }

    /// <summary>Mean training loss of the micro-batches, nats a token; null where it is not known.</summary>
    public double? Loss { get; init; }

    /// <summary>b, examples of a micro-batch.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>|g_i|^2 of each micro-batch; null where one is not finite.</summary>
    public required IReadOnlyList<double>? SquaredNorms { get; init; }

    /// <summary>Squared norm of the mean of the g_i; null where it is not finite.</summary>
    public required double? SquaredNormOfMean { get; init; }

    /// <summary>Examples a training step takes, on average; null where there is no training beside it.</summary>
    public double? BatchExamples { get; init; }

    /// <summary>Tokens of a training example, on average; null where examples have none.</summary>
    public double? ExampleTokens { get; init; }

    /// <summary>Why it can take no part, as a clause; null where it can.</summary>
    internal string? Problem => this switch
    {
        { SquaredNorms: null } or { SquaredNormOfMean: null } => "its gradient is not finite",
        { SquaredNorms.Count: < 2 } => "one micro-batch has nothing to be compared with",
        { MicroBatch: < 1 } => "its micro-batches hold no example",
        { Tokens: not (> 0 and < double.PositiveInfinity) } => "its tokens are not above 0",
        _ when !SquaredNorms!.Append(SquaredNormOfMean!.Value).All(double.IsFinite) => "its gradient is not finite",
        _ => null,
    };

    /// <summary>Of a measurement without a <see cref="Problem"/>.</summary>
    internal NoisePieces Pieces => NoisePieces.Of(MicroBatch, SquaredNorms!.Average(), (double)MicroBatch * SquaredNorms!.Count, SquaredNormOfMean!.Value);
}
