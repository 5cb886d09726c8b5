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
        var device = Options.Device();
        var json = Options.Json();
        var command = new Command(
            "evaluate",
            "Translates the sources of a file of pairs with a trained run and holds them against the targets: exact match, character error rate, chrF, BLEU.\n\nExample:\n  sextant evaluate runs/mine --data held-out.tsv")
        {
            run, data, device, json,
        };
        command.SetAction(parsed => Run(terminal, parsed.GetRequiredValue(run), parsed.GetRequiredValue(data), parsed.GetValue(device)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string run, string data, string device, bool isJson)
    {
        using var model = TrainedModel.Load(new RunFolder(run), Devices.Parse(device));
        if (!model.Translates)
        {
            throw new UserError($"{run} is a language model of plain text; evaluate takes runs that translate.");
        }

        var reading = PairFile.Read(data, model.LowerCases);
        var targets = reading.Pairs.ToLookup(p => p.Source, p => p.Target);
        bool Fits(string source) => model.Tokenizer.Unknown is not null || model.Tokenizer.Encode(source).Unknowns.Count == 0;
        (string Source, IReadOnlyList<string> Targets)[] items = [.. targets.Where(g => Fits(g.Key)).Select(g => (g.Key, (IReadOnlyList<string>)[.. g]))];
        if (items.Length == 0)
        {
            throw new UserError($"{data} holds no source that {run} can read; give pairs of the language it was trained on.");
        }

        terminal.Say($"{data}: {items.Length} sources{Corpora.LeftOutOf(reading)}.");
        int trained = Trained(model.Recipe, items.Select(i => i.Source));
        if (trained > 0)
        {
            terminal.Say($"{trained} of them are among the words this run was trained on: these measures are not about new words alone.");
        }

        var measures = PairMeasures.Of(model, items, terminal.Stop);
        if (targets.Count > items.Length)
        {
            terminal.Say($"{targets.Count - items.Length} of {targets.Count} sources hold characters that the model lacks and are left out.");
        }

        if (isJson)
        {
            terminal.WriteJson(new { run = Path.GetFullPath(run), data = Path.GetFullPath(data), sources = items.Length, leftOut = targets.Count - items.Length, badLines = reading.LeftOut.Count, trained, measures });
            return 0;
        }

        foreach ((string name, double value) in measures)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {value:G5}"));
        }

        return 0;
    }

    /// <summary>How many sources the run trained on; 0 where its data is no longer at hand.</summary>
    private static int Trained(Recipe recipe, IEnumerable<string> sources)
    {
        try
        {
            using var corpus = (PairCorpus)Corpora.Create(recipe, Path.GetTempPath());
            HashSet<string> known = [.. corpus.Train.Select(p => p.Pair.Source)];
            return sources.Count(known.Contains);
        }
        catch (UserError)
        {
            return 0;
        }
    }
}
