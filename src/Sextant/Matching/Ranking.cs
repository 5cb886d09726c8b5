namespace Sextant.Matching;

/// <summary>The pictures of a gallery in the order in which they fit a caption.</summary>
public sealed record Ranking
{
    public required string Caption { get; init; }

    /// <summary>How its cosines are spread over the gallery.</summary>
    public required Calibration Calibration { get; init; }

    /// <summary>What cosines are divided by before the softmax over the gallery.</summary>
    public required double Temperature { get; init; }

    /// <summary>The best first; of equals the first of the gallery.</summary>
    public required IReadOnlyList<RankedPicture> Pictures { get; init; }

    /// <summary>The cosine of the first less that of the second; null of a single picture.</summary>
    public double? Margin => Pictures[0].Margin;

    /// <summary>Over about how many pictures the probability is spread: e to the power of its entropy, from 1 where one picture has all of it to the number of pictures where all have the same.</summary>
    public double Spread => Math.Exp(-Pictures.Sum(picture => picture.Probability > 0 ? picture.Probability * Math.Log(picture.Probability) : 0));

    /// <param name="caption">The text.</param>
    /// <param name="cosines">Its cosine with each picture of the gallery, one or more.</param>
    /// <param name="temperature">What cosines are divided by before the softmax, above 0; 1 / exp(logit_scale) is the model's own.</param>
    /// <param name="hubness">Of the same pictures; null where it was not measured.</param>
    public static Ranking Of(string caption, ReadOnlySpan<float> cosines, double temperature, Hubness? hubness = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        var calibration = Calibration.Of(cosines);
        float[] all = cosines.ToArray();
        int[] order = new int[all.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => all[a] != all[b] ? all[b].CompareTo(all[a]) : a.CompareTo(b));
        double best = all[order[0]], whole = all.Sum(cosine => Math.Exp((cosine - best) / temperature));
        var pictures = new RankedPicture[order.Length];
        for (int first = 0, next; first < order.Length; first = next)
        {
            for (next = first + 1; next < order.Length && all[order[next]] == all[order[first]]; next++)
            {
            }

            for (int at = first; at < next; at++)
            {
                double cosine = all[order[at]];
                pictures[at] = new RankedPicture
                {
                    Index = order[at],
                    Rank = (first + 1 + next) / 2.0,
                    Cosine = cosine,
                    Z = calibration.Z(cosine),
                    Probability = Math.Exp((cosine - best) / temperature) / whole,
                    Margin = at + 1 < order.Length ? cosine - all[order[at + 1]] : null,
                    Hubness = hubness?.Values[order[at]],
                };
            }
        }

        return new Ranking { Caption = caption, Calibration = calibration, Temperature = temperature, Pictures = pictures };
    }

    /// <summary>A ranking for each of several captions.</summary>
    /// <param name="captions">The texts.</param>
    /// <param name="features">A row for each.</param>
    /// <param name="pictures">Of the gallery, one or more.</param>
    /// <param name="temperature">As for one caption.</param>
    /// <param name="hubness">As for one caption.</param>
    public static IReadOnlyList<Ranking> Of(IReadOnlyList<string> captions, FeatureTable features, FeatureTable pictures, double temperature, Hubness? hubness = null)
    {
        float[] cosines = features.Products(pictures);
        return [.. captions.Select((caption, i) => Of(caption, cosines.AsSpan(i * pictures.Rows, pictures.Rows), temperature, hubness))];
    }
}

/// <summary>A picture as a caption ranks it.</summary>
public sealed record RankedPicture
{
    /// <summary>Which of the gallery, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>From 1; equal cosines share the mean of their ranks.</summary>
    public required double Rank { get; init; }

    public required double Cosine { get; init; }

    /// <summary>How many deviations of the caption's cosines it lies above their mean.</summary>
    public required double Z { get; init; }

    /// <summary>That it is this picture, if it is exactly one of the gallery: softmax of cosine over temperature.</summary>
    public required double Probability { get; init; }

    /// <summary>Its cosine less that of the next in the ranking; null of the last.</summary>
    public required double? Margin { get; init; }

    /// <summary>How high it scores for any caption; see <see cref="Matching.Hubness"/>. Null where it was not measured.</summary>
    public required double? Hubness { get; init; }
}
