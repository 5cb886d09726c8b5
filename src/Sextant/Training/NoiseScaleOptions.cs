namespace Sextant.Training;

/// <summary>
/// How the gradient noise scale is measured while a model trains; in JSON `true` stands for all defaults. Measuring changes no bit of the training.
/// </summary>
public sealed record NoiseScaleOptions
{
    /// <summary>Steps from one measurement to the next; null takes about 4 % of the training's time, by the FLOPs of its batches.</summary>
    public int? Every { get; init; }

    /// <summary>b, examples of a micro-batch, drawn uniformly with replacement; null takes as many as a training batch has on average.</summary>
    public int? MicroBatch { get; init; }

    /// <summary>m, micro-batches of a measurement: the noise is compared at b and at m b examples.</summary>
    public int MicroBatches { get; init; } = 8;
}
