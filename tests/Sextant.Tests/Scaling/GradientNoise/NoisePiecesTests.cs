using Sextant.Scaling.GradientNoise;
using Xunit;

namespace Sextant.Tests.Scaling.GradientNoise;

public sealed class NoisePiecesTests
{
    /// <summary>Of a mean over trials, in its standard errors: a right estimator passes it in all but 5 of 10,000 tries.</summary>
    private const double LargestZ = 3.5;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 32)]
    [InlineData(26, 208)]
    public void Expected_squared_norms_give_the_planted_pieces(double small, double large)
    {
        const double gradient = 0.3, trace = 17;

        var pieces = NoisePieces.Of(small, gradient + (trace / small), large, gradient + (trace / large));

        Assert.Equal(gradient, pieces.SquaredGradient, 1e-10);
        Assert.Equal(trace, pieces.Trace, 1e-9);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(0, 2)]
    public void Two_sizes_that_are_no_two_sizes_are_refused(double small, double large) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NoisePieces.Of(small, 1, large, 1));

    [Theory]
    [InlineData(1, 0, 4, 8)]
    [InlineData(30, 0, 4, 8)]
    [InlineData(1000, 0, 4, 8)]
    [InlineData(1000, 1, 1, 2)]
    [InlineData(300, 1, 16, 32)]
    public void Both_pieces_are_unbiased_over_a_thousand_trials(double noiseScale, double slope, int microBatch, int microBatches)
    {
        var quadratic = new NoisyQuadratic(noiseScale, slope);
        var random = new SeededRandom(5, (ulong)noiseScale, (ulong)slope, (ulong)microBatches);
        NoisePieces[] trials = [.. Enumerable.Range(0, 1000).Select(_ => quadratic.Once(0, microBatch, microBatches, random).Pieces)];

        (double gradient, double trace) = (Z([.. trials.Select(one => one.SquaredGradient)], quadratic.At(0).SquaredGradient), Z([.. trials.Select(one => one.Trace)], quadratic.At(0).Trace));

        TestContext.Current.TestOutputHelper?.WriteLine($"z of |G|^2 {gradient:F2}, of tr(Sigma) {trace:F2}");
        Assert.InRange(Math.Abs(gradient), 0, LargestZ);
        Assert.InRange(Math.Abs(trace), 0, LargestZ);
    }

    private static double Z(double[] values, double truth)
    {
        double mean = values.Average();
        return (mean - truth) / Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }
}
