using System.CommandLine;
using System.Globalization;
using Sextant.Experiments;

namespace Sextant.Cli.Commands;

/// <summary>sextant train RECIPE: trains, or goes on where an earlier call ended.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A recipe, such as recipes/modern/decoder-only.json." };
        var set = Options.Set();
        Option<string?> data = Options.Data(), split = Options.Split(), output = Options.Out("The run folder. By default runs/NAME-IDENTITY.");
        var device = Options.Device();
        var checkpoint = Options.CheckpointEvery();
        var share = new Option<bool>("--share-trunk") { Description = "Take the steps before the decay from a run beside this one that differs in horizon or decay alone, to the same bits, and keep them for others (schedule warmupStableDecay)." };
        var json = Options.Json();
        var command = new Command(
            "train",
            "Trains what a recipe says into a run folder. The same command goes on after an interruption, to the same bits.\n\nExample:\n  sextant train recipes/modern/decoder-only.json --data pairs.tsv --set seed=2 --out runs/mine")
        {
            recipe, set, data, split, output, device, checkpoint, share, json,
        };
        command.SetAction(parsed => Run(
            terminal,
            RecipeFile.Load(parsed.GetRequiredValue(recipe), parsed.GetValue(set), parsed.GetValue(data), parsed.GetValue(split)),
            parsed.GetValue(output),
            parsed.GetValue(device)!,
            parsed.GetValue(checkpoint),
            parsed.GetValue(share),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, Recipe recipe, string? output, string device, double checkpointSeconds, bool sharesTrunk, bool isJson)
    {
        var result = Train(terminal, recipe, output, device, checkpointSeconds, sharesTrunk);
        if (isJson)
        {
            terminal.WriteJson(result);
        }
        else
        {
            terminal.Out.WriteLine(Summary(result));
        }

        return CommandLine.Ended(result.Status == RunStatus.Interrupted);
    }

    /// <summary>Trains, or goes on where an earlier call ended, and shows it on standard error.</summary>
    /// <exception cref="UserError">The recipe, its data or the folder is not usable, or training diverged.</exception>
    public static RunResult Train(Terminal terminal, Recipe recipe, string? output, string device, double checkpointSeconds, bool sharesTrunk)
    {
        return RunCarrying.Carry(terminal, recipe.Name, () => RunIdentity.Of(recipe), new RunPlace(output, device, checkpointSeconds), (folder, surroundings) => SequenceRun.Train(recipe, folder, surroundings with { SharesTrunk = sharesTrunk }));
    }

    /// <summary>What came out, in a line.</summary>
    public static string Summary(RunResult result)
    {
        if (result.Status == RunStatus.Interrupted || result.ValidationLoss is null)
        {
            return $"Stopped at step {result.Steps}; the same command goes on from there. Run folder: {result.RunFolder}";
        }

        string noise = result.NoiseScale is { } fit ? $" {NoiseTable.Verdict(fit)}" : "";

        string exact = result.ExactMatch is double match ? string.Create(CultureInfo.InvariantCulture, $"; exact match {match:P1}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Lowest validation loss {result.ValidationLoss.Lowest:F4} (mean over batches, epoch {result.ValidationLoss.LowestEpoch:G4}), {result.ValidationLoss.LowestPerToken:F4} per token (epoch {result.ValidationLoss.LowestPerTokenEpoch:G4}){exact}; {result.Parameters.Trainable:N0} parameters, {TrainingBar.Scaled(result.Flops)}FLOPs, {result.Seconds:F0} s.{noise} Run folder: {result.RunFolder}");
    }
}
