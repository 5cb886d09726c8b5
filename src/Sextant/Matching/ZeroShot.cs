using Sextant.Finetuning;

namespace Sextant.Matching;

/// <summary>Pictures classified by the names of classes alone (Radford 2021, section 3.1).</summary>
public sealed record ZeroShot
{
    /// <summary>What stands for the label in a template.</summary>
    public const string Place = "{}";

    /// <summary>The template where none is given.</summary>
    public const string UsualTemplate = "a photo of a {}";

    public required IReadOnlyList<string> Labels { get; init; }

    public required IReadOnlyList<string> Templates { get; init; }

    /// <summary>What cosines are divided by before the softmax over the labels.</summary>
    public required double Temperature { get; init; }

    /// <summary>For each picture of the gallery the probability of each label.</summary>
    public required IReadOnlyList<double[]> Probabilities { get; init; }

    /// <summary>For each picture of the gallery its cosine with each label.</summary>
    public required IReadOnlyList<double[]> Cosines { get; init; }

    /// <summary>What one gets right by guessing among the labels, 0..1.</summary>
    public double Chance => 1.0 / Labels.Count;

    /// <summary>Of each label, in their order, how many pictures it fits best.</summary>
    public IReadOnlyList<(string Label, int Pictures)> Counts
    {
        get
        {
            int[] pictures = new int[Labels.Count];
            foreach (double[] row in Probabilities)
            {
                pictures[ClassificationMeasures.MostLikely(row)]++;
            }

            return [.. Labels.Zip(pictures)];
        }
    }

    /// <summary>Features of classes: of each label the mean over the templates of the features of norm 1, brought to norm 1 again.</summary>
    /// <param name="labels">Names of classes.</param>
    /// <param name="templates">Each with {} where the label goes.</param>
    /// <param name="texts">Features of texts.</param>
    /// <exception cref="ArgumentException">A template has no place for the label.</exception>
    public static FeatureTable Classes(IReadOnlyList<string> labels, IReadOnlyList<string> templates, Func<IReadOnlyList<string>, FeatureTable> texts)
    {
        if (templates.Count == 0 || templates.FirstOrDefault(template => !template.Contains(Place, StringComparison.Ordinal)) is not null)
        {
            throw new ArgumentException($"Templates have {Place} where the label goes, one or more of them.", nameof(templates));
        }

        var features = texts([.. labels.SelectMany(label => templates.Select(template => template.Replace(Place, label, StringComparison.Ordinal)))]);
        if (templates.Count == 1)
        {
            return features;
        }

        float[] sums = new float[labels.Count * features.Width];
        for (int row = 0; row < features.Rows; row++)
        {
            var sum = sums.AsSpan(row / templates.Count * features.Width, features.Width);
            var one = features.Row(row);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += one[i];
            }
        }

        return FeatureTable.Of(labels.Count, features.Width, sums);
    }

    /// <param name="labels">Names of classes, one or more.</param>
    /// <param name="templates">Each with {} where the label goes.</param>
    /// <param name="texts">Features of texts.</param>
    /// <param name="pictures">Of the gallery.</param>
    /// <param name="temperature">What cosines are divided by before the softmax, above 0.</param>
    public static ZeroShot Of(IReadOnlyList<string> labels, IReadOnlyList<string> templates, Func<IReadOnlyList<string>, FeatureTable> texts, FeatureTable pictures, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        float[] cosines = pictures.Products(Classes(labels, templates, texts));
        double[][] rows = [.. Enumerable.Range(0, pictures.Rows).Select(i => Array.ConvertAll(cosines[(i * labels.Count)..((i + 1) * labels.Count)], cosine => (double)cosine))];
        return new ZeroShot { Labels = labels, Templates = templates, Temperature = temperature, Cosines = rows, Probabilities = [.. rows.Select(row => Softmax(row, temperature))] };
    }

    private static double[] Softmax(double[] cosines, double temperature)
    {
        double best = cosines.Max();
        double[] shares = Array.ConvertAll(cosines, cosine => Math.Exp((cosine - best) / temperature));
        double whole = shares.Sum();
        return Array.ConvertAll(shares, share => share / whole);
    }
}
