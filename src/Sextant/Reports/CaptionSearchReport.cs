using System.Globalization;
using Sextant.Matching.Search;

namespace Sextant.Reports;

/// <summary>What a search for captions came to, as a page and a contact sheet of each target beside its rivals.</summary>
public sealed record CaptionSearchReport
{
    private const int MostRows = 20;

    public required Page Page { get; init; }

    /// <summary>Each target, for its first caption, and the pictures nearest to it.</summary>
    public required ContactSheet Sheet { get; init; }

    /// <param name="results">One or more.</param>
    /// <param name="gallery">What was searched.</param>
    /// <param name="source">Model and temperature.</param>
    /// <param name="commands">Commands that repeat it.</param>
    public static CaptionSearchReport Of(IReadOnlyList<CaptionSearchResult> results, SearchedGallery gallery, MatchSource source, IReadOnlyList<string> commands)
    {
        var names = gallery.Names;
        CaptionWording wording = new(names);
        var sheet = new ContactSheet
        {
            Title = "Targets beside their nearest rivals",
            Subtitle = $"{Numbers.Whole(names.Count)} pictures, ranked by {source.Model}.",
            Caption = $"The target is marked where a caption holds and that is better than chance. The bar is the probability that this picture is meant, if exactly one of the gallery is ({source.TemperatureInWords}).",
            Rows = [.. results.Where(result => result.Captions.Count > 0).Take(MostRows).Select(result => Row(result, gallery))],
        };
        return new CaptionSearchReport
        {
            Sheet = sheet,
            Page = new Page
            {
                Title = results.Count == 1 ? $"Captions for {names[results[0].Target]}" : $"Captions for {results.Count} pictures",
                Lead = results.Count == 1 ? [wording.Sentence(results[0])] : Together(CaptionSearchSummary.Of(results)),
                Sections =
                [
                    .. Section.Unless("Targets and rivals", sheet.Rows.Count == 0 ? [] : [new Block.Contacts(sheet)]),
                    .. results.Select(result => new Section(names[result.Target], [.. Blocks(result, wording, names, source, results.Count > 1)])),
                    new Section("What the numbers mean", [.. CaptionWording.Meaning.Select(text => new Block.Paragraph(text))]),
                    .. Section.Unless("How to repeat it", commands.Count == 0 ? [] : [new Block.Commands(commands)]),
                ],
            },
        };
    }

    /// <summary>Writes report.html and the contact sheet into a folder; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => RankingReport.Write(folder, Page, Sheet.Rows.Count == 0 ? [] : [(RankingReport.SheetName, Sheet)]);

    private static ContactRow Row(CaptionSearchResult result, SearchedGallery gallery)
    {
        var best = result.Captions[0];
        return new ContactRow(
            MatchWords.Quoted(best.Text),
            $"{gallery.Names[result.Target]}, {Rank(best.Gallery)}",
            [
                new ContactCell(Thumbnail.Read(gallery.Paths[result.Target]), gallery.Names[result.Target], Lines(best.Gallery.Cosine, best.Gallery.Probability)) { Badge = "target", Share = best.Gallery.Probability, IsMarked = best.Holds && result.Outcome != CaptionSearchOutcome.Chance },
                .. best.Rivals.Select(rival =>
                {
                    double probability = Math.Min(1, Math.Exp(best.Gallery.LogProbability - (rival.Margin / result.Temperature)));
                    return new ContactCell(Thumbnail.Read(gallery.Paths[rival.Picture]), gallery.Names[rival.Picture], Lines(rival.Cosine, probability)) { Badge = "rival", Share = probability };
                }),
            ]);
    }

    private static IReadOnlyList<string> Lines(double score, double probability) => [$"probability {MatchWords.Percent(probability)}", $"cosine {Fixed(score, 4)}"];

    private static string[] Together(CaptionSearchSummary summary) =>
    [
        $"{Numbers.Whole(summary.First)} of {Numbers.Whole(summary.Targets)} pictures were ranked first by a caption that holds: {Numbers.Share(summary.Share)} ({Numbers.Share(summary.Interval.Low ?? 0)} to {Numbers.Share(summary.Interval.High ?? 1)}, Wilson, 95 %); {Numbers.Whole(summary.Confirmed)} of them confirmed on pictures that the search did not see, {Numbers.Whole(summary.Chance)} no better than chance.",
        .. summary.MeanCeiling is double ceiling ? new[] { $"One who understands every word of these captions could single out {Numbers.Share(ceiling)} of them, since some captions are true of more than one picture (the mean ceiling)." } : [],
    ];

