namespace Sextant.Scaling;

/// <summary>A law someone else fitted. No interval of ours belongs to it.</summary>
/// <param name="Name">As `--law` takes it.</param>
/// <param name="Law">The law.</param>
/// <param name="Convention">How its parameters and FLOPs were counted.</param>
/// <param name="Source">Paper and place.</param>
/// <param name="Range">What it was fitted to, by the paper.</param>
public sealed record PublishedLaw(string Name, ScalingLaw Law, string Convention, string Source, FittedRange Range)
{
    /// <summary>What stands where a fit of ours has its intervals.</summary>
    public const string Intervals = "none published";

    /// <summary>Large models, few tokens.</summary>
    public static PublishedLaw Kaplan { get; } = new("kaplan", new KaplanLaw(), "kaplan", "Kaplan 2020, equations 1.1 to 1.5, tables 2 and 6", KaplanRange);

    /// <summary>The rounded constants of the paper, whose optimum asks for far more tokens a parameter than the paper's own model had.</summary>
    public static PublishedLaw Chinchilla { get; } = new("chinchilla", new ParametricLaw(1.69, 406.4, 410.7, 0.34, 0.28), "hoffmann", "Hoffmann 2022, equation 10, rounded as printed", HoffmannRange);

    /// <summary>The minimum of the same objective on the points read off the paper's figure, without the five highest losses (240 points).</summary>
    public static PublishedLaw ChinchillaRefit { get; } = new("chinchilla-refit", new ParametricLaw(1.81722, 477.83, 2143.4, 0.34731, 0.36717), "hoffmann", "Hoffmann 2022, figure 4's points refitted (after Besiroglu 2024)", HoffmannRange);

    public static IReadOnlyList<PublishedLaw> All { get; } = [Kaplan, Chinchilla, ChinchillaRefit];

    /// <summary>Kaplan 2020, section 2: 768 to 1.5e9 parameters without embeddings, 22e6 to 23e9 tokens.</summary>
    private static FittedRange KaplanRange => new()
    {
        SmallestFlops = 6.0 * 768 * 22e6,
        LargestFlops = 6 * 1.5e9 * 23e9,
        SmallestParameters = 768,
        LargestParameters = 1.5e9,
        FewestTokens = 22e6,
        MostTokens = 23e9,
    };

    /// <summary>Hoffmann 2022, section 3: 70e6 to 16e9 parameters, 5e9 to 500e9 tokens, budgets up to 3e21 FLOPs.</summary>
    private static FittedRange HoffmannRange => new()
    {
        SmallestFlops = 6e18,
        LargestFlops = 3e21,
        SmallestParameters = 70e6,
        LargestParameters = 16e9,
        FewestTokens = 5e9,
        MostTokens = 500e9,
    };
}
