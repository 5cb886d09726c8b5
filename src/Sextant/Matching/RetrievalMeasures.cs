using MathNet.Numerics.Distributions;
using Sextant.Finetuning;
using Sextant.Scaling;

namespace Sextant.Matching;

/// <summary>
/// How well captions find their pictures and pictures their captions. A caption that several pictures have is right for each of them, and a picture with several captions is right with any.
/// Candidates of equal cosine come in any order: a recall counts the share of the orders in which the right one is among the first K, and a rank is the mean over them.
/// </summary>
public sealed record RetrievalMeasures
{
    /// <summary>Captions as queries, all pictures of the gallery as candidates.</summary>
    public required RetrievalDirection PicturesByCaption { get; init; }

    /// <summary>Pictures with captions as queries, all different captions as candidates.</summary>
    public required RetrievalDirection CaptionsByPicture { get; init; }

    /// <param name="pictures">Of the gallery.</param>
    /// <param name="captions">A row for each different caption.</param>
    /// <param name="captionsOf">For each picture which captions are right, none where it has none.</param>
    /// <exception cref="ArgumentException">No picture has a caption, or a caption is of no picture.</exception>
    public static RetrievalMeasures Of(FeatureTable pictures, FeatureTable captions, IReadOnlyList<IReadOnlyList<int>> captionsOf)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(captionsOf.Count, pictures.Rows);
        List<int>[] picturesOf = [.. Enumerable.Range(0, captions.Rows).Select(_ => new List<int>())];
        for (int picture = 0; picture < captionsOf.Count; picture++)
        {
            foreach (int caption in captionsOf[picture])
            {
                picturesOf[caption].Add(picture);
            }
        }

        if (captions.Rows == 0 || picturesOf.Any(some => some.Count == 0))
        {
            throw new ArgumentException("There are captions, and every caption is one of a picture.", nameof(captionsOf));
        }

        var (byCaption, byPicture) = PairedPlaces.Of(captions, pictures, picturesOf, captionsOf);
        return new RetrievalMeasures
        {
            PicturesByCaption = RetrievalDirection.Of([.. byCaption.Select((place, caption) => (picturesOf[caption][0], place))], pictures.Rows),
            CaptionsByPicture = RetrievalDirection.Of([.. byPicture.Select((place, picture) => (picture, place)).Where(query => captionsOf[query.picture].Count > 0)], captions.Rows),
        };
    }
}

/// <summary>Retrieval in one direction.</summary>
public sealed record RetrievalDirection
{
    private const double Level = 0.95;

    private static readonly int[] _places = [1, 5, 10];

    /// <summary>Texts, or pictures, that something was looked for with.</summary>
    public required int Queries { get; init; }

    /// <summary>Among how many it was looked for.</summary>
    public required int Candidates { get; init; }

    /// <summary>At 1, 5 and 10.</summary>
    public required IReadOnlyList<Recall> Recalls { get; init; }

    /// <summary>Median over the queries of the rank of the first right candidate, from 1.</summary>
    public required double MedianRank { get; init; }

    /// <summary>Of 95 %, from order statistics; null where there are too few pictures for one.</summary>
    public required Interval? MedianRankInterval { get; init; }

    /// <param name="found">For each query the picture that it is of, since several queries of one picture are no independent draws, and where its first right candidate stands.</param>
    /// <param name="candidates">How many.</param>
    internal static RetrievalDirection Of(IReadOnlyList<(int Picture, Place Place)> found, int candidates)
    {
        var byPicture = found.GroupBy(query => query.Picture, query => query.Place).ToList();
        double[] ranks = [.. found.Select(query => query.Place.Rank).Order()];
        return new RetrievalDirection
        {
            Queries = found.Count,
            Candidates = candidates,
            Recalls = [.. _places.Select(k => Recall.Of(k, byPicture, candidates))],
            MedianRank = (ranks[(ranks.Length - 1) / 2] + ranks[ranks.Length / 2]) / 2,
            MedianRankInterval = Around(ranks, byPicture.Count),
        };
    }

    /// <summary>The order statistics between which the median lies, by the binomial distribution of how many of so many independent draws lie below it.</summary>
    private static Interval? Around(double[] ranks, int independent)
    {
        if (!IsBelow(0))
        {
            return null;
        }

        int below = 0;
        for (int step = 1 << 30; step > 0; step >>= 1)
        {
            below += step <= independent - below && IsBelow(below + step) ? step : 0;
        }

        double share = (double)below / independent; // of several queries of a picture as of so many draws
        int low = (int)(share * ranks.Length);
        return new Interval(ranks[low], ranks[ranks.Length - 1 - low], Level);

        bool IsBelow(int count) => Binomial.CDF(0.5, independent, count) <= (1 - Level) / 2;
    }
}

/// <summary>How often a right candidate is among the first.</summary>
/// <param name="At">Among how many of the first, K.</param>
/// <param name="Value">The share of queries, 0..1; queries of one picture count as one between them.</param>
/// <param name="Interval">Of 95 %, over other pictures of the same kind; null of a single picture.</param>
/// <param name="ByChance">The share that a random order reaches.</param>
public sealed record Recall(int At, double Value, Interval? Interval, double ByChance)
{
    internal static Recall Of(int k, IReadOnlyList<IGrouping<int, Place>> byPicture, int candidates)
    {
        var mean = SeedMean.Of([[.. byPicture.Select(places => places.Average(place => place.Within(k)))]]);
        return new Recall(k, mean.Value, mean.Interval, byPicture.Average(places => places.Average(place => place.Chance(k, candidates))));
    }
}

/// <summary>Where the first right candidate of a query stands.</summary>
/// <param name="Above">Wrong candidates of a higher cosine.</param>
/// <param name="Wrong">Wrong candidates of the same cosine.</param>
/// <param name="Right">Right candidates of that cosine, at least one.</param>
/// <param name="AllRight">Right candidates of any cosine.</param>
internal readonly record struct Place(int Above, int Wrong, int Right, int AllRight)
{
    /// <summary>From 1: the mean over the orders of equals of the place of the first right one.</summary>
    public double Rank => Above + 1 + (Wrong / (Right + 1.0));

    /// <summary>The share of the orders of equals in which a right one is among the first <paramref name="k"/>.</summary>
    public double Within(int k) => k <= Above ? 0 : 1 - NoneAmong(k - Above, Wrong, Right);

    /// <summary>The same if all candidates were equals.</summary>
    public double Chance(int k, int candidates) => 1 - NoneAmong(k, candidates - AllRight, AllRight);

    /// <summary>That the first k of a random order of so many are all wrong.</summary>
    private static double NoneAmong(int k, int wrong, int right)
    {
        double none = 1;
        for (int i = 0; i < k && none > 0; i++)
        {
            none *= Math.Max(0, wrong - i) / (double)(wrong + right - i);
        }

        return none;
    }
}
