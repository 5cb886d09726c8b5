using Sextant.Matching;

namespace Sextant.Reports;

/// <summary>Pictures ranked by captions, as a page and a contact sheet.</summary>
public sealed record RankingReport
{
    /// <summary>What the contact sheet's file is called.</summary>
    public const string SheetName = "contact-sheet.png";

    public required Page Page { get; init; }

    public required ContactSheet Sheet { get; init; }

    /// <param name="gallery">What was ranked.</param>
    /// <param name="rankings">For each caption; one or more.</param>
    /// <param name="top">Pictures shown for each.</param>
    /// <param name="source">Model and temperature.</param>
    /// <param name="retrieval">How captions and pictures that belong together find each other; null where no captions are known.</param>
    /// <param name="commands">That repeat it.</param>
    public static RankingReport Of(Gallery gallery, IReadOnlyList<Ranking> rankings, int top, MatchSource source, RetrievalMeasures? retrieval, IReadOnlyList<string> commands)
    {
        var sheet = new ContactSheet
        {
            Title = rankings.Count == 1 ? $"The best pictures for {RankingWords.Quoted(rankings[0].Caption)}" : $"The best pictures for {Numbers.Whole(rankings.Count)} captions",
            Subtitle = $"{Numbers.Whole(gallery.Pictures.Count)} pictures in {gallery.Folder}, ranked by {source.Model}.",
            Caption = $"The bar is the probability that this picture is meant, if exactly one of the gallery is ({source.TemperatureInWords}). z: standard deviations above the gallery's average for the caption. A blue frame: more of the probability than all others together.",
            Rows = [.. rankings.Select(ranking => Row(ranking, gallery, top))],
        };
        return new RankingReport
        {
            Sheet = sheet,
            Page = new Page
            {
                Title = sheet.Title,
                Lead = [sheet.Subtitle, .. rankings.Count == 1 ? [RankingWords.Finding(rankings[0], gallery)] : Overview(rankings)],
                Sections =
                [
                    new Section("What was found", [.. Caveats(gallery), new Block.Contacts(sheet)]),
                    new Section("What these scores mean", [Meaning(source, rankings[0].Calibration)]),
                    .. retrieval is null ? Array.Empty<Section>() : [new Section("Captions and pictures that belong together", Retrieval(retrieval))],
                    new Section("The numbers", [.. rankings.Select(ranking => Numbered(ranking, gallery, top)), Calibrations(rankings)]),
                    .. Section.Unless("What was left out", LeftOut(gallery)),
                    .. Section.Unless("How to repeat it", commands.Count > 0 ? [new Block.Commands(commands)] : []),
                ],
            },
        };
    }

    /// <summary>Writes report.html and the contact sheet into a folder; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => Write(folder, Page, (SheetName, Sheet));

