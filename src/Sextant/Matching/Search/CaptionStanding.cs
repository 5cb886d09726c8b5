namespace Sextant.Matching.Search;

/// <summary>How a picture stands among others for one caption.</summary>
public sealed record CaptionStanding
{
    /// <summary>Scores nearer than this are the same: a double must not win by rounding. Cosines of float32 are exact to about 1e-7.</summary>
    public const double Tie = 1e-6;

    /// <summary>From 1; a picture that scores as high counts as ranked before.</summary>
    public required int Rank { get; init; }

    /// <summary>Pictures ranked, this one included.</summary>
    public required int Of { get; init; }

    /// <summary>Cosine, less what every caption gives the picture where hubs are corrected for.</summary>
    public required double Cosine { get; init; }

    /// <summary>Cosine less the highest of another picture.</summary>
    public required double Margin { get; init; }

    /// <summary>Softmax over the pictures of cosine / temperature, 0..1.</summary>
    public required double Probability { get; init; }

    /// <summary>Its natural logarithm, which stays apart from zero.</summary>
    public required double LogProbability { get; init; }

    /// <summary>How many standard deviations of the other pictures' cosines it lies above their mean; null of fewer than two others, or where they are all alike.</summary>
    public required double? Z { get; init; }

    /// <summary>The other picture of the highest cosine; null where there is none.</summary>
    public required int? RunnerUp { get; init; }

    /// <param name="scores">Of all pictures.</param>
    /// <param name="target">Which one.</param>
    /// <param name="others">Which it is held against.</param>
    /// <param name="scale">1 / temperature.</param>
    internal static CaptionStanding Among(ReadOnlySpan<float> scores, int target, ReadOnlySpan<int> others, double scale)
    {
        float own = scores[target];
        double best = double.NegativeInfinity, sum = 0, squares = 0;
        int before = 0, runnerUp = -1;
        foreach (int other in others)
        {
            double score = scores[other];
            before += score >= own - Tie ? 1 : 0;
            sum += score;
            squares += score * score;
            if (score > best)
            {
                (best, runnerUp) = (score, other);
            }
        }

        double top = Math.Max(best, own), total = Math.Exp(scale * (own - top));
        foreach (int other in others)
        {
            total += Math.Exp(scale * (scores[other] - top));
        }

        double log = (scale * (own - top)) - Math.Log(total), mean = sum / others.Length;
        double deviation = others.Length < 2 ? 0 : Math.Sqrt(Math.Max(0, (squares - (sum * mean)) / (others.Length - 1)));
        return new CaptionStanding
        {
            Rank = before + 1,
            Of = others.Length + 1,
            Cosine = own,
            Margin = runnerUp < 0 ? 0 : own - best,
            LogProbability = log,
            Probability = Math.Exp(log),
            Z = deviation > Tie ? (own - mean) / deviation : null,
            RunnerUp = runnerUp < 0 ? null : runnerUp,
        };
    }
}
