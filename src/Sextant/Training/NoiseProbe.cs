using Sextant.Data;
using Sextant.Scaling.GradientNoise;
using TorchSharp;

namespace Sextant.Training;

/// <summary>
/// Measures the gradient noise at the present weights: micro-batches drawn uniformly from the training data, whatever its batches are made of, each with the
/// loss and the dropout of training. Draws follow from (seed, step). It uses the gradient's buffer between two steps, of which the next begins with zeros, and
/// libtorch's generator, which every step seeds anew: training has the same bits with and without it.
/// </summary>
internal sealed class NoiseProbe
{
    /// <summary>Keeps these draws apart from those of a step.</summary>
    internal const ulong Stream = 0x6E6F697365;

    public required NoisePlan Plan { get; init; }

    public required ulong Seed { get; init; }

    public required FlatParameters Parameters { get; init; }

    public required BatchSource Batches { get; init; }

    /// <summary>Mean loss of a batch, a scalar in nats a token.</summary>
    public required Func<Batch, torch.Tensor> Loss { get; init; }

    /// <summary>Told each measurement.</summary>
    public required Action<NoiseMeasurement> Measured { get; init; }

    /// <summary>Measures where it is time to.</summary>
    public void At(TrainingState state)
    {
        if (state.Step % Plan.Every == 0)
        {
            Measured(Measure(state));
        }
    }

    /// <summary>At the weights as they stand; the gradient's buffer is left as it comes to be.</summary>
    public NoiseMeasurement Measure(TrainingState state)
    {
        using var scope = torch.NewDisposeScope();
        using Scalar whole = 1; // held, or its finaliser may free it while it is added by
        var random = new SeededRandom(Seed, (ulong)state.Step, Stream);
        var sum = torch.zeros_like(Parameters.Gradient);
        var read = torch.zeros((2 * Plan.MicroBatches) + 1, device: sum.device); // losses, squared norms, that of the sum: one reading of the device
        for (int i = 0; i < Plan.MicroBatches; i++)
        {
            using var one = torch.NewDisposeScope();
            torch.manual_seed((long)random.NextUInt64());
            using var batch = Batches.Draw(state.Epoch, Plan.MicroBatch, random);
            Parameters.ZeroGradient();
            var loss = Loss(batch);
            loss.backward();
            using var noGradient = torch.no_grad();
            read[i] = loss.detach();
            read[Plan.MicroBatches + i] = Parameters.Gradient.dot(Parameters.Gradient);
            sum.add_(Parameters.Gradient, whole);
        }

        read[2 * Plan.MicroBatches] = sum.dot(sum);
        double[] values = [.. read.cpu().data<float>().ToArray().Select(value => (double)value)];
        double[] norms = values[Plan.MicroBatches..(2 * Plan.MicroBatches)];
        bool isFinite = values.All(double.IsFinite);
        return new NoiseMeasurement
        {
            Step = state.Step,
            Tokens = state.Tokens,
            Loss = isFinite ? values[..Plan.MicroBatches].Average() : null,
            MicroBatch = Plan.MicroBatch,
            SquaredNorms = isFinite ? norms : null,
            SquaredNormOfMean = isFinite ? values[^1] / ((double)Plan.MicroBatches * Plan.MicroBatches) : null,
            BatchExamples = Plan.BatchExamples,
            ExampleTokens = Plan.ExampleTokens,
        };
    }
}
