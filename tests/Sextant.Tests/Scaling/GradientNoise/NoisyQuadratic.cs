using Sextant.Scaling.GradientNoise;

namespace Sextant.Tests.Scaling.GradientNoise;

/// <summary>
/// A quadratic loss of which one example's gradient is h_i theta_i plus Gaussian noise of variance c_i, so that |G|^2 and tr(Sigma) are known. Both fall over the
/// training, each exponentially, by what is left of it at its end.
/// </summary>
internal sealed class NoisyQuadratic
{
    private const int Dimensions = 40;

    private readonly double[] gradient;
    private readonly double[] deviations;
    private readonly double gradientLeft;
    private readonly double traceLeft;

    /// <param name="noiseScale">tr(Sigma) / |G|^2 at the start, examples.</param>
    /// <param name="slope">The variance of the noise along direction i is as i^-slope: 0 for the same along each, 1 for few that matter.</param>
    /// <param name="gradientLeft">|G|^2 at the end over that at the start.</param>
    /// <param name="traceLeft">tr(Sigma) at the end over that at the start.</param>
    public NoisyQuadratic(double noiseScale, double slope, double gradientLeft = 1, double traceLeft = 1)
    {
        double[] variances = [.. Enumerable.Range(1, Dimensions).Select(i => Math.Pow(i, -slope))];
        double total = variances.Sum();
        deviations = [.. variances.Select(variance => Math.Sqrt(noiseScale * variance / total))];
        gradient = [.. Enumerable.Range(1, Dimensions).Select(i => Math.Sqrt(variances[i - 1] / total) * (i % 2 == 0 ? 1 : -1))];
        this.gradientLeft = gradientLeft;
        this.traceLeft = traceLeft;
    }

    /// <summary>At a share of the training, 0..1.</summary>
    public NoisePieces At(double share) => new(
        gradient.Sum(part => part * part) * Math.Pow(gradientLeft, share),
        deviations.Sum(part => part * part) * Math.Pow(traceLeft, share));

    /// <summary>The ratio of the mean pieces over measurements spaced evenly: what an estimate from them is about.</summary>
    public double NoiseScale(int measurements)
    {
        var pieces = Enumerable.Range(0, measurements).Select(i => At(Share(i, measurements))).ToList();
        return pieces.Average(one => one.Trace) / pieces.Average(one => one.SquaredGradient);
    }

    /// <summary>Measurements spaced evenly over the training, at tokens which hardly grow, so that all of them belong to its last part.</summary>
    public NoiseMeasurement[] Measure(int measurements, int microBatch, int microBatches, SeededRandom random) =>
        [.. Enumerable.Range(0, measurements).Select(i => Once(Share(i, measurements), microBatch, microBatches, random) with { Step = i + 1, Tokens = 1e6 + i })];

    /// <summary>One measurement at a share of the training.</summary>
    public NoiseMeasurement Once(double share, int microBatch, int microBatches, SeededRandom random)
    {
        double size = Math.Sqrt(Math.Pow(gradientLeft, share)), noise = Math.Sqrt(Math.Pow(traceLeft, share) / microBatch);
        double[] norms = new double[microBatches], sum = new double[Dimensions];
        for (int batch = 0; batch < microBatches; batch++)
        {
            for (int i = 0; i < Dimensions; i++)
            {
                double part = (size * gradient[i]) + (noise * deviations[i] * random.NextGaussian());
                norms[batch] += part * part;
                sum[i] += part / microBatches;
            }
        }

        return new NoiseMeasurement { Step = 1, Tokens = 1, MicroBatch = microBatch, SquaredNorms = norms, SquaredNormOfMean = sum.Sum(part => part * part) };
    }

    private static double Share(int i, int measurements) => measurements == 1 ? 0 : (double)i / (measurements - 1);
}
