using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>Loss as a function of parameters and tokens, and the allocation of compute that follows from it. N in parameters, D in tokens, C in FLOPs, loss in nats a token.</summary>
public abstract record ScalingLaw
{
    private protected ScalingLaw()
    {
    }

    /// <summary>a in N* ~ C^a.</summary>
    [JsonIgnore]
    public abstract double Exponent { get; }

    public abstract double Loss(double parameters, double tokens);

    /// <summary>How <paramref name="flops"/> are best spent by this law, where C = 6 N D.</summary>
    public abstract Allocation Optimum(double flops);

    /// <summary><paramref name="flops"/> spent on a model of <paramref name="share"/> times the optimal parameters, C = 6 N D: the loss away from the valley's floor.</summary>
    public Allocation Beside(double flops, double share) => At(flops, Optimum(flops).Parameters * share);

    /// <summary>All of <paramref name="flops"/> on a model of this size, C = 6 N D.</summary>
    public Allocation At(double flops, double parameters)
    {
        double tokens = flops / 6 / parameters;
        return new Allocation(flops, parameters, tokens, Loss(parameters, tokens));
    }
}

/// <summary>Compute spent on a model and its data.</summary>
/// <param name="Flops">C.</param>
/// <param name="Parameters">N.</param>
/// <param name="Tokens">D.</param>
/// <param name="Loss">Predicted, nats a token.</param>
public sealed record Allocation(double Flops, double Parameters, double Tokens, double Loss)
{
    /// <summary>D / N.</summary>
    [JsonIgnore]
    public double TokensPerParameter => Tokens / Parameters;
}
