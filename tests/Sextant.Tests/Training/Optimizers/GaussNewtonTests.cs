using Sextant.Models;
using Sextant.Tests.Models;
using Sextant.Training.Optimizers;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Training.Optimizers;

public sealed class GaussNewtonTests
{
    [Fact]
    public void On_a_quadratic_one_step_lands_on_the_minimum()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = (Double(nn.Linear(4, 3)), Drawn(1, 30, 4), Drawn(2, 30, 3));
        var newton = new GaussNewton(model.parameters()) { Damping = 0, Tolerance = 1e-12 };

        var step = newton.Step(() => model.call(x), z => z.sub(y).square().mean());

        var design = cat([x, ones(30, 1, dtype: float64)], 1);
        var best = linalg.lstsq(design, y).Solution;
        Assert.True(step.IsTaken);
        Assert.Equal(design.matmul(best).sub(y).square().mean().item<double>(), step.LossAfter, 1e-12);
        Assert.Equal(step.LossAfter - step.LossBefore, step.Foretold, 1e-12);
        Assert.InRange((model.parameters().First().t() - best.narrow(0, 0, 4)).abs().max().item<double>(), 0, 1e-9);
    }

    [Theory]
    [InlineData("squares")]
    [InlineData("softmax")]
    public void A_product_is_that_of_the_dense_matrix(string kind)
    {
        using var scope = NewDisposeScope();
        var (model, x, loss) = Problem(kind);
        Tensor[] parameters = [.. model.parameters()];
        long count = parameters.Sum(p => p.numel());
        var direction = Drawn(9, count);
        var z = model.call(x);
        var flat = z.reshape(-1);
        var jacobian = stack([.. Enumerable.Range(0, (int)flat.numel()).Select(i => Joined(autograd.grad([flat[i]], parameters, retain_graph: true)))]); // [M, N]
        var fixedOutputs = z.detach().requires_grad_(true);
        var slope = autograd.grad([loss(fixedOutputs)], [fixedOutputs], retain_graph: true, create_graph: true)[0].reshape(-1);
        var hessian = stack([.. Enumerable.Range(0, (int)slope.numel()).Select(i => autograd.grad([slope[i]], [fixedOutputs], retain_graph: true)[0].reshape(-1))]); // [M, M]
        var dense = jacobian.t().matmul(hessian).matmul(jacobian);

        var product = new GaussNewton(parameters).Product(() => model.call(x), loss, direction);

        Assert.InRange((dense.matmul(direction) - product).abs().max().item<double>(), 0, 1e-12);
        Assert.InRange(dense.norm().item<double>(), 1e-2, 1e3);
    }

    [Theory]
    [InlineData("squares")]
    [InlineData("softmax")]
    public void Twenty_steps_go_lower_than_three_hundred_of_gradient_descent_at_the_best_of_its_rates(string kind)
    {
        using var scope = NewDisposeScope();
        double descent = new[] { 0.03, 0.1, 0.3, 1, 3, 10 }.Min(Descended);
        var (model, x, loss) = Problem(kind);
        var newton = new GaussNewton(model.parameters());
        var steps = Enumerable.Range(0, 20).Select(_ => newton.Step(() => model.call(x), loss)).ToList();

        Assert.All(steps, step => Assert.InRange(step.LossAfter, 0, step.LossBefore));
        Assert.InRange(steps[^1].LossAfter, 0, 0.9 * descent);

        double Descended(double rate)
        {
            var (plain, x, loss) = Problem(kind);
            for (int i = 0; i < 300; i++)
            {
                using var inner = NewDisposeScope();
                plain.zero_grad();
                loss(plain.call(x)).backward();
                using (no_grad())
                {
                    foreach (var p in plain.parameters())
                    {
                        p.sub_(rate * p.grad!);
                    }
                }
            }

            double end = loss(plain.call(x)).item<double>();
            return double.IsFinite(end) ? end : double.PositiveInfinity;
        }
    }

    [Fact]
    public void A_step_that_would_raise_the_loss_is_undone_and_the_damping_grows()
    {
        using var scope = NewDisposeScope();
        var angle = tensor(1.2, float64).requires_grad_(true);
        var newton = new GaussNewton([angle]) { Damping = 1e-9 };

        // Newton's step for sin(x) = 0 goes from 1.2 to 1.2 - tan(1.2) = -1.37, where sin is larger.
        var step = newton.Step(() => angle.sin() * 3, z => z.square().sum());

        Assert.False(step.IsTaken);
        Assert.Equal(step.LossBefore, step.LossAfter);
        Assert.Equal(1.2, angle.item<double>(), 1e-12);
        Assert.Equal(1.5e-9, newton.Damping, 1e-15);
    }

    [Theory]
    [InlineData("course decoder")]
    [InlineData("modern decoder")]
    public void A_module_without_second_derivatives_is_refused(string name)
    {
        using var scope = NewDisposeScope();
        using var model = SequenceModels.Create(Examples.Options[name], Examples.Vocabulary, 1);
        using var batch = Examples.Batch(encoder: false);
        var newton = new GaussNewton(model.parameters());

        Assert.Throws<NotSupportedException>(() => newton.Step(() => model.Logits(batch), z => nn.functional.cross_entropy(z, batch.Expected)));
    }

    [Fact]
    public void A_linear_loss_and_a_parameter_without_a_part_are_refused()
    {
        using var scope = NewDisposeScope();
        var (model, other, x) = (Double(nn.Linear(4, 3)), Double(nn.Linear(4, 3)), Drawn(1, 5, 4));

        Assert.Throws<NotSupportedException>(() => new GaussNewton(model.parameters()).Step(() => model.call(x), z => z.mean()));
        Assert.Throws<ArgumentException>(() => new GaussNewton(model.parameters().Concat(other.parameters())).Step(() => model.call(x), z => z.square().mean()));
    }

    [Fact]
    public void No_tensor_stays_alive()
    {
        var (model, x, loss) = Problem("softmax");
        var newton = new GaussNewton(model.parameters());
        newton.Step(() => model.call(x), loss);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            newton.Step(() => model.call(x), loss);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static (nn.Module<Tensor, Tensor> Model, Tensor X, Func<Tensor, Tensor> Loss) Problem(string kind)
    {
        manual_seed(4);
        var model = Double(nn.Sequential(("in", nn.Linear(5, 6)), ("act", nn.Tanh()), ("out", nn.Linear(6, 3))));
        Tensor x = Drawn(1, 40, 5) * logspace(-1, 1, 5, dtype: float64), y = x.narrow(1, 1, 3).sin();
        var classes = y.argmax(1);
        return (model, x, kind == "squares" ? z => z.sub(y).square().mean() : z => nn.functional.cross_entropy(z, classes));
    }

    private static nn.Module<Tensor, Tensor> Double(nn.Module<Tensor, Tensor> module) => module.to(float64);

    private static Tensor Drawn(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed, CPU);
        return randn(shape, float64, generator: generator);
    }

    private static Tensor Joined(IEnumerable<Tensor> parts) => cat([.. parts.Select(part => part.reshape(-1))], 0);
}
