using Sextant.Training;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Training.Optimizers;

public sealed class SoapTests
{
    private static readonly OptimizerOptions.Soap Options = new() { LearningRate = 0.01, RefreshEvery = 3, WeightDecay = 0.1 };

    [Theory]
    [InlineData(5, 5, 100)]
    [InlineData(4, 7, 100)]
    [InlineData(7, 4, 100)]
    [InlineData(4, 7, 5)] // the longer side is left as it is
    [InlineData(7, 4, 5)]
    public void Twenty_steps_equal_those_of_a_dense_reference_in_double_precision(int rows, int columns, int mostDimension)
    {
        using var scope = NewDisposeScope();
        var options = Options with { MostDimension = mostDimension };
        using LooseMatrices ours = new(options, vector: true, (rows, columns), (rows, columns));
        var references = Enumerable.Range(0, 2).Select(i => new Reference(options, ours.Value(i))).ToList();

        for (int step = 0; step < 21; step++)
        {
            ours.Draw();
            ours.Optimizer.Step(0.01);
            for (int i = 0; i < 2; i++)
            {
                references[i].Step(ours.Gradient(i), side => ours.Optimizer.State[$"{side}.{rows}x{columns}.transform"][i]);
            }
        }

        Assert.All(references.Select((r, i) => (r.Weights - ours.Value(i)).abs().max().item<double>()), error => Assert.InRange(error, 0, 1e-5));
    }

