namespace Sextant.Scaling;

/// <summary>A law someone else fitted. No interval of ours belongs to it.</summary>
/// <param name="Name">As `--law` takes it.</param>
/// <param name="Law">The law.</param>
/// <param name="Convention">How its parameters and FLOPs were counted.</param>
/// <param name="Source">Paper and place.</param>
public sealed record PublishedLaw(string Name, ScalingLaw Law, string Convention, string Source)
{
    /// <summary>What stands where a fit of ours has its intervals.</summary>
    public const string Intervals = "none published";

    /// <summary>Large models, few tokens.</summary>
    public static PublishedLaw Kaplan { get; } = new("kaplan", new KaplanLaw(), "kaplan", "Kaplan 2020, equations 1.1 to 1.5, tables 2 and 6");

    /// <summary>The rounded constants of the paper, whose optimum asks for far more tokens a parameter than the paper's own model had.</summary>
    public static PublishedLaw Chinchilla { get; } = new("chinchilla", new ParametricLaw(1.69, 406.4, 410.7, 0.34, 0.28), "hoffmann", "Hoffmann 2022, equation 10, rounded as printed");

    /// <summary>The minimum of the same objective on the points read off the paper's figure, without the five highest losses (240 points).</summary>
    public static PublishedLaw ChinchillaRefit { get; } = new("chinchilla-refit", new ParametricLaw(1.81722, 477.83, 2143.4, 0.34731, 0.36717), "hoffmann", "Hoffmann 2022, figure 4's points refitted (after Besiroglu 2024)");

    public static IReadOnlyList<PublishedLaw> All { get; } = [Kaplan, Chinchilla, ChinchillaRefit];
}
