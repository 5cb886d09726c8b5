using System.Globalization;
using Sextant.Matching;

namespace Sextant.Reports;

/// <summary>What captions and pictures were matched with, for whoever reads what came out.</summary>
/// <param name="Model">As it was named.</param>
/// <param name="Temperature">What cosines are divided by before the softmax.</param>
/// <param name="OwnTemperature">The model's own: 1 / exp(logit_scale).</param>
public sealed record MatchSource(string Model, double Temperature, double OwnTemperature)
{
    /// <summary>The temperature and whose it is.</summary>
    public string TemperatureInWords => Temperature == OwnTemperature
        ? $"temperature {Numbers.Significant(Temperature)}, the model's own"
        : $"temperature {Numbers.Significant(Temperature)}, as asked for; the model's own is {Numbers.Significant(OwnTemperature)}";
}

/// <summary>What scores of captions and pictures mean, in words; the same in the terminal and on pages.</summary>
public static class MatchWords
{
    /// <summary>More of the probability than all other pictures together.</summary>
    private const double Most = 0.5;

    /// <summary>A caption as it is quoted.</summary>
    public static string Quoted(string caption) => $"“{caption}”";

    /// <summary>Whether the first picture has more of the probability than all others together.</summary>
    public static bool IsClear(Ranking ranking) => ranking.Pictures[0].Probability > Most;

    /// <summary>What each number is, for one who sees them for the first time.</summary>
    /// <param name="source">Model and temperature.</param>
    /// <param name="calibration">Of a caption, as an example.</param>
    public static IReadOnlyList<(string Score, string Meaning)> Meaning(MatchSource source, Calibration calibration) =>
    [
        ("Probability", $"If exactly one picture of this gallery were meant, how sure the model is that it is this one (softmax over the gallery at {source.TemperatureInWords}). It is not the probability that the caption is true: a second picture that fits as well halves it, and where no picture fits, one of them still gets the most."),
        ("Cosine", $"How alike the model finds caption and picture, from −1 to 1. By itself it says little, since each model and each caption has its own level: here the average picture has {Fixed(calibration.Mean)} with the first caption. Compare it within one caption, never between models."),
        ("z", $"The cosine measured against the gallery: how many standard deviations the picture lies above the average for this caption. By chance alone the best of {Numbers.Whole(calibration.Count)} pictures reaches about {Fixed(calibration.ExpectedBest, 1)} (of normally distributed cosines). Clearly more shows that it fits; less does not show that it does not, since z stays low where many pictures fit."),
        ("Margin", "How far the cosine lies above that of the next picture in the ranking. A tiny margin means that the two could as well be the other way round."),
        ("Any caption", $"How high the picture scores for everyday captions that have nothing to do with yours, in deviations above the average picture. From {Fixed(Hubness.Notable, 0)} on it is a picture that comes up for everything, and its rank says less."),
    ];

    /// <summary>What was left out of a gallery, in a sentence; null where nothing was.</summary>
    public static string? LeftOut(Gallery gallery) => gallery.Skipped.Count switch
    {
        0 => null,
        1 => $"1 picture was left out, which could not be read: {gallery.Skipped[0].Reason}",
        int count => $"{Numbers.Whole(count)} pictures were left out, which could not be read.",
    };

    /// <summary>How many files share their content with another; null where none does.</summary>
    public static string? Doubles(Gallery gallery) => gallery.Pictures.Sum(picture => picture.Doubles.Count) is > 0 and int count
        ? $"{Numbers.Whole(count)} {(count == 1 ? "file has" : "files have")} the same content as another and {(count == 1 ? "counts" : "count")} with it as one picture."
        : null;

    /// <summary>A share with the precision that it deserves near 0 and 1.</summary>
    public static string Percent(double share) => share switch
    {
        > 0 and < 0.001 => "< 0.1 %",
        > 0.999 and < 1 => "> 99.9 %",
        _ => Numbers.Share(share),
    };

    public static string Fixed(double value, int digits = 3) => value.ToString($"F{digits}", CultureInfo.InvariantCulture).Replace('-', '−');
}
