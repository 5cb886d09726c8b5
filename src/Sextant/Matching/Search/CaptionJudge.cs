namespace Sextant.Matching.Search;

/// <summary>Holds a caption that was found against everything that may speak against it, for one target.</summary>
internal sealed class CaptionJudge(FeatureTable pictures, int galleryRows, WordBank bank, EncodedTexts encoded, double scale)
{
    public required int Target { get; init; }

    /// <summary>What the search saw, and what it did not.</summary>
    public required HeldOutPictures Split { get; init; }

    public required CaptionTruth? Truth { get; init; }

    public required IReadOnlyList<string> Frames { get; init; }

    /// <summary>Features of other views of the target; null where there are none.</summary>
    public FeatureTable? Views { get; init; }

    private int[] Others => field ??= [.. Enumerable.Range(0, galleryRows).Where(i => i != Target)];

    /// <summary>Whether the caption is true of the target; null where it cannot be told.</summary>
    public bool? IsTrue(string text) => Truth?.Says(text, Target);

    /// <summary>Whether nothing that is known of truth speaks against it.</summary>
    public bool IsAccepted(string text) => Truth is null || IsTrue(text) == true;

    /// <summary>The caption's standing everywhere.</summary>
    public FoundCaption Of(TriedCaption caption)
    {
        float[] scores = Scores(caption.Text);
        float[]? corrected = bank.Hubs?.Of(scores);
        var gallery = Among(scores, Others);
        var galleryCorrected = corrected is null ? null : Among(corrected, Others);
        var heldOut = Split.HeldOut.Length == 0 ? null : Among(scores, Split.HeldOut);
        var heldOutCorrected = heldOut is null || corrected is null ? null : Among(corrected, Split.HeldOut);
        int? views = Views is null ? null : ViewsFirst(caption.Text, scores);
        return new FoundCaption
        {
            Text = caption.Text,
            Words = caption.Words,
            Gallery = gallery,
            Corrected = galleryCorrected,
            Searched = caption.Raw,
            HeldOut = heldOut,
            HeldOutCorrected = heldOutCorrected,
            IsTrue = IsTrue(caption.Text),
            Satisfying = null,
            Holds = gallery.Rank == 1 && galleryCorrected is null or { Rank: 1 } && heldOut is null or { Rank: 1 } && heldOutCorrected is null or { Rank: 1 } && IsAccepted(caption.Text) && (views is null || 2 * views >= Views!.Rows),
            ViewsFirst = views,
            Views = Views?.Rows ?? 0,
            Paraphrases = [],
            SureMargin = gallery.Margin,
            Rivals = [],
        };
    }

    /// <summary>The caption in other words that are as true of the target; an article says one thing, which may be too much.</summary>
    public IEnumerable<string> OtherWords(TriedCaption caption) => Paraphrases.Of(caption, Frames).Where(IsAccepted);

    /// <summary>The same with how many pictures it is true of and how it fares in other words.</summary>
    public FoundCaption Reworded(FoundCaption found, TriedCaption caption)
    {
        string[] texts = [.. OtherWords(caption)];
        encoded.Learn(texts);
        ParaphraseStanding[] standings = [.. texts.Select(text => (Text: text, Standing: Among(Scores(text), Others))).Select(p => new ParaphraseStanding(p.Text, p.Standing.Rank, p.Standing.Margin))];
        double[] margins = [found.Gallery.Margin, .. standings.Select(p => p.Margin)];
        double mean = margins.Average(), deviation = margins.Length < 2 ? 0 : Math.Sqrt(margins.Sum(m => (m - mean) * (m - mean)) / (margins.Length - 1));
        return found with
        {
            Paraphrases = standings,
            SureMargin = mean - deviation,
            Satisfying = Truth?.Count(found.Text),
        };
    }

    /// <summary>The same with its rivals.</summary>
    public FoundCaption Explained(FoundCaption found, TriedCaption caption, int rivals) =>
        found with { Rivals = new CaptionRivals(pictures, bank, encoded).Of(caption, Scores(caption.Text), Target, Others, rivals) };

    private int ViewsFirst(string text, float[] scores)
    {
        float[] own = encoded.Of([text]).Products(Views!), seen = [.. scores];
        int first = 0;
        foreach (float score in own)
        {
            seen[Target] = score;
            first += Among(seen, Others).Rank == 1 ? 1 : 0;
        }

        return first;
    }

    private float[] Scores(string text) => encoded.Of([text]).Products(pictures);

    private CaptionStanding Among(float[] scores, int[] others) => CaptionStanding.Among(scores, Target, others, scale);
}
