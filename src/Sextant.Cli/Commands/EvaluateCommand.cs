using System.CommandLine;
using System.Globalization;
using Sextant.Data;
using Sextant.Experiments;

namespace Sextant.Cli.Commands;

/// <summary>sextant evaluate RUN --data PAIRS: translation measures on any pairs.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "A run folder." };
        var data = new Option<string>("--data") { Description = "A file of pairs.", HelpName = "FILE", Required = true };
        var unseen = new Option<bool>("--unseen") { Description = "Leave out the sources that the run was trained on." };
        var device = Options.Device();
        var json = Options.Json();
        var command = new Command(
            "evaluate",
            "Translates the sources of a file of pairs with a trained run and holds them against the targets: exact match, character error rate, chrF, BLEU, and the loss by batch and by token.\n\nExample:\n  sextant evaluate runs/mine --data held-out.tsv")
        {
            run, data, unseen, device, json,
        };
        command.SetAction(parsed => Run(
            terminal, parsed.GetRequiredValue(run), parsed.GetRequiredValue(data), parsed.GetValue(unseen), parsed.GetValue(device)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string run, string data, bool isUnseen, string device, bool isJson)
    {
        var folder = new RunFolder(run);
        using var model = TrainedModel.Load(folder, Devices.Parse(device));
        if (!model.Translates)
        {
            throw new UserError($"{run} is a language model of plain text; evaluate takes runs that translate.");
        }

        var reading = PairFile.Read(data, model.LowerCases);
        Pair[] readable = [.. reading.Pairs.Where(p => model.CanRead(p.Source) && model.CanRead(p.Target))];
        Pair[] known = [.. readable.Where(model.Fits)];
        int unreadable = reading.Pairs.Count - readable.Length, tooLong = readable.Length - known.Length;
        var seen = SeenIn(folder, model.Recipe, out string? lack);
        if (isUnseen && lack is not null)
        {
            throw new UserError($"--unseen: {lack}, so it is not known which sources {run} was trained on; put the data back as they were, or leave --unseen out.");
        }

        Pair[] pairs = [.. known.Where(p => !isUnseen || !seen.Contains(p.Source))];
        if (pairs.Length == 0)
        {
            throw new UserError(known.Length == 0
                ? $"{data} holds no pair that {run} can read; give pairs of the language it was trained on."
                : $"{run} was trained on every source of {data}; give others.");
        }

        var items = PairMeasures.BySource(pairs);
        int? trained = lack is null ? items.Count(i => seen.Contains(i.Source)) : null;
        int skipped = known.Length - pairs.Length;
        string left = skipped > 0 ? $"; {skipped} pairs that the run was trained on are left out" : "";
        terminal.Say($"{data}: {items.Count} sources{left}{Corpora.LeftOutOf(reading)}{(unreadable > 0 ? $"; {unreadable} pairs hold characters that the model lacks and are left out" : "")}{(tooLong > 0 ? $"; {tooLong} pairs are longer than model.maximumLength {model.Model.MaximumLength} and are left out" : "")}.");
        if (trained > 0)
        {
            terminal.Say($"{trained} of them are among the words this run was trained on: these measures are not about new words alone (--unseen leaves them out).");
        }

        if (lack is not null)
        {
            terminal.Say($"{char.ToUpperInvariant(lack[0])}{lack[1..]}: some of these sources may be ones that the run was trained on.");
        }

        var measures = PairMeasures.Losses(model, pairs);
        foreach ((string name, double value) in PairMeasures.Of(model, items, terminal.Stop))
        {
            measures.Add(name, value);
        }

        if (isJson)
        {
            terminal.WriteJson(new { run = Path.GetFullPath(run), data = Path.GetFullPath(data), sources = items.Count, leftOut = unreadable, tooLong, skipped, badLines = reading.LeftOut.Count, trained, measures });
            return 0;
        }

        foreach ((string name, double value) in measures)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {value,-10:G5} {Unit(name)}"));
        }

        return 0;
    }

    private static string Unit(string measure) => measure switch
    {
        "loss" => "nats a token, mean over batches of equal lengths",
        "lossPerToken" => "nats a token",
        "perplexity" => "tokens",
        "exactMatch" => "share of sources, 0 to 1",
        "characterErrorRate" => "edits a character of the targets",
        "chrF" or "bleu" => "0 to 100",
        _ => "",
    };

    /// <summary>The sources that the run trained on.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="recipe">Its recipe, which names its data.</param>
    /// <param name="lack">Why they are not known: the data are gone or no longer what they were. Null if they are.</param>
    private static HashSet<string> SeenIn(RunFolder folder, Recipe recipe, out string? lack)
    {
        lack = null;
        try
        {
            if (RunIdentity.Of(recipe) == folder.ReadIdentity())
            {
                using var corpus = (PairCorpus)Corpora.Create(recipe, Path.GetTempPath());
                return [.. corpus.Train.Select(p => p.Pair.Source)];
            }

            lack = $"the data that {folder.Root} was trained on have changed since";
        }
        catch (UserError)
        {
            lack = $"the data that {folder.Root} was trained on are no longer where they were";
        }

        return [];
    }
}
