using Sextant.Finetuning;
using Sextant.Matching;

namespace Sextant.Reports;

/// <summary>Pictures classified by the names of classes, as a page and a contact sheet.</summary>
public sealed record ZeroShotReport
{
    private const int MostListed = 500;

    public required Page Page { get; init; }

    public required ContactSheet Sheet { get; init; }

    /// <summary>Null where the right classes are not known.</summary>
    public HeatMap? Confusion { get; init; }

    /// <param name="gallery">What was classified.</param>
    /// <param name="result">The probabilities.</param>
    /// <param name="truth">How much is right and where that was found; null where it is not known.</param>
    /// <param name="top">Pictures shown of each class.</param>
    /// <param name="source">Model and temperature.</param>
    /// <param name="commands">That repeat it.</param>
    public static ZeroShotReport Of(Gallery gallery, ZeroShot result, (ClassificationMeasures Measures, string Source)? truth, int top, MatchSource source, IReadOnlyList<string> commands)
    {
        int[] said = [.. result.Probabilities.Select(row => ClassificationMeasures.MostLikely(row))];
        var sheet = new ContactSheet
        {
            Title = $"{Numbers.Whole(gallery.Pictures.Count)} pictures in {Numbers.Whole(result.Labels.Count)} classes",
            Subtitle = $"The pictures of {gallery.Folder} that {source.Model} is surest of, by class.",
            Caption = $"The bar is the probability of the class among the {Numbers.Whole(result.Labels.Count)} given ({source.TemperatureInWords}).",
            Rows = [.. result.Labels.Index().Select(label => Row(label.Index, label.Item, gallery, result, said, top)).Where(row => row.Cells.Count > 0)],
        };
        var confusion = truth is { } known ? ConfusionPicture.Of([("gallery", known.Measures)], "pictures") : null;
        return new ZeroShotReport
        {
            Sheet = sheet,
            Confusion = confusion,
            Page = new Page
            {
                Title = sheet.Title,
                Lead = [$"{source.Model} gave each picture of {gallery.Folder} the class whose name fits it best; no picture with a label was used for it.", Finding(result, truth)],
                Sections =
                [
                    new Section("What was found", [.. RankingReport.Caveats(gallery), Counts(result), new Block.Contacts(sheet)]),
                    .. confusion is null ? Array.Empty<Section>() : [new Section("What is right", [new Block.Figure(confusion)])],
                    new Section("What these scores mean", [.. Meaning(result, source).Select(text => new Block.Paragraph(text))]),
                    new Section("Picture by picture", [Pictures(gallery, result, said)]),
                    .. Section.Unless("What was left out", RankingReport.LeftOut(gallery)),
                    .. Section.Unless("How to repeat it", commands.Count > 0 ? [new Block.Commands(commands)] : []),
                ],
            },
        };
    }

    /// <summary>Writes report.html, the contact sheet and the confusion into a folder; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => RankingReport.Write(folder, Page, [(RankingReport.SheetName, Sheet), .. Confusion is null ? Array.Empty<(string, Picture)>() : [($"{ConfusionPicture.Name}.png", Confusion)]]);

    /// <summary>How much is right, against what guessing gets; or that it is not known.</summary>
    public static string Finding(ZeroShot result, (ClassificationMeasures Measures, string Source)? truth)
    {
        if (truth is not { } known)
        {
            return $"How many are right is not known: neither a column label of captions.csv nor scenes.json nor the names of the folders say one of the labels. Guessing would get {RankingWords.Share(result.Chance)}.";
        }

        var measures = known.Measures;
        string beyond = measures.AccuracyInterval?.Low > Math.Max(result.Chance, measures.MajorityAccuracy) ? "" : ", and no better than that is shown";
        return $"{Numbers.Share(measures.Accuracy)} of {Numbers.Whole(measures.Count)} pictures whose class is known (by {known.Source}) are right{FinetuningReport.Between(measures.AccuracyInterval, "%")}; guessing among the {Numbers.Whole(result.Labels.Count)} labels gets {RankingWords.Share(result.Chance)}, always saying the most frequent class of the gallery ({measures.Classes[measures.Majority].Name}) {Numbers.Share(measures.MajorityAccuracy)}{beyond}.";
    }

    private static ContactRow Row(int label, string name, Gallery gallery, ZeroShot result, int[] said, int top)
    {
        int[] of = [.. said.Index().Where(picture => picture.Item == label).Select(picture => picture.Index).OrderByDescending(picture => result.Probabilities[picture][label])];
        return new ContactRow(
            name,
            $"{Numbers.Whole(of.Length)} {(of.Length == 1 ? "picture" : "pictures")}{(of.Length > top ? $"; the {Numbers.Whole(top)} surest" : "")}",
            [.. of.Take(top).Select(picture => new ContactCell(Thumbnail.Read(gallery.Pictures[picture].Path), gallery.Pictures[picture].Name, [$"probability {MatchWords.Percent(result.Probabilities[picture][label])}", Second(result, picture, label)]) { Share = result.Probabilities[picture][label] })]);
    }

    private static string Second(ZeroShot result, int picture, int first)
    {
        double[] row = result.Probabilities[picture];
        int? second = row.Index().Where(label => label.Index != first).OrderByDescending(label => label.Item).Select(label => (int?)label.Index).FirstOrDefault();
        return second is int next ? $"then {result.Labels[next]}, {MatchWords.Percent(row[next])}" : "the only class";
    }

    private static Block.Table Counts(ZeroShot result) => new()
    {
        Columns = [new Column("Class"), new Column("Pictures", null, true)],
        Rows = [.. result.Counts.Select(of => (IReadOnlyList<string>)[of.Label, Numbers.Whole(of.Pictures)])],
    };

    private static IEnumerable<string> Meaning(ZeroShot result, MatchSource source)
    {
        yield return $"Probability: how sure the model is of the class, if the picture is of exactly one of the {Numbers.Whole(result.Labels.Count)} labels (softmax over the labels at {source.TemperatureInWords}). A picture of none of them still gets its nearest label, often with a high probability: leave no class out that the pictures may have.";
        yield return $"Each label was put into {(result.Templates.Count == 1 ? "the template" : $"{Numbers.Whole(result.Templates.Count)} templates, whose features were averaged:")} {string.Join(", ", result.Templates.Take(8).Select(RankingWords.Quoted))}{(result.Templates.Count > 8 ? ", …" : "")}. Other words for the same thing give other results; try several with --template.";
        yield return $"Chance: guessing among the labels is right for {RankingWords.Share(result.Chance)} of the pictures.";
    }

    private static Block.Table Pictures(Gallery gallery, ZeroShot result, int[] said) => new()
    {
        Columns = [new Column("Picture"), new Column("Class"), new Column("Probability", null, true), new Column("Cosine", null, true), new Column("Then")],
        Rows = [.. said.Index().Take(MostListed).Select(picture => (IReadOnlyList<string>)
        [
            gallery.Pictures[picture.Index].Name, result.Labels[picture.Item], MatchWords.Percent(result.Probabilities[picture.Index][picture.Item]), MatchWords.Fixed(result.Cosines[picture.Index][picture.Item], 4), Second(result, picture.Index, picture.Item),
        ])],
        Caption = said.Length > MostListed ? $"The first {MostListed} of {Numbers.Whole(said.Length)} pictures; --json gives all." : null,
    };
}
