namespace Sextant.Scaling;

/// <summary>
/// The cheapest way to a loss when the model will also be used: 6 N D for training and 2 N a token served (Sardana 2024, "Beyond
/// Chinchilla-optimal"). A smaller model is trained on more tokens than training alone would ask for.
/// </summary>
public sealed record ServingPlan
{
    /// <summary>Tokens that the model will read and write in its life.</summary>
    public required double ServedTokens { get; init; }

    /// <summary>The loss to reach: that of the plan which heeds training alone.</summary>
    public required double Loss { get; init; }

    /// <summary>N.</summary>
    public required double Parameters { get; init; }

    /// <summary>D.</summary>
    public required double Tokens { get; init; }

    /// <summary>6 N D.</summary>
    public double TrainingFlops => 6 * Parameters * Tokens;

    /// <summary>2 N for each token served.</summary>
    public double ServingFlops => 2 * Parameters * ServedTokens;

    /// <summary>FLOPs of training and serving together, less than by the plan which heeds training alone.</summary>
    public required double SavedFlops { get; init; }

    /// <summary>Of the FLOPs of that plan, 0..1.</summary>
    public required double SavedShare { get; init; }

    /// <summary>
    /// The model that reaches the optimal loss for <paramref name="flops"/> of training at the least 6 N D + 2 N <paramref name="served"/>. On the curve
    /// of that loss D falls as N grows, dD/dN = -(D/N) alpha A N^-alpha / (beta B D^-beta); the minimum is where 6 D + 6 N dD/dN + 2 served = 0, by bisection.
    /// </summary>
    /// <exception cref="ArgumentException">FLOPs or tokens are not positive and finite.</exception>
    public static ServingPlan Of(ParametricLaw law, double flops, double served)
    {
        if (!(flops > 0 && double.IsFinite(flops) && served > 0 && double.IsFinite(served)))
        {
            throw new ArgumentException("FLOPs and served tokens are numbers above 0.");
        }

        var training = law.Optimum(flops);
        double reducible = training.Loss - law.E;
        double Tokens(double n) => Math.Pow(law.B / (reducible - (law.A * Math.Pow(n, -law.Alpha))), 1 / law.Beta);
        double Slope(double n)
        {
            double ofParameters = law.Alpha * law.A * Math.Pow(n, -law.Alpha), ofTokens = law.Beta * (reducible - (law.A * Math.Pow(n, -law.Alpha)));
            return ofTokens > 0 && Tokens(n) is double d && double.IsFinite(d) ? (6 * d * (1 - (ofParameters / ofTokens))) + (2 * served) : double.NegativeInfinity;
        }

        // Below this N no number of tokens reaches the loss.
        double low = Math.Log(law.A / reducible) / law.Alpha, high = Math.Log(training.Parameters);
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Slope(Math.Exp(middle)) < 0 ? (middle, high) : (low, middle);
        }

        double parameters = Math.Exp(high), tokens = Tokens(parameters);
        double alone = flops + (2 * training.Parameters * served), together = (6 * parameters * tokens) + (2 * parameters * served);
        return new ServingPlan
        {
            ServedTokens = served,
            Loss = training.Loss,
            Parameters = parameters,
            Tokens = tokens,
            SavedFlops = alone - together,
            SavedShare = 1 - (together / alone),
        };
    }
}