    [Fact]
    public void Preconditioners_that_never_refresh_in_the_basis_of_the_axes_make_it_AdamW()
    {
        using var scope = NewDisposeScope();
        using LooseMatrices soap = new(Options with { RefreshEvery = int.MaxValue }, vector: false, (6, 6), (4, 9));
        using LooseMatrices adamW = new(new OptimizerOptions.AdamW { LearningRate = 0.01, Beta1 = 0.95, Beta2 = 0.95, WeightDecay = 0.1 }, vector: false, (6, 6), (4, 9));
        soap.Optimizer.Steps = 1; // the first update only finds a basis
        foreach (string name in new[] { "left.6x6", "right.6x6", "left.4x9", "right.4x9" })
        {
            var basis = soap.Optimizer.State[name + ".transform"];
            basis.copy_(eye(basis.shape[^1]).expand_as(basis));
        }

        for (int step = 0; step < 50; step++)
        {
            soap.Draw();
            adamW.Parameters.Gradient.copy_(soap.Parameters.Gradient);
            soap.Optimizer.Step(0.01);
            adamW.Optimizer.Step(0.01);
        }

        Assert.InRange((soap.Parameters.Values - adamW.Parameters.Values).abs().max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void Matrices_too_long_on_both_sides_are_AdamWs_to_the_bit()
    {
        using LooseMatrices soap = new(Options with { MostDimension = 3 }, vector: true, (6, 6), (4, 9));
        using LooseMatrices adamW = new(new OptimizerOptions.AdamW { LearningRate = 0.01, Beta1 = 0.95, Beta2 = 0.95, WeightDecay = 0.1 }, vector: true, (6, 6), (4, 9));
        for (int step = 0; step < 20; step++)
        {
            soap.Draw();
            adamW.Parameters.Gradient.copy_(soap.Parameters.Gradient);
            soap.Optimizer.Step(0.01);
            adamW.Optimizer.Step(0.01);
        }

        Assert.Equal(adamW.Parameters.Values.data<float>().ToArray(), soap.Parameters.Values.data<float>().ToArray());
    }

    [Fact]
    public void The_first_update_finds_a_basis_and_changes_no_matrix()
    {
        using LooseMatrices loose = new(Options, vector: true, (5, 7));
        Tensor before = loose.Value(0).clone(), all = loose.Parameters.Values.clone();
        loose.Draw();

        loose.Optimizer.Step(0.01);

        Assert.True(loose.Value(0).equal(before).all().item<bool>());
        Assert.False(loose.Parameters.Values.equal(all).all().item<bool>()); // the vector
        var basis = loose.Optimizer.State["left.5x7.transform"][0];
        Assert.InRange((basis.t().matmul(basis) - eye(5)).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void The_basis_stays_orthogonal_and_nears_the_eigenvectors()
    {
        using LooseMatrices loose = new(Options with { RefreshEvery = 1, PreconditionerBeta = 0.99 }, vector: false, (6, 6));
        for (int step = 0; step < 400; step++)
        {
            loose.Draw();
            loose.Optimizer.Step(0.001);
        }

        Tensor basis = loose.Optimizer.State["left.6x6.transform"][0], average = loose.Optimizer.State["left.6x6"][0];
        var turned = basis.t().matmul(average).matmul(basis);
        Assert.InRange((basis.t().matmul(basis) - eye(6)).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange((turned - turned.diag().diag()).norm().item<float>() / turned.norm().item<float>(), 0, 0.05);
    }

    [Fact]
    public void Its_FLOPs_are_averages_rotations_and_a_share_of_the_refresh()
    {
        using LooseMatrices both = new(Options with { RefreshEvery = 10 }, vector: true, (4, 6));
        using LooseMatrices one = new(Options with { RefreshEvery = 10, MostDimension = 5 }, vector: true, (4, 6));

        // Left: G G^T and three products [4, 4] x [4, 6], 192 each; P Q 128 and a QR of 8/3 64 every tenth time. Right: four of 288; 432 and 8/3 216.
        const double Left = (4 * 192) + ((128 + (8.0 / 3 * 64)) / 10), Right = (4 * 288) + ((432 + (8.0 / 3 * 216)) / 10);
        Assert.Equal(Left + Right, both.Optimizer.FlopsPerStep, 1e-9);
        Assert.Equal(Left, one.Optimizer.FlopsPerStep, 1e-9);
    }

    /// <summary>Algorithm 3 of the paper for one matrix, by itself and in double precision.</summary>
    private sealed class Reference
    {
        private readonly OptimizerOptions.Soap options;
        private readonly Tensor m, v, l, r;
        private Tensor? left, right;
        private int step;

        public Reference(OptimizerOptions.Soap options, Tensor weights)
        {
            this.options = options;
            Weights = weights.to(float64);
            m = zeros_like(Weights);
            v = zeros_like(Weights);
            l = zeros([Weights.shape[0], Weights.shape[0]], float64);
            r = zeros([Weights.shape[1], Weights.shape[1]], float64);
        }

        public Tensor Weights { get; private set; }

        /// <summary>The first basis is taken over, as it is arbitrary where the first gradient has no full rank; it is checked to be one.</summary>
        public void Step(Tensor gradient, Func<string, Tensor> firstBasis)
        {
            var g = gradient.to(float64);
            if (step++ == 0)
            {
                Observe(g);
                left = l.shape[0] > options.MostDimension ? null : Basis(firstBasis("left"), l);
                right = r.shape[0] > options.MostDimension ? null : Basis(firstBasis("right"), r);
                return;
            }

            int t = step - 1;
            m.mul_(options.Beta1).add_(g * (1 - options.Beta1));
            Tensor rotated = Rotate(g), mean = Rotate(m);
            v.mul_(options.Beta2).add_(rotated.square() * (1 - options.Beta2));
            var n = mean / (1 - Math.Pow(options.Beta1, t)) / ((v / (1 - Math.Pow(options.Beta2, t))).sqrt() + options.Epsilon);
            n = left is null ? n : left.matmul(n);
            n = right is null ? n : n.matmul(right.t());
            Weights = (Weights * (1 - (options.LearningRate * options.WeightDecay))) - (options.LearningRate * n);
            Observe(g);
            if (t % options.RefreshEvery == 0)
            {
                (left, var rows) = left is null ? (null, null) : Refresh(left, l);
                (right, var columns) = right is null ? (null, null) : Refresh(right, r);
                v.copy_(rows is null ? v : v.index_select(0, rows));
                v.copy_(columns is null ? v : v.index_select(1, columns));
            }
        }

        private Tensor Rotate(Tensor x)
        {
            x = left is null ? x : left.t().matmul(x);
            return right is null ? x : x.matmul(right);
        }

        private void Observe(Tensor g)
        {
            l.mul_(options.PreconditionerBeta).add_(g.matmul(g.t()) * (1 - options.PreconditionerBeta));
            r.mul_(options.PreconditionerBeta).add_(g.t().matmul(g) * (1 - options.PreconditionerBeta));
        }

        private static Tensor Basis(Tensor given, Tensor average)
        {
            var basis = given.to(float64);
            var turned = basis.t().matmul(average).matmul(basis);
            Assert.InRange((turned - turned.diag().diag()).abs().max().item<double>(), 0, 1e-5 * average.norm().item<double>());
            return basis;
        }

        private static (Tensor Basis, Tensor Order) Refresh(Tensor basis, Tensor average)
        {
            var order = basis.t().matmul(average).matmul(basis).diag().argsort(descending: true);
            return (linalg.qr(average.matmul(basis.index_select(1, order))).Item1, order);
        }
    }
}
