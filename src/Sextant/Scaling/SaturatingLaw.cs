using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>L(x) = E + A / x^alpha: a power law of one variable that levels off.</summary>
/// <param name="E">The loss that no x removes.</param>
/// <param name="A">Of the term.</param>
/// <param name="Alpha">Its exponent.</param>
public sealed record SaturatingLaw([property: JsonPropertyName("E")] double E, [property: JsonPropertyName("A")] double A, double Alpha)
{
    public double Loss(double x) => E + (A * Math.Pow(x, -Alpha));
}

/// <summary>What a law of one variable is a law of.</summary>
public enum LawVariable
{
    /// <summary>N.</summary>
    Parameters,

    /// <summary>D.</summary>
    Tokens,

    /// <summary>C: of points on the frontier, the loss that compute buys.</summary>
    Flops,
}
