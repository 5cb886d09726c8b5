using System.Globalization;

namespace Sextant.Matching.Search;

/// <summary>What a search came to, in sentences.</summary>
/// <param name="names">Of the gallery's pictures.</param>
public sealed class CaptionWording(IReadOnlyList<string> names)
{
    /// <summary>What scores mean, for whoever reads a table or a page of them.</summary>
    public static IReadOnlyList<string> Meaning { get; } =
    [
        "Rank is the picture's place in the gallery when it is ordered by cosine with the caption; a picture that scores as high counts as before it.",
        "A cosine alone says little: where it lies differs between models and captions. z says how many standard deviations of the other pictures' cosines it lies above their mean, and the margin how far above the runner-up.",
        "Probability is the softmax over the gallery of cosine / temperature, at the temperature named: how sure the model is of this picture among these, not that the caption is true.",
        "Corrected means: how far the cosine lies above the picture's own mean over the vocabulary's words, in units of its spread there, since some pictures lie near to all texts. A good caption is first with and without that.",
        "Being first for the best of thousands of captions proves little. Unseen is the rank among pictures that the search did not see, and says whether the first place hangs on those that it saw. It does not say that the caption is true: among thousands some fit any picture. Where a gallery was drawn, what is true is known, and only true captions are accepted.",
        "Views are crops of the same picture. A caption that fits the picture fits them; one that fits an accident of its features does not, and is not accepted where fewer than half of them come first.",
        "The ceiling, where a gallery was drawn, is 1 / the number of pictures that the caption is true of: 1 where it is true of this one alone, 0.25 where it is true of four, so that one who understands every word and sees all pictures still picks the right one only 1 time in 4.",
        "By chance says how many of the captions tried would rank the picture first if they had nothing to do with what it shows: one in the number of pictures searched. Where no more of them do, or where more than half of the best one's other wordings do not, its first place is no better than chance.",
        "Each part of a caption makes the picture at least a tenth likelier than the caption without it.",
        "Of other words, such as \"a photo of ...\", a good caption is first too; the sure margin is the mean margin over them less its standard deviation.",
    ];

    /// <summary>The finding, in a sentence or two.</summary>
    public string Sentence(CaptionSearchResult result)
    {
        string name = names[result.Target];
        if (result.Captions is not [var best, ..])
        {
            return $"No caption was tried for {name}: {(result.Spent is null ? "there is none of the words allowed" : "the budget ran out first")}.";
        }

        string tries = $"{Whole(result.Tried)} captions tried";
        return result.Outcome switch
        {
            CaptionSearchOutcome.Found when best.Satisfying is > 1 and int count => $"\"{best.Text}\" ranks {name} {First(best)}, but is true of {Whole(count)} pictures ({tries}).",
            CaptionSearchOutcome.Found => $"\"{best.Text}\" singles out {name}: {First(best)} ({tries}).",
            CaptionSearchOutcome.Unconfirmed => $"\"{best.Text}\" ranks {name} first of {Whole(best.Gallery.Of)}, unconfirmed: {Unconfirmed(result)}{(best.Satisfying is > 1 and int count ? $"; it is true of {Whole(count)} pictures" : "")} ({tries}).",
            CaptionSearchOutcome.Chance => $"\"{best.Text}\" comes first for {name}, but no better than chance would: {Chance(result, best)}. Of {Whole(best.Gallery.Of)} pictures one is first for any caption, and {tries} find one for almost any picture.",
            _ => $"No caption singles out {name}: {Why(result, best)} ({tries}).",
        };
    }

