using Sextant.Scaling;

namespace Sextant.Matching.Search;

/// <summary>Searches for several targets of one gallery taken together.</summary>
public sealed record CaptionSearchSummary
{
    private const double Level = 0.95;

    private const double Z = 1.959963984540054; // the normal distribution's quantile for it

    public required int Targets { get; init; }

    /// <summary>Targets that a caption ranks first in the gallery, by cosine and corrected, and, where truth is known, one that is true.</summary>
    public required int First { get; init; }

    /// <summary>Of those, confirmed on pictures that the search did not see.</summary>
    public required int Confirmed { get; init; }

    /// <summary>And of those that are first, where the evidence is no better than chance.</summary>
    public required int Chance { get; init; }

    /// <summary>First / targets, 0..1.</summary>
    public required double Share { get; init; }

    /// <summary>Wilson's interval of the share: over other targets of the same gallery.</summary>
    public required Interval Interval { get; init; }

    /// <summary>Of a search, once features and words are known.</summary>
    public required double MedianSeconds { get; init; }

    public required double LongestSeconds { get; init; }

    /// <summary>Searches that the budget cut short.</summary>
    public required int Cut { get; init; }

    /// <summary>The mean over the captions found of 1 / pictures that satisfy the caption: the share that words alone could reach. Null where truth is not known or nothing was found.</summary>
    public required double? MeanCeiling { get; init; }

    /// <summary>Of all captions that ranked a target first where it was searched, the share that is not true, or not understood, 0..1; null where truth is not known.</summary>
    public required double? NotTrueShare { get; init; }

    /// <exception cref="ArgumentException">There is no result.</exception>
    public static CaptionSearchSummary Of(IReadOnlyList<CaptionSearchResult> results)
    {
        if (results.Count == 0)
        {
            throw new ArgumentException("There is no search to sum up.", nameof(results));
        }

        CaptionSearchResult[] first = [.. results.Where(result => result.Outcome != CaptionSearchOutcome.None)];
        double[] seconds = [.. results.Select(result => result.Seconds).Order()], ceilings = [.. first.Select(result => result.Captions[0].Ceiling).OfType<double>()];
        int ranked = results.Sum(result => result.First);
        return new CaptionSearchSummary
        {
            Targets = results.Count,
            First = first.Length,
            Confirmed = results.Count(result => result.Outcome == CaptionSearchOutcome.Found),
            Chance = results.Count(result => result.Outcome == CaptionSearchOutcome.Chance),
            Share = (double)first.Length / results.Count,
            Interval = Wilson(first.Length, results.Count),
            MedianSeconds = (seconds[(seconds.Length - 1) / 2] + seconds[seconds.Length / 2]) / 2,
            LongestSeconds = seconds[^1],
            Cut = results.Count(result => result.Spent is not null),
            MeanCeiling = ceilings.Length == 0 ? null : ceilings.Average(),
            NotTrueShare = ranked == 0 || results.Any(result => result.NotTrue is null) ? null : results.Sum(result => result.NotTrue!.Value + result.NotUnderstood!.Value) / (double)ranked,
        };
    }

    /// <summary>Wilson 1927.</summary>
    private static Interval Wilson(int successes, int of)
    {
        double share = (double)successes / of, squared = Z * Z / of;
        double centre = (share + (squared / 2)) / (1 + squared), half = Z * Math.Sqrt((share * (1 - share) / of) + (squared / (4 * of))) / (1 + squared);
        return new Interval(Math.Max(0, centre - half), Math.Min(1, centre + half), Level);
    }
}
