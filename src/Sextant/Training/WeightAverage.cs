using TorchSharp;

namespace Sextant.Training;

/// <summary>
/// An exponential moving average of the weights, a = d a + (1 - d) w after each update (an exponential form of
/// Polyak and Juditsky 1992), with d = min(decay, (1 + n) / (10 + n)) at update n so that the start is soon forgotten.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private readonly FlatParameters parameters;
    private readonly double decay;

    /// <param name="parameters">What to average.</param>
    /// <param name="decay">The weight of the old value, 0..1.</param>
    public WeightAverage(FlatParameters parameters, double decay)
    {
        this.parameters = parameters;
        this.decay = decay;
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        Values = parameters.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>The average, laid out as <see cref="FlatParameters.Values"/>. To restore it, copy into this tensor.</summary>
    public torch.Tensor Values { get; }

    /// <summary>Takes in the weights after update n, counted from 1.</summary>
    public void Update(long steps)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        double share = Math.Min(decay, (1.0 + steps) / (10 + steps));
        using Scalar kept = share, rest = 1 - share;
        Values.mul_(kept);
        Values.add_(parameters.Values, rest);
    }

    /// <summary>Exchanges the module's weights and the average: before an evaluation, and again after it.</summary>
    public void Swap()
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var weights = parameters.Values.clone();
        parameters.Values.copy_(Values);
        Values.copy_(weights);
    }

    public void Dispose() => Values.Dispose();
}
