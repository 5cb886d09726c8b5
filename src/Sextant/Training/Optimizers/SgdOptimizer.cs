using Sextant.Models;
using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum: b = mu b + g; p -= r b (Sutskever 2013, in PyTorch's form).</summary>
internal sealed class SgdOptimizer : Optimizer
{
    private readonly double momentum;
    private readonly torch.Tensor velocity;

    public SgdOptimizer(OptimizerOptions.Sgd options, FlatParameters parameters)
        : base(parameters)
    {
        RefuseRateFactors("stochastic gradient descent");
        momentum = options.Momentum;
        velocity = NewState("momentum");
    }

    private protected override void Update(double learningRate)
    {
        using Scalar kept = momentum, step = -learningRate;
        velocity.mul_(kept).Grow(Parameters.Gradient);
        Parameters.Values.add_(velocity, step);
    }
}
