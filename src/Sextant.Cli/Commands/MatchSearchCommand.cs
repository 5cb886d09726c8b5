using System.CommandLine;
using Sextant.Matching;
using Sextant.Matching.Search;
using Sextant.Reports;

namespace Sextant.Cli.Commands;

/// <summary>sextant match search GALLERY: captions that single pictures out.</summary>
internal static class MatchSearchCommand
{
    private const int UsualSeconds = 5;

    public static Command Create(Terminal terminal)
    {
        var gallery = new Argument<string>("GALLERY") { Description = "A folder of pictures." };
        var model = new Option<string>("--model") { Description = "A CLIP model: a folder, a run, or the name of one that was pulled.", HelpName = "MODEL", Required = true };
        var target = new Option<string[]>("--target") { Description = "A picture of the gallery, by its name or path; may be given again.", HelpName = "PICTURE", DefaultValueFactory = _ => [] };
        var targets = new Option<int?>("--targets") { Description = "So many targets by lot, and what came of them together. Of a drawn gallery those that differ from all others in what captions can say.", HelpName = "N" };
        var words = new Option<string?>("--words") { Description = "Your own words, one a line, with their part before a colon (noun, colour, attribute, number, place, relation): \"colour: teal\". Without one it is a noun.", HelpName = "FILE" };
        var captions = new Option<string?>("--captions") { Description = "Your own captions, one a line, tried as they are.", HelpName = "FILE" };
        var vocabulary = Options.Choice("--vocabulary", "Which words beside your own: usual takes those of drawn scenes where the gallery was drawn (a model trained on them knows no others) and general English, with the words of captions.csv where there is one, elsewhere.", SearchVocabulary.Usual);
        var confirm = new Option<string?>("--confirm") { Description = "Pictures that confirm what is found; then the whole gallery is searched. Without it a third of the gallery is kept from the search.", HelpName = "FOLDER" };
        var seconds = new Option<double>("--seconds") { Description = "For each target, once pictures and words are encoded.", HelpName = "S", DefaultValueFactory = _ => UsualSeconds };
        var texts = new Option<int?>("--texts") { Description = "Most captions that are encoded for a target; none by default.", HelpName = "N" };
        var most = new Option<int>("--most-words") { Description = "Most words of a caption.", HelpName = "N", DefaultValueFactory = _ => new CaptionSearchOptions().MostWords };
        var seed = new Option<ulong>("--seed") { Description = "Decides which pictures are kept from the search, which targets are drawn and which captions are tried beside the most promising. The same seed finds the same, unless the time ran out.", DefaultValueFactory = _ => 1 };
        var output = Options.Out("Where the page (report.html) goes.");
        var json = Options.Json();
        var command = new Command("search", Help())
        {
            gallery, model, target, targets, words, captions, vocabulary, confirm, seconds, texts, most, seed, output, json,
        };
        command.SetAction(parsed =>
        {
            var options = new CaptionSearchOptions { Seconds = parsed.GetValue(seconds), Texts = parsed.GetValue(texts), MostWords = parsed.GetValue(most), Seed = parsed.GetValue(seed) };
            string[] named = parsed.GetValue(target) ?? [];
            Check(options, named, parsed.GetValue(targets));
            var own = CaptionVocabulary.Of(
                parsed.GetValue(words) is string wordFile ? CaptionLists.Words(wordFile) : [],
                parsed.GetValue(captions) is string captionFile ? CaptionLists.Sentences(captionFile) : []);
            using var encoder = ClipEncoder.Load(ModelFolder.Of(terminal, parsed.GetRequiredValue(model)));
            var pictures = Read(terminal, parsed.GetRequiredValue(gallery), encoder);
            var searched = SearchedGallery.Of(pictures);
            int[] rows = [.. named.Select(name => searched.IndexOf(name) ?? throw new UserError($"{name} is no picture of {pictures.Folder}; name one of its files, or put it there."))];
            var choice = parsed.GetValue(vocabulary) switch
            {
                SearchVocabulary.Usual => searched.Vocabulary(),
                SearchVocabulary.English => CaptionVocabulary.BuiltIn,
                SearchVocabulary.Drawn => DrawnWords.Vocabulary,
                _ => CaptionVocabulary.Empty,
            };
            var all = own.With(choice);
            if (all.Words.Count == 0 && all.Sentences.Count == 0)
            {
                throw new UsageError("There is nothing to make captions of; give --words or --captions, or another --vocabulary than none.");
            }

            var search = new CaptionSearch(searched.Features, encoder.Texts, encoder.Scale, all, options)
            {
                Truth = searched.Truth,
                Unseen = parsed.GetValue(confirm) is string confirming ? Read(terminal, confirming, encoder).Features : null,
            };
            search.Prepare(stop: terminal.Stop);
            IReadOnlyList<CaptionSearchResult> results = [.. (parsed.GetValue(targets) is int count ? searched.Draw(count, options.Seed) : rows).Select(row => search.Find(row, terminal.Stop))];
            var table = new CaptionSearchTable(terminal, searched.Names);
            var summary = parsed.GetValue(targets) is null ? null : CaptionSearchSummary.Of(results);
            if (parsed.GetValue(output) is string folder)
            {
                Page(terminal, folder, CaptionSearchReport.Of(results, searched.Names, [Repeated(parsed)]));
            }

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { gallery = pictures.Folder, pictures = searched.Names.Count, describable = searched.Describable, model = encoder.Identity, summary, results = results.Select(table.Json) });
                return 0;
            }

            foreach (var result in summary is null ? results : results.Where(result => result.Outcome == CaptionSearchOutcome.None))
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

    private static string Repeated(ParseResult parsed) => "sextant " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Any(char.IsWhiteSpace) ? $"\"{token.Value}\"" : token.Value));

    private static void Page(Terminal terminal, string folder, Page page)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "report.html");
        PageFile.Write(page, path);
        terminal.Say($"The page is {path}.");
    }

    private static string Help() =>
        "Searches by itself for short captions that rank a picture first among all pictures of a gallery, and says how far they are to be believed.\n\n"
        + string.Join('\n', CaptionWording.Meaning)
        + "\n\nExamples:\n  sextant match search pictures --model openai/clip-vit-base-patch32 --target pictures/reef.jpg\n  sextant match search drawn --model runs/small --targets 50 --seed 1\n  sextant match search pictures --model runs/small --target a.png --words mine.txt --captions tried.txt --json";

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

    private static Gallery Read(Terminal terminal, string folder, ClipEncoder encoder)
    {
        var gallery = Gallery.Read(folder, encoder, new GalleryOptions { Notice = terminal.Say }, progress: null, terminal.Stop);
        foreach (var skipped in gallery.Skipped)
        {
            terminal.Say(skipped.Reason);
        }

        return gallery;
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
