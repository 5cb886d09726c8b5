using Sextant.Models;
using TorchSharp;

namespace Sextant.Training;

/// <summary>Updates <see cref="FlatParameters"/> from their gradient, as torch.optim's optimiser of the same name would.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly Dictionary<string, torch.Tensor> state = [];

    private protected Optimizer(FlatParameters parameters) => Parameters = parameters;

    public FlatParameters Parameters { get; }

    /// <summary>Updates made; Adam's bias correction depends on it. Set it when state is restored.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// Moments by name, each laid out as <see cref="FlatParameters.Values"/>. To restore them, copy into these tensors.
    /// </summary>
    public IReadOnlyDictionary<string, torch.Tensor> State => state;

    public static Optimizer Create(OptimizerOptions options, FlatParameters parameters) => options switch
    {
        OptimizerOptions.AdamW o => new AdamOptimizer(o, o.WeightDecay, parameters),
        OptimizerOptions.Adam o => new AdamOptimizer(o, 0, parameters),
        OptimizerOptions.Sgd o => new SgdOptimizer(o, parameters),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    /// <summary>One update at this learning rate; the gradient is left as it is.</summary>
    public void Step(double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        Steps++;
        Update(learningRate);
    }

    public void Dispose()
    {
        foreach (var tensor in state.Values)
        {
            tensor.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract void Update(double learningRate);

    private protected torch.Tensor NewState(string name) =>
        state[name] = torch.zeros_like(Parameters.Values).DetachFromDisposeScope();
}

/// <summary>Stochastic gradient descent with momentum: b = mu b + g; p -= r b (Sutskever 2013, in PyTorch's form).</summary>
internal sealed class SgdOptimizer : Optimizer
{
    private readonly double momentum;
    private readonly torch.Tensor velocity;

    public SgdOptimizer(OptimizerOptions.Sgd options, FlatParameters parameters)
        : base(parameters)
    {
        if (parameters.Slices.FirstOrDefault(slice => slice.RateFactor != 1) is { } scaled)
        {
            throw new ArgumentException($"{scaled.Name} has a learning rate of its own by the rules for Adam; stochastic gradient descent has others.", nameof(parameters));
        }

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