    /// <summary>What is to be known before the captions are believed.</summary>
    public IEnumerable<string> Caveats(CaptionSearchResult result)
    {
        if (result.Spent is { } spent)
        {
            yield return spent == SpentBudget.Seconds
                ? "The time was used up before the search was through: with more of it, or on a faster machine, other captions may be found."
                : "The number of texts allowed was used up before the search was through; with more, other captions may be found.";
        }

        if (result.Doubles.Count > 0)
        {
            yield return $"{names[result.Target]} has the same features as {Listed(result.Doubles)}, which no caption can tell from it.";
        }

        if (result.Hubness is > 2 || result.FirstForWords > Math.Max(3, result.Words / 20))
        {
            yield return $"{names[result.Target]} lies near to texts of any kind: {Whole(result.FirstForWords)} of {Whole(result.Words)} single words rank it first{(result.Hubness is double hub ? string.Create(CultureInfo.InvariantCulture, $", and its mean cosine over them lies {hub:F1} deviations above the gallery's") : "")}; trust the corrected rank.";
        }

        if (result.NotTrue is > 0 || result.NotUnderstood is > 0)
        {
            string[] why = [.. new[] { (result.NotTrue, "not true of it"), (result.NotUnderstood, "not understood, so that nobody can say whether they are true") }.Where(reason => reason.Item1 > 0).Select(reason => $"{Whole(reason.Item1!.Value)} are {reason.Item2}")];
            yield return $"Of {Whole(result.First)} captions that rank it first, {string.Join(" and ", why)}: they are left out.";
        }

        if (result.HeldOut is > 0 and < HeldOutPictures.FewestToConfirm)
        {
            yield return $"Only {result.HeldOut} pictures confirm: a caption about another picture comes first among them 1 time in {result.HeldOut + 1}.";
        }
    }

    /// <summary>How many captions would rank a picture first by chance, for one who reads it.</summary>
    public static string ByChance(CaptionSearchResult result) => result.FirstByChance < 0.5 ? "fewer than 1" : $"about {Whole((int)Math.Round(result.FirstByChance))}";

    private static string First(FoundCaption caption) =>
        $"first of {Whole(caption.Gallery.Of)}{(caption.HeldOut is { } unseen ? $", and first of {Whole(unseen.Of)} beside pictures that the search did not see" : "")}";

    private static string Chance(CaptionSearchResult result, FoundCaption best)
    {
        string[] why =
        [
            .. result.IsFirstMoreOften ? [] : new[] { $"{Whole(result.First)} captions rank it first, where {ByChance(result)} would if they had nothing to do with it" },
            .. best.KeepsInOtherWords ? [] : new[] { $"said in other words, it is first {best.ParaphrasesFirst} {(best.ParaphrasesFirst == 1 ? "time" : "times")} of {best.Paraphrases.Count}" },
        ];
        return string.Join(", and ", why);
    }

    private static string Unconfirmed(CaptionSearchResult result) => result switch
    {
        { Checked: 0 } => "all of the gallery was searched, so that no picture is left to confirm it",
        { Confirmed: 0 } => $"none of {Whole(result.Checked)} captions found on a part of the gallery was first on the rest, so that all of it was searched",
        _ => $"of {Whole(result.Checked)} captions found on a part of the gallery {Whole(result.Confirmed)} {(result.Confirmed == 1 ? "was" : "were")} first on the rest, but for other reasons none held, so that all of it was searched",
    };

    private string Why(CaptionSearchResult result, FoundCaption best)
    {
        if (result.Doubles.Count > 0)
        {
            return $"{Listed(result.Doubles)} looks the same to the model";
        }

        if (best.Gallery.Rank > 1)
        {
            return $"the best, \"{best.Text}\", ranks it {Ordinal(best.Gallery.Rank)} of {Whole(best.Gallery.Of)}, after {(best.Gallery.RunnerUp is int rival ? names[rival] : "others")}";
        }

        return best switch
        {
            { ViewsFirst: int views } when 2 * views < best.Views => $"\"{best.Text}\" ranks it first, but only {views} of {best.Views} other views of it",
            { IsTrue: false } => $"\"{best.Text}\" ranks it first and is not true of it",
            { IsTrue: null } when result.NotTrue is not null => $"\"{best.Text}\" ranks it first, but is not understood, so that nobody can say whether it is true",
            { Corrected.Rank: > 1 and var rank } => $"\"{best.Text}\" ranks it first only because it lies near to all texts; corrected for that it is {Ordinal(rank)}",
            _ => $"\"{best.Text}\" ranks it first, but {Ordinal(best.HeldOut?.Rank ?? 1)} with the pictures that the search did not see",
        };
    }

    private string Listed(IReadOnlyList<int> pictures) => string.Join(", ", pictures.Take(3).Select(picture => names[picture])) + (pictures.Count > 3 ? $" and {Whole(pictures.Count - 3)} more" : "");

    private static string Ordinal(int rank) => Whole(rank) + ((rank % 100) is >= 11 and <= 13 ? "th" : (rank % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });

    private static string Whole(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
