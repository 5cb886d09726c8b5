using Sextant.Training;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Training.Optimizers;

public sealed class ShampooTests
{
    private static readonly OptimizerOptions.Shampoo Options = new() { LearningRate = 0.01, RefreshEvery = 3, WeightDecay = 0.1 };

    [Theory]
    [InlineData(5, 5, 100, 2e-5)]
    [InlineData(4, 7, 100, 5e-4)] // the first gradients have not full rank: a root of the ridge, which floats know to a percent
    [InlineData(7, 4, 100, 5e-4)]
    [InlineData(4, 7, 5, 2e-5)] // the longer side is left as it is
    [InlineData(7, 4, 5, 2e-5)]
    public void Twenty_steps_of_about_0_01_equal_those_of_a_dense_reference_in_double_precision(int rows, int columns, int mostDimension, double tolerance)
    {
        using var scope = NewDisposeScope();
        using LooseMatrices ours = new(Options with { MostDimension = mostDimension }, vector: true, (rows, columns));
        Tensor w = ours.Value(0).to(float64), m = zeros_like(w), v = zeros_like(w), leftRoot = eye(rows, dtype: float64), rightRoot = eye(columns, dtype: float64);
        Tensor left = zeros([rows, rows], float64), right = zeros([columns, columns], float64);
        double power = Math.Max(rows, columns) > mostDimension ? -0.5 : -0.25;

        for (int step = 1; step <= 20; step++)
        {
            ours.Draw();
            ours.Optimizer.Step(0.01);
            var g = ours.Gradient(0).to(float64);
            m = (0.9 * m) + (0.1 * g);
            v = (0.999 * v) + (0.001 * g.square());
            left = (0.95 * left) + (0.05 * g.matmul(g.t()));
            right = (0.95 * right) + (0.05 * g.t().matmul(g));
            if (step % 3 == 1)
            {
                leftRoot = rows > mostDimension ? leftRoot : Root(left, power);
                rightRoot = columns > mostDimension ? rightRoot : Root(right, power);
            }

            var u = leftRoot.matmul(m).matmul(rightRoot);
            var adam = m / (1 - Math.Pow(0.9, step)) / ((v / (1 - Math.Pow(0.999, step))).sqrt() + 1e-8);
            w = ((1 - (0.01 * 0.1)) * w) - (0.01 * u * adam.norm() / u.norm());
        }

        Assert.InRange((w - ours.Value(0)).abs().max().item<double>(), 0, tolerance);
    }

    [Fact]
    public void Its_FLOPs_are_averages_products_with_roots_and_a_share_of_the_refresh()
    {
        using LooseMatrices loose = new(Options with { RefreshEvery = 10 }, vector: true, (4, 6));

        // Left: G G^T and [4, 4] x [4, 6], 192 each; eigenvectors and root, 11 x 64, every tenth time. Right: two of 288; 11 x 216.
        Assert.Equal((2 * 192) + (11 * 64 / 10.0) + (2 * 288) + (11 * 216 / 10.0), loose.Optimizer.FlopsPerStep, 1e-9);
    }

    private static Tensor Root(Tensor average, double power)
    {
        var (values, vectors) = linalg.eigh(average);
        var damped = values.clamp_min(0) + (1e-6 * values.max());
        return vectors.matmul(damped.pow(power).diag()).matmul(vectors.t());
    }
}
