using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;
using Sextant.Scaling;

namespace Sextant.Finetuning;

/// <summary>
/// The mean over seeds and examples of what each example was worth (1 right, 0 wrong; or the difference of two arms), with an interval that takes both as drawn: other
/// seeds and other examples of the same kind. Two-way random effects (the mean squares of Hillis 2007, "A comparison of denominator degrees of freedom methods for
/// multiple observer ROC analysis"), but the margins of seeds and of examples are taken by their own degrees of freedom and added in quadrature: one number of degrees of
/// freedom for both (his equation 11) covers too little where there are two or three seeds. Over examples alone where there is one seed, and then of this seed alone.
/// Ends stay within what is possible. Where every example was worth the same, so that nothing varies, the interval is that of Wilson 1927 for a share of none.
/// </summary>
public sealed record SeedMean
{
    private const double Level = 0.95;

    [JsonConstructor]
    private SeedMean()
    {
    }

    /// <summary>Over all.</summary>
    public required double Value { get; init; }

    /// <summary>Of 95 %; null where there are too few examples for one.</summary>
    public required Interval? Interval { get; init; }

    /// <summary>Over the examples, seed by seed.</summary>
    public required IReadOnlyList<double> PerSeed { get; init; }

    /// <param name="worth">A row for each seed, of as many examples each, in the same order: 0 to 1.</param>
    public static SeedMean Of(IReadOnlyList<double[]> worth) => Of(worth, lowest: 0).Mean;

    /// <summary>The same of differences, which lie between -1 and 1, with how unlikely so large a one is where there is none.</summary>
    /// <param name="worth">A row for each seed, of as many examples each, in the same order: -1 to 1.</param>
    internal static (SeedMean Mean, Func<double?> P) OfDifferences(IReadOnlyList<double[]> worth) => Of(worth, lowest: -1);

    private static (SeedMean Mean, Func<double?> P) Of(IReadOnlyList<double[]> worth, double lowest)
    {
        int seeds = worth.Count, examples = worth[0].Length;
        double[] perSeed = [.. worth.Select(row => row.Average())];
        double[] perExample = [.. Enumerable.Range(0, examples).Select(e => worth.Average(row => row[e]))];
        double mean = perSeed.Average();
        var margin = examples < 2 ? null : SeedMargin.Of(worth, mean, perSeed, perExample, lowest);
        return (new SeedMean { Value = mean, PerSeed = perSeed, Interval = margin is null ? null : Around(mean, margin.Half(Level), lowest) }, () => margin?.P(mean));
    }

    private static Interval Around(double mean, double half, double lowest) => new(Math.Max(mean - half, lowest), Math.Min(mean + half, 1), Level);
}

/// <summary>Two arms on the same examples with the same seeds.</summary>
/// <param name="First">Name of an arm.</param>
/// <param name="Second">Name of another.</param>
/// <param name="Difference">Accuracy of the first less that of the second.</param>
/// <param name="FirstOnly">Examples, over all seeds, that the first alone got right.</param>
/// <param name="SecondOnly">That the second alone got right.</param>
/// <param name="McNemar">Two-sided exact p of as uneven a share of these (McNemar 1947), where there is one seed; null for several, whose examples come again.</param>
public sealed record ArmComparison(string First, string Second, SeedMean Difference, int FirstOnly, int SecondOnly, double? McNemar)
{
    private const double Together = 0.05;

    /// <summary>Whether the interval of the difference leaves zero out; with one seed whether the exact p is below .05.</summary>
    public bool IsShown => McNemar is double p ? p < 0.05 : Difference.Interval is { Low: double low, High: double high } && (low > 0 || high < 0);

    /// <summary>Two-sided p of so large a difference where there is none, from the same margins as the interval, or McNemar's where there is one seed; null where there is none or where it was not asked for.</summary>
    public double? P { get; init; }

    /// <summary>Whether the difference is shown at 5 % over all comparisons of the list together (Holm 1979, "A simple sequentially rejective multiple test procedure").</summary>
    public bool ShownAfterHolm { get; init; }

    /// <summary>Comparisons with their p and what of them is shown together.</summary>
    internal static IReadOnlyList<ArmComparison> AfterHolm(IEnumerable<(ArmComparison Comparison, Func<double?> P)> list)
    {
        ArmComparison[] comparisons = [.. list.Select(of => of.Comparison with { P = of.P() })];
        int left = comparisons.Length;
        foreach (int i in Enumerable.Range(0, comparisons.Length).OrderBy(i => comparisons[i].P ?? 1).ToArray())
        {
            if (!(comparisons[i].P <= Together / left--))
            {
                break;
            }

            comparisons[i] = comparisons[i] with { ShownAfterHolm = true };
        }

        return comparisons;
    }

    /// <param name="first">Name and, for each seed, whether each example was right.</param>
    /// <param name="second">The same of another arm: as many seeds and examples, in the same order.</param>
    /// <exception cref="ArgumentException">They are not of the same seeds and examples.</exception>
    public static ArmComparison Of((string Name, IReadOnlyList<bool[]> Right) first, (string Name, IReadOnlyList<bool[]> Right) second) => WithP(first, second).Comparison;

    /// <summary>The same, and its p, which takes a while.</summary>
    internal static (ArmComparison Comparison, Func<double?> P) WithP((string Name, IReadOnlyList<bool[]> Right) first, (string Name, IReadOnlyList<bool[]> Right) second)
    {
        if (first.Right.Count == 0 || first.Right.Count != second.Right.Count || first.Right.Concat(second.Right).Any(row => row.Length != first.Right[0].Length))
        {
            throw new ArgumentException("Arms are compared on the same examples with the same seeds.", nameof(second));
        }

        int firstOnly = 0, secondOnly = 0;
        double[][] differences = [.. first.Right.Zip(second.Right, (a, b) => a.Zip(b, (x, y) =>
        {
            firstOnly += x && !y ? 1 : 0;
            secondOnly += y && !x ? 1 : 0;
            return (x ? 1.0 : 0) - (y ? 1 : 0);
        }).ToArray())];
        var (difference, p) = SeedMean.OfDifferences(differences);
        double? exact = first.Right.Count == 1 ? Exact(firstOnly, secondOnly) : null;
        return (new ArmComparison(first.Name, second.Name, difference, firstOnly, secondOnly, exact), exact is null ? p : () => exact);
    }

    private static double Exact(int a, int b) => a + b == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, a + b, Math.Min(a, b)));
}
