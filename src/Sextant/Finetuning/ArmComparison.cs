using MathNet.Numerics.Distributions;
using Sextant.Scaling;

namespace Sextant.Finetuning;

/// <summary>
/// The mean over seeds and examples of what each example was worth (1 right, 0 wrong; or the difference of two arms), with an interval that takes both as drawn: other
/// seeds and other examples of the same kind. Two-way random effects (the mean squares of Hillis 2007, "A comparison of denominator degrees of freedom methods for
/// multiple observer ROC analysis"), but the margins of seeds and of examples are taken by their own degrees of freedom and added in quadrature: one number of degrees of
/// freedom for both (his equation 11) covers too little where there are two or three seeds. Over examples alone where there is one seed, and then of this seed alone.
/// </summary>
public sealed record SeedMean
{
    private const double Level = 0.95;

    private SeedMean()
    {
    }

    /// <summary>Over all.</summary>
    public required double Value { get; init; }

    /// <summary>Of 95 %; null where there are too few examples for one.</summary>
    public required Interval? Interval { get; init; }

    /// <summary>Over the examples, seed by seed.</summary>
    public required IReadOnlyList<double> PerSeed { get; init; }

    /// <param name="worth">A row for each seed, of as many examples each, in the same order.</param>
    public static SeedMean Of(IReadOnlyList<double[]> worth)
    {
        int seeds = worth.Count, examples = worth[0].Length;
        double[] perSeed = [.. worth.Select(row => row.Average())];
        double[] perExample = [.. Enumerable.Range(0, examples).Select(e => worth.Average(row => row[e]))];
        double mean = perSeed.Average();
        return new SeedMean { Value = mean, PerSeed = perSeed, Interval = examples < 2 ? null : IntervalOf(worth, mean, perSeed, perExample, seeds, examples) };
    }

    private static Interval IntervalOf(IReadOnlyList<double[]> worth, double mean, double[] perSeed, double[] perExample, int seeds, int examples)
    {
        double byExample = seeds * perExample.Sum(e => (e - mean) * (e - mean)) / (examples - 1);
        if (seeds == 1)
        {
            return Around(mean, Squared(examples - 1) * byExample / examples);
        }

        double bySeed = examples * perSeed.Sum(s => (s - mean) * (s - mean)) / (seeds - 1);
        double rest = 0;
        for (int s = 0; s < seeds; s++)
        {
            for (int e = 0; e < examples; e++)
            {
                double left = worth[s][e] - perSeed[s] - perExample[e] + mean;
                rest += left * left;
            }
        }

        int restFreedom = (seeds - 1) * (examples - 1);
        rest /= restFreedom;
        double ofSeeds = Math.Max(Squared(seeds - 1) * bySeed, Squared(restFreedom) * rest); // seeds that came out alike by chance are no surer than what is left to chance
        double ofExamples = Squared(examples - 1) * Math.Max(byExample - rest, 0);
        return Around(mean, (ofSeeds + ofExamples) / ((double)seeds * examples));
    }

    private static Interval Around(double mean, double squaredMargin)
    {
        double half = Math.Sqrt(squaredMargin);
        return new Interval(mean - half, mean + half, Level);
    }

    /// <summary>Student's two-sided quantile at the level, squared.</summary>
    private static double Squared(int freedom)
    {
        double t = Student.Reach(freedom, Level);
        return t * t;
    }
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
    /// <summary>Whether the interval of the difference leaves zero out.</summary>
    public bool IsShown => Difference.Interval is { Low: double low, High: double high } && (low > 0 || high < 0);

    /// <param name="first">Name and, for each seed, whether each example was right.</param>
    /// <param name="second">The same of another arm: as many seeds and examples, in the same order.</param>
    /// <exception cref="ArgumentException">They are not of the same seeds and examples.</exception>
    public static ArmComparison Of((string Name, IReadOnlyList<bool[]> Right) first, (string Name, IReadOnlyList<bool[]> Right) second)
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
        return new ArmComparison(first.Name, second.Name, SeedMean.Of(differences), firstOnly, secondOnly, first.Right.Count == 1 ? Exact(firstOnly, secondOnly) : null);
    }

    private static double Exact(int a, int b) => a + b == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, a + b, Math.Min(a, b)));
}
