using Sextant.Scaling;

namespace Sextant.Finetuning;

/// <summary>How a classifier did on labelled texts.</summary>
public sealed record ClassificationMeasures
{
    /// <summary>Texts.</summary>
    public required int Count { get; init; }

    /// <summary>The share that is classified right, 0..1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Of 95 % for the accuracy of these weights on other texts of the same kind; null of a single text.</summary>
    public Interval? AccuracyInterval => SeedMean.Of([Worth((right, said) => right == said ? 1 : 0)]).Interval;

    /// <summary>The same for the accuracy less that of always saying the most frequent class of the training texts.</summary>
    public Interval? OverMajorityInterval => SeedMean.OfDifferences([Worth((right, said) => (right == said ? 1 : 0) - (right == Majority ? 1 : 0))]).Mean.Interval;

    /// <summary>Whether <see cref="OverMajorityInterval"/> lies above zero.</summary>
    public bool IsAboveMajority => OverMajorityInterval?.Low > 0;

    /// <summary>The share that one would get right by always saying the most frequent class of the training texts, 0..1.</summary>
    public required double MajorityAccuracy { get; init; }

    /// <summary>Which class that is, in the order of the classes.</summary>
    public required int Majority { get; init; }

    /// <summary>Mean over the classes of F1, 0..1; a class that is neither there nor ever said is left out.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Mean cross-entropy, nats a text.</summary>
    public required double Loss { get; init; }

    /// <summary>In the order of the classes.</summary>
    public required IReadOnlyList<ClassMeasures> Classes { get; init; }

    /// <summary>How many texts of each class (row) were said to be of each class (column).</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <param name="names">Of the classes.</param>
    /// <param name="probabilities">A row of so many for each text.</param>
    /// <param name="expected">The class of each text.</param>
    /// <param name="majority">The most frequent class of the training texts.</param>
    public static ClassificationMeasures Of(IReadOnlyList<string> names, IReadOnlyList<double[]> probabilities, IReadOnlyList<int> expected, int majority)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(expected.Count, probabilities.Count);
        ArgumentOutOfRangeException.ThrowIfZero(expected.Count);
        int[][] confusion = [.. names.Select(_ => new int[names.Count])];
        double nats = 0;
        foreach (var (row, right) in probabilities.Zip(expected))
        {
            confusion[right][MostLikely(row)]++;
            nats -= Math.Log(Math.Max(row[right], double.Epsilon));
        }

        ClassMeasures[] classes = [.. names.Select((name, c) => ClassMeasures.Of(name, confusion[c][c], confusion[c].Sum(), confusion.Sum(row => row[c])))];
        return new ClassificationMeasures
        {
            Count = expected.Count,
            Accuracy = classes.Sum(c => c.Right) / (double)expected.Count,
            Majority = majority,
            MajorityAccuracy = confusion[majority].Sum() / (double)expected.Count,
            MacroF1 = classes.Where(c => c.F1 is not null).Average(c => c.F1!.Value),
            Loss = nats / expected.Count,
            Classes = classes,
            Confusion = confusion,
        };
    }

    private double[] Worth(Func<int, int, double> of) =>
        [.. Confusion.SelectMany((row, right) => row.SelectMany((count, said) => Enumerable.Repeat(of(right, said), count)))];

    /// <summary>The class of the highest probability, the first of equals.</summary>
    public static int MostLikely(ReadOnlySpan<double> probabilities)
    {
        int best = 0;
        for (int c = 1; c < probabilities.Length; c++)
        {
            best = probabilities[c] > probabilities[best] ? c : best;
        }

        return best;
    }
}

/// <summary>How a classifier did on one class.</summary>
/// <param name="Name">Of the class.</param>
/// <param name="Support">Texts of it.</param>
/// <param name="Said">Texts that were said to be of it.</param>
/// <param name="Right">Texts of it that were said to be.</param>
/// <param name="Precision">Right over said; null where it was never said.</param>
/// <param name="Recall">Right over support; null where there are none.</param>
/// <param name="F1">2 right / (said + support); null where it is neither there nor ever said.</param>
public sealed record ClassMeasures(string Name, int Support, int Said, int Right, double? Precision, double? Recall, double? F1)
{
    internal static ClassMeasures Of(string name, int right, int support, int said) => new(
        name,
        support,
        said,
        right,
        said == 0 ? null : right / (double)said,
        support == 0 ? null : right / (double)support,
        said + support == 0 ? null : 2.0 * right / (said + support));
}