    private static IEnumerable<Block> Blocks(CaptionSearchResult result, CaptionWording wording, IReadOnlyList<string> names, MatchSource source, bool saysSentence)
    {
        if (saysSentence)
        {
            yield return new Block.Paragraph(wording.Sentence(result));
        }

        foreach (string caveat in wording.Caveats(result))
        {
            yield return new Block.Caveat(caveat);
        }

        if (result.Captions.Count == 0)
        {
            yield break;
        }

        yield return Captions(result, source);
        if (result.Captions[0].Rivals.Count > 0)
        {
            yield return Rivals(result.Captions[0], names);
        }
    }

    private static Block.Table Captions(CaptionSearchResult result, MatchSource source)
    {
        bool isDrawn = result.NotTrue is not null, hasViews = result.Captions.Any(caption => caption.Views > 0);
        return new Block.Table
        {
            Columns =
            [
                new Column("Caption"), new Column("Rank", "in the gallery", true), new Column("Corrected", "for hubs", true), new Column("Unseen", "by the search", true), new Column("Margin", "cosine", true),
                new Column("Probability", null, true), new Column("z", null, true), new Column("In other words", "first", true), new Column("Sure margin", "cosine", true),
                .. hasViews ? new[] { new Column("Views", "first", true) } : [],
                .. isDrawn ? new[] { new Column("True"), new Column("Ceiling", "1 / pictures it is true of", true) } : [],
            ],
            Rows = [.. result.Captions.Select(caption => (IReadOnlyList<string>)
            [
                caption.Text, Rank(caption.Gallery), Rank(caption.Corrected), Rank(caption.HeldOut), Fixed(caption.Gallery.Margin, 4), Numbers.Significant(caption.Gallery.Probability),
                caption.Gallery.Z is double z ? Fixed(z, 1) : "–", $"{caption.ParaphrasesFirst} of {caption.Paraphrases.Count}", Fixed(caption.SureMargin, 4),
                .. hasViews ? new[] { $"{caption.ViewsFirst} of {caption.Views}" } : [],
                .. isDrawn ? new[] { caption.IsTrue switch { true => "yes", false => "no", _ => "?" }, caption.Ceiling is double ceiling ? Fixed(ceiling, 2) : "–" } : [],
            ])],
            Best = [.. result.Captions.Index().Where(caption => caption.Item.Holds && result.Outcome != CaptionSearchOutcome.Chance).Take(1).Select(caption => caption.Index)],
            Caption = $"{Numbers.Whole(result.Tried)} captions were tried on {Numbers.Whole(result.Searched + 1)} pictures, this one included; {Numbers.Whole(result.First)} ranked it first there, where {CaptionWording.ByChance(result)} would if captions had nothing to do with what it shows. Probability over the gallery at {source.TemperatureInWords}.",
        };
    }

    private static Block.Table Rivals(FoundCaption caption, IReadOnlyList<string> names) => new()
    {
        Columns = [new Column("Rival"), new Column("Margin", "cosine", true), new Column("Parts of the caption"), new Column("Words for the target"), new Column("Words for the rival")],
        Rows = [.. caption.Rivals.Select(rival => (IReadOnlyList<string>)
        [
            names[rival.Picture], Fixed(rival.Margin, 4), string.Join(", ", rival.Parts.Select(part => $"{part.Word} {part.Effect.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture)}")),
            string.Join(", ", rival.ForTarget.Select(word => word.Word)), string.Join(", ", rival.ForRival.Select(word => word.Word)),
        ])],
        Caption = $"The pictures nearest to \"{caption.Text}\". A part's number is what it adds to the margin: below 0 it speaks for the rival.",
    };

    private static string Rank(CaptionStanding? standing) => standing is null ? "–" : $"{Numbers.Whole(standing.Rank)} of {Numbers.Whole(standing.Of)}";

    private static string Fixed(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);
}
