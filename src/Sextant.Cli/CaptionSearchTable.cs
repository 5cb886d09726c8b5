using System.Globalization;
using Sextant.Matching.Search;
using Sextant.Reports;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>What a search for captions came to, as text and as JSON.</summary>
internal sealed class CaptionSearchTable(Terminal terminal, IReadOnlyList<string> names, MatchSource source)
{
    private readonly CaptionWording wording = new(names);

    public void Write(CaptionSearchResult result)
    {
        terminal.Out.WriteLine(wording.Sentence(result));
        foreach (string caveat in wording.Caveats(result))
        {
            terminal.Out.WriteLine(caveat);
        }

        if (result.Captions.Count == 0)
        {
            return;
        }

        bool isDrawn = result.NotTrue is not null;
        bool hasViews = result.Captions.Any(caption => caption.Views > 0);
        string[] truth = [.. hasViews ? ["views"] : Array.Empty<string>(), .. isDrawn ? ["true", "ceiling"] : Array.Empty<string>()];
        var table = IntervalTable.Bare(["caption", "rank", "corrected", "unseen", "margin", "probability", "z", "in other words", "sure margin", .. truth]);
        foreach (var caption in result.Captions)
        {
            string[] views = hasViews ? [$"{caption.ViewsFirst} of {caption.Views}"] : [];
            string[] told = isDrawn ? [caption.IsTrue switch { true => "yes", false => "no", _ => "?" }, caption.Ceiling is double ceiling ? Fixed(ceiling, 2) : "–"] : [];
            string[] cells =
            [
                caption.Text, Rank(caption.Gallery), caption.Corrected is { } corrected ? Rank(corrected) : "–", caption.HeldOut is { } unseen ? Rank(unseen) : "–", Fixed(caption.Gallery.Margin, 4),
                Numbers.Significant(caption.Gallery.Probability), caption.Gallery.Z is double z ? Fixed(z, 1) : "–", $"{caption.ParaphrasesFirst} of {caption.Paraphrases.Count}", Fixed(caption.SureMargin, 4), .. views, .. told,
            ];
            table.AddRow(Array.ConvertAll(cells, Markup.Escape));
        }

        terminal.WriteTable(table);
        terminal.Out.WriteLine($"Probabilities over {Numbers.Whole(result.Captions[0].Gallery.Of)} pictures at {source.TemperatureInWords}. In other words: paraphrases that rank it first too.{(isDrawn ? " Ceiling: 1 / the number of pictures that the caption is true of." : "")}");
        Rivals(result.Captions[0]);
        terminal.Out.WriteLine();
    }

    public void Write(CaptionSearchSummary summary)
    {
        terminal.Out.WriteLine($"{Numbers.Whole(summary.First)} of {Numbers.Whole(summary.Targets)} targets were ranked first by a caption that holds: {Numbers.Share(summary.Share)} ({IntervalTable.Range(summary.Interval)}, Wilson, 95 %); {Numbers.Whole(summary.Confirmed)} of them confirmed on pictures that the search did not see, {Numbers.Whole(summary.Chance)} no better than chance.");
        terminal.Out.WriteLine($"A search took {Fixed(summary.MedianSeconds, 2)} s in the median and {Fixed(summary.LongestSeconds, 2)} s at most; {Numbers.Whole(summary.Cut)} were cut short by the budget.");
        if (summary.MeanCeiling is double ceiling)
        {
            terminal.Out.WriteLine($"Mean ceiling {Fixed(ceiling, 3)}: 1 / the number of pictures that the caption is true of, which is how often one who understands every word would pick the target.");
        }

        if (summary.NotTrueShare is double share)
        {
            terminal.Out.WriteLine($"Of all captions that ranked a target first where it was searched, {Numbers.Share(share)} are not true of it, or not understood, and were left out.");
        }
    }

    /// <summary>As JSON has it.</summary>
    public object Json(CaptionSearchResult result) => new
    {
        target = names[result.Target],
        outcome = result.Outcome,
        sentence = wording.Sentence(result),
        caveats = wording.Caveats(result),
        captions = result.Captions.Select(Json),
        result.Tried,
        result.First,
        result.FirstByChance,
        result.FirstForWords,
        result.Words,
        result.Hubness,
        searchedPictures = result.Searched,
        heldOutPictures = result.HeldOut,
        result.Checked,
        result.Confirmed,
        result.NotTrue,
        result.NotUnderstood,
        doubles = result.Doubles.Select(picture => names[picture]),
        result.Spent,
        result.Encoded,
        result.Seconds,
        result.Temperature,
    };

    private object Json(FoundCaption caption) => new
    {
        caption.Text,
        caption.Words,
        caption.Holds,
        gallery = Json(caption.Gallery),
        corrected = Json(caption.Corrected),
        searched = Json(caption.Searched),
        heldOut = Json(caption.HeldOut),
        heldOutCorrected = Json(caption.HeldOutCorrected),
        caption.IsTrue,
        caption.Satisfying,
        caption.Ceiling,
        caption.ViewsFirst,
        caption.Views,
        caption.Paraphrases,
        caption.ParaphrasesFirst,
        caption.SureMargin,
        rivals = caption.Rivals.Select(rival => new { picture = names[rival.Picture], rival.Cosine, rival.Margin, rival.Parts, rival.ForTarget, rival.ForRival }),
    };

    /// <summary>The runner-up of a standing may lie outside the gallery and has no name there.</summary>
    private object? Json(CaptionStanding? standing) => standing is null ? null : new
    {
        standing.Rank,
        standing.Of,
        standing.Cosine,
        standing.Margin,
        standing.Probability,
        standing.LogProbability,
        standing.Z,
        runnerUp = standing.RunnerUp is int rival && rival < names.Count ? names[rival] : null,
    };

    private void Rivals(FoundCaption caption)
    {
        if (caption.Rivals.Count == 0)
        {
            return;
        }

        var table = IntervalTable.Bare("rival", "margin", "parts of the caption (above 0: for the target)", "words for the target", "words for the rival");
        foreach (var rival in caption.Rivals)
        {
            table.AddRow(
                Markup.Escape(names[rival.Picture]),
                Fixed(rival.Margin, 4),
                Markup.Escape(string.Join(", ", rival.Parts.Select(part => $"{part.Word} {Signed(part.Effect)}"))),
                Markup.Escape(string.Join(", ", rival.ForTarget.Select(word => word.Word))),
                Markup.Escape(string.Join(", ", rival.ForRival.Select(word => word.Word))));
        }

        terminal.Out.WriteLine($"Nearest rivals for \"{caption.Text}\", and what separates them:");
        terminal.WriteTable(table);
    }

    private static string Rank(CaptionStanding standing) => $"{Numbers.Whole(standing.Rank)} of {Numbers.Whole(standing.Of)}";

    private static string Fixed(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
