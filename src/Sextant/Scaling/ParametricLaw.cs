using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>L(N, D) = E + A / N^alpha + B / D^beta (Hoffmann 2022, equation 2 and approach 3).</summary>
/// <param name="E">The loss that neither size nor data removes.</param>
/// <param name="A">Of the parameters' term.</param>
/// <param name="B">Of the tokens' term.</param>
/// <param name="Alpha">Exponent of the parameters.</param>
/// <param name="Beta">Exponent of the tokens.</param>
public sealed record ParametricLaw(
    [property: JsonPropertyName("E")] double E,
    [property: JsonPropertyName("A")] double A,
    [property: JsonPropertyName("B")] double B,
    double Alpha,
    double Beta) : ScalingLaw
{
    /// <summary>beta / (alpha + beta).</summary>
    [JsonIgnore]
    public override double Exponent => Beta / (Alpha + Beta);

    public override double Loss(double parameters, double tokens) =>
        E + (A * Math.Pow(parameters, -Alpha)) + (B * Math.Pow(tokens, -Beta));

    /// <summary>N* = G (C/6)^a, D* = (C/6) / N*, G = (alpha A / (beta B))^(1 / (alpha + beta)) (Hoffmann 2022, equation 4).</summary>
    public override Allocation Optimum(double flops)
    {
        double scale = Math.Pow(Alpha * A / (Beta * B), 1 / (Alpha + Beta));
        return At(flops, scale * Math.Pow(flops / 6, Exponent));
    }
}
