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
        using var model = TrainedModel.Load(new RunFolder(run), Devices.Parse(device));
        if (!model.Translates)
        {
            throw new UserError($"{run} is a language model of plain text; evaluate takes runs that translate.");
        }

        var reading = PairFile.Read(data, model.LowerCases);
        Pair[] known = [.. reading.Pairs.Where(p => model.CanRead(p.Source) && model.CanRead(p.Target))];
        int unreadable = reading.Pairs.Count - known.Length;
        var seen = SeenIn(model.Recipe, isUnseen);
        var pairs = isUnseen ? [.. known.Where(p => !seen.Contains(p.Source))] : known;
        if (pairs.Length == 0)
        {
            throw new UserError(known.Length == 0
                ? $"{data} holds no pair that {run} can read; give pairs of the language it was trained on."
                : $"{run} was trained on every source of {data}; give others.");
        }

        var items = PairMeasures.BySource(pairs);
        int trained = items.Count(i => seen.Contains(i.Source));
        terminal.Say($"{data}: {items.Count} sources{Corpora.LeftOutOf(reading)}{(unreadable > 0 ? $"; {unreadable} pairs hold characters that the model lacks and are left out" : "")}.");
        if (trained > 0)
        {
            terminal.Say($"{trained} of them are among the words this run was trained on: these measures are not about new words alone (--unseen leaves them out).");
        }

        var measures = PairMeasures.Losses(model, pairs);
        foreach ((string name, double value) in PairMeasures.Of(model, items, terminal.Stop))
        {
            measures.Add(name, value);
        }

        if (isJson)
        {
            terminal.WriteJson(new { run = Path.GetFullPath(run), data = Path.GetFullPath(data), sources = items.Count, leftOut = unreadable, badLines = reading.LeftOut.Count, trained, measures });
            return 0;
        }

        foreach ((string name, double value) in measures)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {value:G5}"));
        }

        return 0;
    }

    /// <summary>The sources that the run trained on; none where its data is no longer at hand and need not be.</summary>
    private static HashSet<string> SeenIn(Recipe recipe, bool isNeeded)
    {
        try
        {
            using var corpus = (PairCorpus)Corpora.Create(recipe, Path.GetTempPath());
            return [.. corpus.Train.Select(p => p.Pair.Source)];
        }
        catch (UserError) when (!isNeeded)
        {
            return [];
        }
    }
}
