using System.CommandLine;
using Sextant.Finetuning;
using Sextant.Matching;
using Sextant.Reports;
using Spectre.Console;

namespace Sextant.Cli.Commands;

/// <summary>sextant match zero-shot GALLERY --labels a,b,c: classes of pictures by the names of the classes.</summary>
internal static class MatchZeroShotCommand
{
    private const int MostRows = 50;

    public static Command Create(Terminal terminal)
    {
        var arguments = new GalleryArguments();
        var labels = new Option<string?>("--labels") { Description = "Names of the classes, with commas between.", HelpName = "a,b,c" };
        var labelsFile = new Option<string?>("--labels-file") { Description = "A file with the name of a class in each line.", HelpName = "FILE" };
        var template = new Option<string[]>("--template") { Description = $"What is said of a label, with {ZeroShot.Place} where it goes; several are averaged. \"{ZeroShot.UsualTemplate}\" if left out.", HelpName = "TEXT", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };
        var top = new Option<int>("--top") { Description = "Pictures of each class to show on the page.", HelpName = "K", DefaultValueFactory = _ => 6 };
        var output = Options.Out("Writes report.html and contact-sheet.png there: the surest pictures of each class.");
        var json = Options.Json();
        var command = new Command(
            "zero-shot",
            "Gives each picture of a folder the class whose name fits it best, without training. The probability is among the given labels alone: a picture of none of them still gets the nearest. Where the classes are known (the column label of captions.csv, kinds or colours in scenes.json of drawn pictures, or the names of the pictures' folders), it is said how many are right, against guessing.\n\n"
            + "Examples:\n  sextant match zero-shot pictures --labels fish,coral,diver\n  sextant match zero-shot pictures --labels-file classes.txt --template \"a photo of a {}\" \"a small photo of a {}\" --out classes")
        {
            labels, labelsFile, template, top, output, json,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] names = Labels(terminal, parsed.GetValue(labels), parsed.GetValue(labelsFile));
            string[] templates = Templates(parsed.GetValue(template) ?? []);
            if (parsed.GetValue(top) < 1)
            {
                throw new UsageError("--top is at least 1.");
            }

            string? folder = MatchPage.Checked(parsed.GetValue(output));
            using var opened = arguments.Open(parsed, terminal);
            var result = ZeroShot.Of(names, templates, opened.Encoder.Texts, opened.Gallery.Features, opened.Source.Temperature);
            var truth = Truth(terminal, opened.Gallery, result);
            MatchPage.Write(
                terminal,
                folder,
                into => ZeroShotReport.Of(opened.Gallery, result, truth is { } known ? (known.Measures, known.Source) : null, parsed.GetValue(top), opened.Source, [arguments.Repeated(parsed, opened.Source)]).Write(into),
                page =>
                {
                    if (parsed.GetValue(json))
                    {
                        terminal.WriteJson(Json(opened, result, truth, page));
                    }
                    else
                    {
                        Write(terminal, opened, result, truth);
                    }
                });
            return 0;
        });
        return command;
    }

    private static string[] Labels(Terminal terminal, string? list, string? file)
    {
        if (list is null == file is null)
        {
            throw new UsageError(list is null ? "Name the classes with --labels a,b,c or --labels-file FILE." : "Give --labels or --labels-file, not both.");
        }

        string[] given = list?.Split(',') ?? Lines(file!);
        string[] labels = [.. given.Select(label => label.Trim()).Where(label => label.Length > 0)];
        string[] different = [.. labels.Distinct(StringComparer.OrdinalIgnoreCase)];
        if (different.Length < labels.Length)
        {
            terminal.Say("A label that was given twice counts once.");
        }

        return different.Length >= 2 ? different : throw new UsageError($"{(list is null ? file : "--labels")}: there {(different.Length == 1 ? "is one label" : "is no label")}, and classes are told apart from two on; name more.");
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserError($"--labels-file {file} cannot be read ({e.Message.Split('\n')[0].TrimEnd('.')}); give a file with a label in each line.", e);
        }
    }

    private static string[] Templates(string[] given) =>
        given.FirstOrDefault(template => !template.Contains(ZeroShot.Place, StringComparison.Ordinal)) is string without
            ? throw new UsageError($"--template '{without}' has no {ZeroShot.Place} where the label goes, as \"{ZeroShot.UsualTemplate}\" has.")
            : given.Length == 0 ? [ZeroShot.UsualTemplate] : [.. given.Distinct(StringComparer.Ordinal)];

    /// <summary>How much is right of what is known; null where nothing is, or where it cannot be read.</summary>
    private static (ClassificationMeasures Measures, IReadOnlyList<int?> Classes, string Source)? Truth(Terminal terminal, Gallery gallery, ZeroShot result)
    {
        (IReadOnlyList<int?> Classes, string Source)? found = null;
        try
        {
            found = GalleryTruth.ClassesOf(gallery, result.Labels);
        }
        catch (UserError e)
        {
            terminal.Say($"What the gallery says of its pictures is not used: {e.Message}");
        }

        if (found is not var (classes, source))
        {
            return null;
        }

        int[] known = [.. classes.Index().Where(picture => picture.Item is not null).Select(picture => picture.Index)];
        int[] expected = [.. known.Select(picture => classes[picture]!.Value)];
        int majority = expected.GroupBy(c => c).OrderByDescending(same => same.Count()).ThenBy(same => same.Key).First().Key;
        return (ClassificationMeasures.Of(result.Labels, [.. known.Select(picture => result.Probabilities[picture])], expected, majority), classes, source);
    }

    private static void Write(Terminal terminal, OpenedGallery opened, ZeroShot result, (ClassificationMeasures Measures, IReadOnlyList<int?> Classes, string Source)? truth)
    {
        var counts = IntervalTable.Bare("class", "pictures");
        foreach (var (label, count) in result.Counts)
        {
            counts.AddRow(Markup.Escape(label), Numbers.Whole(count));
        }

        terminal.WriteTable(counts);
        var table = IntervalTable.Bare(["picture", "class", "probability", "cosine", .. truth is null ? Array.Empty<string>() : ["right class"]]);
        foreach (var (i, row) in result.Probabilities.Index().Take(MostRows))
        {
            int best = ClassificationMeasures.MostLikely(row);
            table.AddRow([
                .. new[] { opened.Gallery.Pictures[i].Name, result.Labels[best], MatchWords.Percent(row[best]), MatchWords.Fixed(result.Cosines[i][best], 4) }.Select(Markup.Escape),
                .. truth is { } of ? [of.Classes[i] is int right ? Markup.Escape(result.Labels[right]) : "–"] : Array.Empty<string>(),
            ]);
        }

        terminal.WriteTable(table);
        if (result.Probabilities.Count > MostRows)
        {
            terminal.Out.WriteLine($"The first {MostRows} of {Numbers.Whole(result.Probabilities.Count)} pictures; --json gives all.");
        }

        if (truth is { } known)
        {
            var confusion = IntervalTable.Bare(["right class", "pictures", "precision", "recall", .. result.Labels.Select(label => "said " + label)]);
            foreach (var (row, of) in known.Measures.Classes.Index())
            {
                confusion.AddRow([
                    .. new[] { of.Name, Numbers.Whole(of.Support), Share(of.Precision), Share(of.Recall) }.Select(Markup.Escape),
                    .. known.Measures.Confusion[row].Select(count => Numbers.Whole(count)),
                ]);
            }

            terminal.WriteTable(confusion);
        }

        terminal.Out.WriteLine(ZeroShotReport.Finding(result, truth is { } found ? (found.Measures, found.Source) : null));
        terminal.Out.WriteLine($"Probability among the {Numbers.Whole(result.Labels.Count)} labels at {opened.Source.TemperatureInWords}; {(result.Templates.Count == 1 ? "template" : "templates")} {string.Join(", ", result.Templates.Select(RankingWords.Quoted))}.");
    }

    private static string Share(double? share) => share is double value ? Numbers.Share(value) : "–";

    private static object Json(OpenedGallery opened, ZeroShot result, (ClassificationMeasures Measures, IReadOnlyList<int?> Classes, string Source)? truth, string? page) => new
    {
        model = opened.ModelJson,
        gallery = opened.GalleryJson,
        result.Labels,
        result.Templates,
        result.Chance,
        classes = result.Counts.Select(of => new { of.Label, of.Pictures }),
        measures = truth?.Measures,
        classesFrom = truth?.Source,
        pictures = result.Probabilities.Select((row, i) => new
        {
            picture = opened.Gallery.Pictures[i].Name,
            label = result.Labels[ClassificationMeasures.MostLikely(row)],
            probability = row.Max(),
            expected = truth?.Classes[i] is int right ? result.Labels[right] : null,
            probabilities = result.Labels.Zip(row).ToDictionary(p => p.First, p => p.Second),
            cosines = result.Labels.Zip(result.Cosines[i]).ToDictionary(p => p.First, p => p.Second),
        }),
        page,
    };
}
