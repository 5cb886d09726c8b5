using Sextant.Data;

namespace Sextant.Training;

/// <summary>How often and on how much the gradient noise is measured, every default settled.</summary>
/// <param name="Every">Steps from one measurement to the next.</param>
/// <param name="MicroBatch">b, examples.</param>
/// <param name="MicroBatches">m.</param>
/// <param name="BatchExamples">Examples of a training batch, on average.</param>
/// <param name="ExampleTokens">Tokens of a training example, on average.</param>
internal sealed record NoisePlan(int Every, int MicroBatch, int MicroBatches, double BatchExamples, double ExampleTokens)
{
    /// <summary>Of the training's time, amortised; what is left to the 5 % it may cost is for what FLOPs do not tell.</summary>
    private const double Share = 0.04;

    /// <summary>Micro-batches whose shapes are drawn to learn what one costs: uniform draws are padded more than batches of like lengths.</summary>
    private const int Drawn = 64;

    /// <summary>
    /// A micro-batch costs as many steps as it has FLOPs of the mean step's, and never less than one, since a step of a small model is mostly overhead. It does not depend on
    /// the horizon, so that runs of several horizons measure at the same steps.
    /// </summary>
    /// <param name="options">What is left open takes its default.</param>
    /// <param name="batches">What the model trains on.</param>
    /// <param name="flops">FLOPs of a step on a batch of this shape.</param>
    public static NoisePlan Of(NoiseScaleOptions options, BatchSource batches, Func<BatchShape, double> flops)
    {
        double examples = (double)batches.ExamplesInEpoch / batches.BatchesInEpoch;
        int size = options.MicroBatch ?? Math.Max(1, (int)Math.Round(examples));
        return new NoisePlan(
            options.Every ?? (int)Math.Ceiling(options.MicroBatches * Math.Max(1, CostOf(size, batches, flops)) / Share),
            size,
            options.MicroBatches,
            examples,
            (double)batches.TokensInEpoch / batches.ExamplesInEpoch);
    }

    /// <summary>FLOPs of a micro-batch over those of a step, both means.</summary>
    private static double CostOf(int size, BatchSource batches, Func<BatchShape, double> flops)
    {
        var random = new SeededRandom(0);
        double step = Enumerable.Range(0, batches.BatchesInEpoch).Average(i => flops(batches.Shape(0, i)));
        double drawn = Enumerable.Range(0, Drawn).Average(_ => flops(batches.DrawnShape(size, random)));
        return step > 0 ? drawn / step : 1;
    }
}
