using Sextant.Training.Optimizers;
using TorchSharp;

namespace Sextant.Training;

/// <summary>Updates <see cref="FlatParameters"/> from their gradient; those that torch.optim has, as it would.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly Dictionary<string, torch.Tensor> state = [];

    private protected Optimizer(FlatParameters parameters) => Parameters = parameters;

    public FlatParameters Parameters { get; }

    /// <summary>Updates made; bias corrections and what is refreshed now and then depend on it. Set it when state is restored.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// Everything but <see cref="Steps"/> that the next update depends on, by name: moments, laid out as <see cref="FlatParameters.Values"/>, and what an optimiser keeps of
    /// whole matrices, in shapes of its own. To restore it, copy into these tensors.
    /// </summary>
    public IReadOnlyDictionary<string, torch.Tensor> State => state;

    /// <summary>
    /// FLOPs of the matrix products and factorisations of one update, the mean over many; 0 where there are none, as training counts no more than products either. They
    /// are no part of a run's FLOPs.
    /// </summary>
    public virtual double FlopsPerStep => 0;

    public static Optimizer Create(OptimizerOptions options, FlatParameters parameters) => options switch
    {
        OptimizerOptions.AdamW o => new AdamOptimizer(o, o.WeightDecay, parameters),
        OptimizerOptions.Adam o => new AdamOptimizer(o, 0, parameters),
        OptimizerOptions.Sgd o => new SgdOptimizer(o, parameters),
        OptimizerOptions.Muon o => new MuonOptimizer(o, parameters),
        OptimizerOptions.Soap o => new SoapOptimizer(o, parameters),
        OptimizerOptions.Shampoo o => new ShampooOptimizer(o, parameters),
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

        Release();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Update(double learningRate);

    /// <summary>Lets go of tensors that are no state.</summary>
    private protected virtual void Release()
    {
    }

    /// <summary>Zeros, of the layout of the parameters or of a shape of its own.</summary>
    private protected torch.Tensor NewState(string name, params long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        var zeros = shape.Length == 0 ? torch.zeros_like(Parameters.Values) : torch.zeros(shape, device: Parameters.Values.device);
        return state[name] = zeros.DetachFromDisposeScope();
    }

    /// <exception cref="ArgumentException">The maximal update's factors, which are Adam's, are asked of another optimiser.</exception>
    private protected void RefuseRateFactors(string name)
    {
        if (Parameters.Slices.FirstOrDefault(slice => slice.RateFactor != 1) is { } scaled)
        {
            throw new ArgumentException($"{scaled.Name} has a learning rate of its own by the rules for Adam; {name} has others.");
        }
    }
}
