using System.CommandLine;
using Sextant.Matching;
using Sextant.Reports;
using Sextant.Scaling;
using Spectre.Console;

namespace Sextant.Cli.Commands;

/// <summary>sextant match rank GALLERY --caption TEXT: the pictures that fit captions best.</summary>
internal static class MatchRankCommand
{
    public static Command Create(Terminal terminal)
    {
        var arguments = new GalleryArguments();
        var caption = new Option<string[]>("--caption") { Description = "What to rank the pictures by; several may follow, or the option again.", HelpName = "TEXT", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };
        var top = new Option<int>("--top") { Description = "Pictures to show for each caption.", HelpName = "K", DefaultValueFactory = _ => 5 };
        var output = Options.Out("Writes report.html and contact-sheet.png there: the best pictures with their scores.");
        var json = Options.Json();
        var command = new Command(
            "rank",
            "Ranks the pictures of a folder for each caption. A cosine by itself says little; read it against the gallery:\n"
            + "  z            standard deviations above the gallery's average for this caption; the best of 500 pictures reaches about 3 by chance; it stays low where many pictures fit\n"
            + "  probability  if exactly one picture of the gallery were meant, that it is this one (softmax of cosine / temperature over the gallery)\n"
            + "  margin       cosine less that of the next picture\n"
            + "  any caption  z for everyday captions of other things, on average: from 1 on the picture comes up for everything\n"
            + "Where the gallery has captions (captions.csv with columns picture,caption, or NAME.txt beside NAME.png), it is also said how well captions and pictures find each other, and --caption may be left out.\n\n"
            + "Examples:\n  sextant match rank pictures --caption \"orange fish\" \"a diver\"\n  sextant match rank pictures --model runs/clip-small --caption \"red car\" --top 10 --out found")
        {
            caption, top, output, json,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] captions = Captions(terminal, parsed.GetValue(caption) ?? []);
            if (parsed.GetValue(top) < 1)
            {
                throw new UsageError("--top is at least 1.");
            }

            string? folder = MatchPage.Checked(parsed.GetValue(output));
            using var opened = arguments.Open(parsed, terminal);
            var retrieval = Retrieval(terminal, opened, arguments.Cache(parsed), mustBe: captions.Length == 0);
            if (captions.Length == 0 && retrieval is null)
            {
                throw new UserError($"There is no caption to rank by, and {opened.Gallery.Folder} has none of its own; give --caption \"some words\".");
            }

            if (captions.Length == 0 && folder is not null)
            {
                throw new UserError("A page shows the best pictures for captions; give --caption \"some words\" with --out.");
            }

            Tell(terminal, opened.Encoder, captions);
            var rankings = captions.Length == 0 ? [] : Ranking.Of(captions, opened.Encoder.Texts(captions), opened.Gallery.Features, opened.Source.Temperature, opened.Gallery.Hubness);
            MatchPage.Write(
                terminal,
                folder,
                into => RankingReport.Of(opened.Gallery, rankings, parsed.GetValue(top), opened.Source, retrieval, [arguments.Repeated(parsed, opened.Source)]).Write(into),
                page =>
                {
                    if (parsed.GetValue(json))
                    {
                        terminal.WriteJson(Json(opened, rankings, parsed.GetValue(top), retrieval, page));
                    }
                    else
                    {
                        Write(terminal, opened, rankings, parsed.GetValue(top), retrieval);
                    }
                });
            return 0;
        });
        return command;
    }

    private static string[] Captions(Terminal terminal, string[] given)
    {
        if (given.Any(string.IsNullOrWhiteSpace))
        {
            throw new UsageError("A caption is empty; give words after --caption.");
        }

        string[] captions = [.. given.Select(caption => caption.Trim()).Distinct(StringComparer.Ordinal)];
        if (captions.Length < given.Length)
        {
            terminal.Say("A caption that was given twice is ranked once.");
        }

        return captions;
    }

    /// <summary>Says what the model does not take of captions.</summary>
    internal static void Tell(Terminal terminal, ClipEncoder encoder, IReadOnlyList<string> captions)
    {
        foreach (string caption in captions)
        {
            if (encoder.CutOff(caption) is { } cut)
            {
                terminal.Say(RankingWords.CutOff(caption, cut));
            }
        }
    }

    /// <summary>By the captions of the gallery; null where it has none, or where they cannot be read and others are ranked by.</summary>
    private static RetrievalMeasures? Retrieval(Terminal terminal, OpenedGallery opened, string? cache, bool mustBe)
    {
        try
        {
            return GalleryTruth.CaptionsOf(opened.Gallery) is var (captions, of)
                ? RetrievalMeasures.Of(opened.Gallery.Features, KeptCaptions.Features(captions, opened.Gallery, opened.Encoder, cache, terminal.Say), of)
                : null;
        }
        catch (UserError e) when (!mustBe)
        {
            terminal.Say($"The gallery's own captions are not used: {e.Message}");
            return null;
        }
    }

    /// <summary>A word as a shell takes it.</summary>
    internal static string Shell(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ',') && word.Length > 0 ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Write(Terminal terminal, OpenedGallery opened, IReadOnlyList<Ranking> rankings, int top, RetrievalMeasures? retrieval)
    {
        foreach (var ranking in rankings)
        {
            terminal.Out.WriteLine($"{RankingWords.Quoted(ranking.Caption)}: {RankingWords.Finding(ranking, opened.Gallery)}");
            var table = IntervalTable.Bare("picture", "rank", "cosine", "z", "probability", "margin", "any caption");
            foreach (var picture in ranking.Pictures.Take(top))
            {
                table.AddRow(
                    Markup.Escape(opened.Gallery.Pictures[picture.Index].Name),
                    RankingWords.Rank(picture.Rank),
                    MatchWords.Fixed(picture.Cosine, 4),
                    MatchWords.Fixed(picture.Z, 2),
                    MatchWords.Percent(picture.Probability),
                    picture.Margin is double margin ? MatchWords.Fixed(margin, 4) : "–",
                    picture.Hubness is double hubness ? MatchWords.Fixed(hubness, 1) : "–");
            }

            terminal.WriteTable(table);
        }

        if (rankings.Count > 0)
        {
            terminal.Out.WriteLine($"Over the gallery's {Numbers.Whole(opened.Gallery.Pictures.Count)} pictures; probability at {opened.Source.TemperatureInWords}. `sextant match rank --help` says what the columns mean.");
        }

        if (retrieval is not null)
        {
            Write(terminal, retrieval);
        }
    }

    private static void Write(Terminal terminal, RetrievalMeasures retrieval)
    {
        var table = IntervalTable.Bare("looked for", "queries", "among", "R@1 (95 % interval)", "R@5", "R@10", "median rank");
        foreach (var (name, of) in new[] { ("picture by its caption", retrieval.PicturesByCaption), ("caption by its picture", retrieval.CaptionsByPicture) })
        {
            table.AddRow([
                name, Numbers.Whole(of.Queries), Numbers.Whole(of.Candidates), .. of.Recalls.Select(recall => Shares(recall)),
                $"{RankingWords.Rank(of.MedianRank)}{(of.MedianRankInterval is { Low: double low, High: double high } ? $" ({RankingWords.Rank(low)} to {RankingWords.Rank(high)})" : "")}",
            ]);
            table.AddRow(["  by chance", "", "", .. of.Recalls.Select(recall => $"{RankingWords.Points(recall.ByChance)} %"), ""]);
        }

        terminal.Out.WriteLine("The gallery's own captions:");
        terminal.WriteTable(table);
    }

    private static string Shares(Recall recall) =>
        $"{RankingWords.Points(recall.Value)} %{(recall.Interval is Interval { Low: double low, High: double high } ? $" ({RankingWords.Points(low)} to {RankingWords.Points(high)})" : "")}";

    private static object Json(OpenedGallery opened, IReadOnlyList<Ranking> rankings, int top, RetrievalMeasures? retrieval, string? page) => new
    {
        model = opened.ModelJson,
        gallery = opened.GalleryJson,
        captions = rankings.Select(ranking => new
        {
            ranking.Caption,
            meanCosine = ranking.Calibration.Mean,
            deviation = ranking.Calibration.Deviation,
            bestByChance = ranking.Calibration.ExpectedBest,
            chanceOfBest = ranking.Calibration.ChanceOf(ranking.Pictures[0].Z),
            isClear = MatchWords.IsClear(ranking),
            ranking.Spread,
            ranking.Margin,
            pictures = ranking.Pictures.Take(top).Select(picture => new
            {
                picture = opened.Gallery.Pictures[picture.Index].Name,
                picture.Rank,
                picture.Cosine,
                picture.Z,
                picture.Probability,
                picture.Margin,
                picture.Hubness,
            }),
        }),
        retrieval,
        page,
    };
}
