using System.CommandLine;
using System.Globalization;
using Sextant.Data;
using Sextant.Decoding;
using Sextant.Experiments;
using Sextant.Reports;
using TorchSharp;

namespace Sextant.Cli.Commands;

/// <summary>sextant demo: trains a ladder of models on built-in words, compares them and writes a page.</summary>
internal static class DemoCommand
{
    private const string AttentionWord = "string", AttentionRun = "h32-small";

    public static Command Create(Terminal terminal)
    {
        var output = Options.Out("The folder to fill, by default demo; runs that are done there are not repeated.");
        var workers = Options.Workers();
        var scale = new Option<double>("--scale") { Description = "Shrinks the runs, 0..1.", DefaultValueFactory = _ => 1, Hidden = true };
        var json = Options.Json();
        var command = new Command("demo", "The main job in a few minutes, with built-in data: trains transformers of several sizes that translate English to Pig Latin, compares them and writes report.html.\n\nExample:\n  sextant demo --out demo")
        {
            output, workers, scale, json,
        };
        command.SetAction(parsed => Run(
            terminal, Path.GetFullPath(parsed.GetValue(output) ?? "demo"), parsed.GetValue(workers), parsed.GetValue(scale), parsed.GetValue(json)).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> Run(Terminal terminal, string output, int workers, double scale, bool isJson)
    {
        var board = WorkerBoard.Local(terminal, workers);
        if (scale is not (> 0 and <= 1))
        {
            throw new UsageError("--scale must be more than 0 and at most 1.");
        }

        long began = TimeProvider.System.GetTimestamp();
        var recipes = DemoPlan.Recipes(scale);
        var jobs = CompareCommand.Written(() => WriteRecipes(recipes, output), output);
        terminal.Say($"Training {jobs.Length} models, {workers} at a time, on English words and their Pig Latin.");
        var ends = await board.Run(jobs).ConfigureAwait(false);
        if (terminal.Stop.IsCancellationRequested)
        {
            terminal.Say($"sextant: stopped; `sextant demo --out {output}` goes on from there.");
            return CommandLine.Stopped;
        }

        if (ends.FirstOrDefault(end => end.State == RunState.LeftOut) is { Message.Length: > 0 } failed)
        {
            throw new UserError($"The run {jobs[failed.Job].Name} failed: {failed.Message} Mend it and call `sextant demo --out {output}` again; the runs that are done stay.");
        }

        var runs = FinishedRuns.Read(jobs.Select(j => j.RunFolder), terminal.Say);
        var heldOut = HeldOut(jobs, recipes, terminal, out int words);
        string page = CompareCommand.Written(() => DemoPage.Write(runs, heldOut, words, Attention(jobs.First(j => j.Name == AttentionRun).RunFolder), output), output);
        var took = TimeProvider.System.GetElapsedTime(began);
        var comparison = Comparison.Of(runs);
        if (isJson)
        {
            terminal.WriteJson(new { page, seconds = took.TotalSeconds, comparison.Lead, comparison.Rows, comparison.TestSentence });
            return 0;
        }

        CompareCommand.WriteTable(terminal, comparison);
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Done in {took.TotalMinutes:F1} minutes. Open {page}"));
        return 0;
    }

    private static RunJob[] WriteRecipes(IReadOnlyList<Recipe> recipes, string output)
    {
        string folder = Path.Combine(output, "recipes");
        Directory.CreateDirectory(folder);
        return [.. recipes.Select(recipe =>
        {
            string path = Path.Combine(folder, recipe.Name + ".json");
            RecipeFile.Write(recipe, path);
            return new RunJob(recipe.Name, path, Path.Combine(output, "runs", recipe.Name), RunIdentity.Of(recipe));
        })];
    }

    /// <summary>Exact match of every run on the same words: those of the small list that test.</summary>
    private static Dictionary<string, double> HeldOut(RunJob[] jobs, IReadOnlyList<Recipe> recipes, Terminal terminal, out int words)
    {
        using var corpus = (PairCorpus)Corpora.Create(recipes[^1], Path.GetTempPath());
        (string, IReadOnlyList<string>)[] items = [.. corpus.Test.Select(p => (p.Pair.Source, corpus.TargetsOf(p.Pair.Source)))];
        words = items.Length;
        return jobs.ToDictionary(j => j.Name, j =>
        {
            using var model = TrainedModel.Load(new RunFolder(j.RunFolder), torch.CPU);
            return PairMeasures.Of(model, items, terminal.Stop)["exactMatch"];
        });
    }

    private static HeatMap Attention(string runFolder)
    {
        using var model = TrainedModel.Load(new RunFolder(runFolder), torch.CPU);
        int[] source = model.Tokenizer.Encode(AttentionWord).Ids;
        int[] target = [.. model.Translator.Translate([source], new DecodingOptions.Greedy(), model.Limit)[0].Ids];
        return AttentionPicture.Picture(model, AttentionWord, source, target, model.Recipe.Name);
    }
}
