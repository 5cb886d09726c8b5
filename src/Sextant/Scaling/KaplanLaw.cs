using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>
/// The laws of Kaplan 2020, whose parameters leave out embeddings and the output layer: L(N) = (N_c / N)^alpha_N, L(D) = (D_c / D)^alpha_D
/// (equations 1.1 and 1.2), L(N, D) = [(N_c' / N)^(alpha_N / alpha_D') + D_c' / D]^alpha_D' (equation 1.5, constants of table 2), and
/// compute-efficient growth N ~ C^.73, D ~ C^.27 (table 6). It has no irreducible loss, so that it cannot hold far beyond its data.
/// </summary>
public sealed record KaplanLaw : ScalingLaw
{
    /// <summary>FLOPs of a petaflop/s held for a day, the unit of the paper's compute.</summary>
    private const double PetaflopDay = 8.64e19;

    [JsonIgnore]
    public override double Exponent => 0.73;

    /// <summary>The batch beyond which more examples an update stop paying, in tokens: 2e8 / L^(1/.21) (equation 1.4).</summary>
    public static double CriticalBatch(double loss) => 2e8 / Math.Pow(loss, 1 / 0.21);

    /// <summary>Trained to convergence on data without end (equation 1.1).</summary>
    public static double LossOfParameters(double parameters) => Math.Pow(8.8e13 / parameters, 0.076);

    /// <summary>A model large enough, stopped early (equation 1.2).</summary>
    public static double LossOfTokens(double tokens) => Math.Pow(5.4e13 / tokens, 0.095);

    public override double Loss(double parameters, double tokens) =>
        Math.Pow(Math.Pow(6.4e13 / parameters, 0.076 / 0.103) + (1.8e13 / tokens), 0.103);

    /// <summary>N = 1.3e9 (C / PF-day)^.73 (table 6), D = C / 6N. The growth is the paper's; its level assumes batches far below the critical one.</summary>
    public override Allocation Optimum(double flops) => At(flops, 1.3e9 * Math.Pow(flops / PetaflopDay, Exponent));
}
