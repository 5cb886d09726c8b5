namespace Sextant.Matching.Search;

/// <summary>
/// Some pictures lie near to every text: they come first for captions that have nothing to do with them, and before a picture that a caption describes (Radovanović et al. 2010). Over a bank of unrelated
/// words each picture has a mean cosine and a spread; a score is brought to how far it lies above that mean, with the spread of the gallery's average picture, so that it stays a cosine in size. A spread
/// is held towards the average as far as few words tell it badly.
/// </summary>
internal sealed class HubCorrection
{
    /// <summary>Fewest words that say how near a picture lies to any text; with fewer the mean is about those words.</summary>
    public const int FewestWords = 20;

    /// <summary>How many words the average spread counts as.</summary>
    private const double SpreadWeight = 50;

    private readonly float[] factors;

    private HubCorrection(float[] means, float[] factors) => (Means, this.factors) = (means, factors);

    /// <summary>For each picture its mean cosine over the words.</summary>
    public float[] Means { get; }

    /// <param name="scores">[words, pictures]: of each word for each picture.</param>
    /// <param name="rows">The words that count.</param>
    /// <param name="pictures">How many.</param>
    /// <returns>Null of fewer than <see cref="FewestWords"/>.</returns>
    public static HubCorrection? Of(float[] scores, IReadOnlyList<int> rows, int pictures)
    {
        if (rows.Count < FewestWords)
        {
            return null;
        }

        double[] sums = new double[pictures], squares = new double[pictures];
        foreach (int row in rows)
        {
            var own = scores.AsSpan(row * pictures, pictures);
            for (int i = 0; i < pictures; i++)
            {
                sums[i] += own[i];
                squares[i] += (double)own[i] * own[i];
            }
        }

        float[] means = [.. sums.Select(sum => (float)(sum / rows.Count))];
        double[] variances = [.. squares.Select((square, i) => Math.Max(0, (square / rows.Count) - ((double)means[i] * means[i])))];
        double average = variances.Average(), weight = rows.Count / (rows.Count + SpreadWeight);
        float[] factors = [.. variances.Select(variance => average <= 0 ? 1 : (float)Math.Sqrt(average / ((weight * variance) + ((1 - weight) * average))))];
        return new HubCorrection(means, factors);
    }

    public float Of(float score, int picture) => (score - Means[picture]) * factors[picture];

    public float[] Of(ReadOnlySpan<float> scores)
    {
        float[] corrected = new float[scores.Length];
        for (int i = 0; i < corrected.Length; i++)
        {
            corrected[i] = Of(scores[i], i);
        }

        return corrected;
    }
}
