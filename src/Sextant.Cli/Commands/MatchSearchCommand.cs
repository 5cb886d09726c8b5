using System.CommandLine;
using Sextant.Matching;
using Sextant.Matching.Search;
using Sextant.Reports;

namespace Sextant.Cli.Commands;

/// <summary>sextant match search GALLERY: captions that single pictures out.</summary>
internal static class MatchSearchCommand
{
    private const int UsualSeconds = 5;

    private static readonly TimeSpan ToldEvery = TimeSpan.FromSeconds(10);

    public static Command Create(Terminal terminal)
    {
        var arguments = new GalleryArguments();
        var target = new Option<string[]>("--target") { Description = "A picture of the gallery, by its name or path; several may follow, or the option again.", HelpName = "PICTURE", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var targets = new Option<int?>("--targets") { Description = "So many targets by lot, and what came of them together. Of a drawn gallery those that differ from all others in what captions can say.", HelpName = "N" };
        var words = new Option<string?>("--words") { Description = "Your own words, one a line, with their part before a colon (noun, colour, attribute, number, place, relation): \"colour: teal\". Without one it is a noun.", HelpName = "FILE" };
        var captions = new Option<string?>("--captions") { Description = "Your own captions, one a line, tried as they are.", HelpName = "FILE" };
        var vocabulary = Options.Choice("--vocabulary", "Which words beside your own: usual takes those of drawn scenes where the gallery was drawn (a model trained on them knows no others) and general English, with the words of captions.csv where there is one, elsewhere.", SearchVocabulary.Usual);
        var confirm = new Option<string?>("--confirm") { Description = "Pictures that confirm what is found; then the whole gallery is searched. Without it a third of the gallery is kept from the search.", HelpName = "FOLDER" };
        var seconds = new Option<double>("--seconds") { Description = "For each target, once pictures and words are encoded.", HelpName = "S", DefaultValueFactory = _ => UsualSeconds };
        var texts = new Option<int?>("--texts") { Description = "Most captions that are encoded to be tried for a target; no limit by default.", HelpName = "N" };
        var most = new Option<int>("--most-words") { Description = "Most words of a caption.", HelpName = "N", DefaultValueFactory = _ => new CaptionSearchOptions().MostWords };
        var seed = new Option<ulong>("--seed") { Description = "Decides which pictures are kept from the search, which targets are drawn and which captions are tried beside the most promising. The same seed finds the same, unless the time ran out.", DefaultValueFactory = _ => 1 };
        var output = Options.Out("Writes report.html and contact-sheet.png there: each picture beside its nearest rivals.");
        var json = Options.Json();
        var command = new Command("search", Help())
        {
            target, targets, words, captions, vocabulary, confirm, seconds, texts, most, seed, output, json,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = new CaptionSearchOptions { Seconds = parsed.GetValue(seconds), Texts = parsed.GetValue(texts), MostWords = parsed.GetValue(most), Seed = parsed.GetValue(seed) };
            string[] named = parsed.GetValue(target) ?? [];
            Check(options, named, parsed.GetValue(targets));
            var own = CaptionVocabulary.Of(
                parsed.GetValue(words) is string wordFile ? CaptionLists.Words(wordFile) : [],
                parsed.GetValue(captions) is string captionFile ? CaptionLists.Sentences(captionFile) : []);
            using var opened = arguments.Open(parsed, terminal);
            var (encoder, pictures) = (opened.Encoder, opened.Gallery);
            var searched = SearchedGallery.Of(pictures);
            int[] rows = [.. named.Select(name => searched.IndexOf(name) ?? throw new UserError($"{name} is no picture of {pictures.Folder}; name one of its files, or put it there."))];
            var choice = parsed.GetValue(vocabulary) switch
            {
                SearchVocabulary.Usual => Usual(terminal, searched),
                SearchVocabulary.English => CaptionVocabulary.BuiltIn,
                SearchVocabulary.Drawn => DrawnWords.Vocabulary,
                _ => CaptionVocabulary.Empty,
            };
            var all = own.With(choice);
            if (all.Words.Count == 0 && all.Sentences.Count == 0)
            {
                throw new UsageError("There is nothing to make captions of; give --words or --captions, or another --vocabulary than none.");
            }

            var search = new CaptionSearch(searched.Features, encoder.Texts, 1 / opened.Source.Temperature, all, options)
            {
                Truth = searched.Truth,
                Views = row => PictureViews.Of(searched.Paths[row], encoder),
                Unseen = parsed.GetValue(confirm) is string confirming ? Unseen(terminal, searched, arguments.Read(confirming, encoder, parsed, terminal)) : null,
            };
            KeptWords.Prepare(search, pictures, encoder, arguments.Cache(parsed), terminal.Say, Told(terminal), terminal.Stop);
            MatchRankCommand.Tell(terminal, encoder, own.Sentences);
            TellOfUnknown(terminal, encoder, all.Words);
            var results = Found(terminal, search, parsed.GetValue(targets) is int count ? searched.Draw(count, options.Seed) : rows);
            var table = new CaptionSearchTable(terminal, searched.Names, opened.Source);
            var summary = parsed.GetValue(targets) is null ? null : CaptionSearchSummary.Of(results);
            string? page = parsed.GetValue(output) is string folder
                ? CaptionSearchReport.Of(results, searched, opened.Source, [Repeated(parsed)]).Write(folder)
                : null;
            if (page is not null)
            {
                terminal.Say($"Page: {page}");
            }

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { model = opened.ModelJson, gallery = opened.GalleryJson, describable = searched.Describable, summary, results = results.Select(table.Json), page });
                return 0;
            }

            foreach (var result in summary is null ? results : results.Where(result => result.Outcome is CaptionSearchOutcome.None or CaptionSearchOutcome.Chance))
            {
                table.Write(result);
            }

            if (summary is not null)
            {
                table.Write(summary);
            }

            return 0;
        });
        return command;
    }

    /// <summary>Without the words of the gallery's captions where these cannot be read.</summary>
    private static CaptionVocabulary Usual(Terminal terminal, SearchedGallery searched)
    {
        try
        {
            return searched.Vocabulary();
        }
        catch (UserError e)
        {
            terminal.Say($"The gallery's own captions are not used: {e.Message}");
            return CaptionVocabulary.BuiltIn;
        }
    }

    /// <summary>What confirms: pictures that the search does not see because they are not in the gallery.</summary>
    private static FeatureTable Unseen(Terminal terminal, SearchedGallery searched, Gallery confirming)
    {
        var unseen = searched.UnseenOf(confirming);
        int all = confirming.Pictures.Count, shared = all - unseen.Rows;
        if (unseen.Rows == 0)
        {
            throw new UserError($"--confirm {confirming.Folder}: every picture of it is in the gallery too, so that the search sees it; give other pictures, or leave --confirm out.");
        }

        if (shared > 0)
        {
            terminal.Say($"--confirm {confirming.Folder}: {Numbers.Whole(shared)} of the {Numbers.Whole(all)} pictures {(shared == 1 ? "is" : "are")} in the gallery too and {(shared == 1 ? "confirms" : "confirm")} nothing.");
        }

        return unseen;
    }

    /// <summary>Searches for each target, and says from time to time how far it is.</summary>
    private static List<CaptionSearchResult> Found(Terminal terminal, CaptionSearch search, IReadOnlyList<int> targets)
    {
        List<CaptionSearchResult> results = [];
        long told = TimeProvider.System.GetTimestamp();
        foreach (int target in targets)
        {
            results.Add(search.Find(target, terminal.Stop));
            if (results.Count < targets.Count && TimeProvider.System.GetElapsedTime(told) > ToldEvery)
            {
                terminal.Say($"Targets searched for: {Numbers.Whole(results.Count)} of {Numbers.Whole(targets.Count)}");
                told = TimeProvider.System.GetTimestamp();
            }
        }

        return results;
    }

    /// <summary>Says where most words are none that the model's tokeniser was made for.</summary>
    private static void TellOfUnknown(Terminal terminal, ClipEncoder encoder, IReadOnlyList<CaptionWord> words)
    {
        int spelt = words.Count(word => encoder.IsSpelt(word.Text));
        if (2 * spelt > words.Count)
        {
            terminal.Say($"The model's tokeniser takes {Numbers.Whole(spelt)} of the {Numbers.Whole(words.Count)} words apart almost to single letters: the captions that it was made of hardly had them, so that they mean little to the model. Give words that it knows with --words FILE --vocabulary none.");
        }
    }

    private static string Repeated(ParseResult parsed) => "sextant " + string.Join(' ', parsed.Tokens.Select(token => MatchRankCommand.Shell(token.Value)));

    /// <summary>Words of a large model take seconds, once.</summary>
    private static Action<int, int> Told(Terminal terminal)
    {
        int told = 0;
        return (done, of) =>
        {
            if (done == of || done - told >= 256)
            {
                told = done;
                terminal.Say($"Words encoded: {Numbers.Whole(done)} of {Numbers.Whole(of)}");
            }
        };
    }

    private static string Help() =>
        "Searches by itself for short captions that rank a picture first among all pictures of a gallery, and says how far they are to be believed.\n\n"
        + string.Join('\n', CaptionWording.Meaning)
        + "\n\nExamples:\n  sextant match search pictures --target pictures/reef.jpg pictures/harbour.jpg\n  sextant match search drawn --model runs/small --targets 50 --seed 1\n  sextant match search pictures --model runs/small --target a.png --words mine.txt --captions tried.txt --json";

    private static void Check(CaptionSearchOptions options, string[] named, int? count)
    {
        if (options.Problems().FirstOrDefault() is string problem)
        {
            int end = problem.IndexOf(' ', StringComparison.Ordinal);
            throw new UsageError("--" + System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(problem[..end]) + problem[end..]);
        }

        if (named.Length == 0 == count is null)
        {
            throw new UsageError(count is null ? "There is no target; name a picture with --target, or ask for some by lot with --targets N." : "Give pictures with --target or a number of them with --targets, not both.");
        }

        if (count < 1)
        {
            throw new UsageError($"--targets is {count}; at least 1 picture is searched for.");
        }
    }
}

/// <summary>Which words a search makes captions of, beside the user's own.</summary>
internal enum SearchVocabulary
{
    Usual,
    English,
    Drawn,
    None,
}