    /// <summary>Writes report.html and pictures into a folder; returns the page's path.</summary>
    internal static string Write(string folder, Page page, params IReadOnlyList<(string Name, Picture Picture)> pictures)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, picture) in pictures)
        {
            PictureFile.Write(picture is ContactSheet sheet ? sheet.ForDrawing() : picture, Path.Combine(folder, name));
        }

        string path = Path.Combine(folder, ScalingReport.PageName);
        PageFile.Write(page, path);
        return path;
    }

    /// <summary>What is wrong with the gallery, before what was found in it.</summary>
    internal static IEnumerable<Block> Caveats(Gallery gallery) =>
        new[] { MatchWords.LeftOut(gallery), MatchWords.Doubles(gallery) }.OfType<string>().Select(text => new Block.Caveat(text));

    internal static IEnumerable<Block> LeftOut(Gallery gallery) => gallery.Skipped.Count < 2 ? [] :
    [
        new Block.Table { Columns = [new Column("File"), new Column("Why")], Rows = [.. gallery.Skipped.Select(skipped => (IReadOnlyList<string>)[skipped.Name, skipped.Reason])] },
    ];

    private static IEnumerable<string> Overview(IReadOnlyList<Ranking> rankings)
    {
        string[] clear = [.. rankings.Where(MatchWords.IsClear).Select(ranking => RankingWords.Quoted(ranking.Caption))];
        yield return clear.Length switch
        {
            0 => "For none of the captions one picture is clearly the nearest: several fit, or none does.",
            _ when clear.Length == rankings.Count => "For each caption one picture is clearly the nearest: it has more of the probability than all others together.",
            <= 4 => $"For {string.Join(", ", clear)} one picture is clearly the nearest; for the other captions several fit, or none does.",
            _ => $"For {Numbers.Whole(clear.Length)} of the {Numbers.Whole(rankings.Count)} captions one picture is clearly the nearest: it has more of the probability than all others together.",
        };
    }

    private static Block.Table Meaning(MatchSource source, Calibration calibration) => new()
    {
        Columns = [new Column("Score"), new Column("What it means")],
        Rows = [.. MatchWords.Meaning(source, calibration).Select(of => (IReadOnlyList<string>)[of.Score, of.Meaning])],
    };

    private static ContactRow Row(Ranking ranking, Gallery gallery, int top) => new(
        RankingWords.Quoted(ranking.Caption),
        RankingWords.Finding(ranking, gallery),
        [.. ranking.Pictures.Take(top).Select(picture => new ContactCell(Thumbnail.Read(gallery.Pictures[picture.Index].Path), gallery.Pictures[picture.Index].Name, Lines(picture))
        {
            Badge = RankingWords.Rank(picture.Rank),
            Share = picture.Probability,
            IsMarked = picture.Rank == 1 && MatchWords.IsClear(ranking),
        })]);

    private static IReadOnlyList<string> Lines(RankedPicture picture) =>
    [
        $"probability {MatchWords.Percent(picture.Probability)}",
        $"z {MatchWords.Fixed(picture.Z, 1)}, cosine {MatchWords.Fixed(picture.Cosine)}",
    ];

    private static Block.Table Numbered(Ranking ranking, Gallery gallery, int top) => new()
    {
        Columns = [new Column(RankingWords.Quoted(ranking.Caption)), new Column("Rank", null, true), new Column("Cosine", null, true), new Column("z", "deviations", true), new Column("Probability", null, true), new Column("Margin", "to the next", true), new Column("Any caption", "deviations", true)],
        Rows = [.. ranking.Pictures.Take(top).Select(picture => (IReadOnlyList<string>)
        [
            gallery.Pictures[picture.Index].Name, RankingWords.Rank(picture.Rank), MatchWords.Fixed(picture.Cosine, 4), MatchWords.Fixed(picture.Z, 2), MatchWords.Percent(picture.Probability),
            picture.Margin is double margin ? MatchWords.Fixed(margin, 4) : "–", picture.Hubness is double hubness ? MatchWords.Fixed(hubness, 1) : "–",
        ])],
    };

    private static Block.Table Calibrations(IReadOnlyList<Ranking> rankings) => new()
    {
        Columns = [new Column("Caption"), new Column("Mean", "cosine", true), new Column("Deviation", "cosine", true), new Column("Best", "z", true), new Column("By chance", "z of the best", true)],
        Rows = [.. rankings.Select(ranking => (IReadOnlyList<string>)[RankingWords.Quoted(ranking.Caption), MatchWords.Fixed(ranking.Calibration.Mean, 4), MatchWords.Fixed(ranking.Calibration.Deviation, 4), MatchWords.Fixed(ranking.Pictures[0].Z, 2), MatchWords.Fixed(ranking.Calibration.ExpectedBest, 2)])],
        Caption = "Mean and standard deviation of each caption's cosines over the whole gallery, which z is measured in.",
    };

    private static IReadOnlyList<Block> Retrieval(RetrievalMeasures measures) =>
    [
        new Block.Paragraph("The gallery has captions of its own. Each is held against all pictures, and each picture against all captions: R@K is the share whose right partner is among the first K."),
        new Block.Table
        {
            Columns = [new Column("Looked for"), new Column("Queries", null, true), new Column("Among", null, true), .. measures.PicturesByCaption.Recalls.Select(recall => new Column($"R@{recall.At}", "%", true)), new Column("Median rank", null, true)],
            Rows =
            [
                .. new[] { ("picture by caption", measures.PicturesByCaption), ("caption by picture", measures.CaptionsByPicture) }.SelectMany(of => (IReadOnlyList<IReadOnlyList<string>>)
                [
                    [of.Item1, Numbers.Whole(of.Item2.Queries), Numbers.Whole(of.Item2.Candidates), .. of.Item2.Recalls.Select(recall => RankingWords.Points(recall.Value)), RankingWords.Rank(of.Item2.MedianRank)],
                    ["  95 % interval", "", "", .. of.Item2.Recalls.Select(recall => recall.Interval is { Low: double low, High: double high } ? $"{RankingWords.Points(low)} to {RankingWords.Points(high)}" : "–"), of.Item2.MedianRankInterval is { Low: double least, High: double most } ? $"{RankingWords.Rank(least)} to {RankingWords.Rank(most)}" : "–"],
                    ["  by chance", "", "", .. of.Item2.Recalls.Select(recall => RankingWords.Points(recall.ByChance)), ""],
                ]),
            ],
            Caption = "Intervals are over other pictures of the same kind. A caption that several pictures have is right for each of them; equal cosines count as any order of them.",
        },
    ];
}
