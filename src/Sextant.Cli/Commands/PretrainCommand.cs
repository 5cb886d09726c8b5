using System.CommandLine;
using System.Globalization;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Experiments.Encoders;

namespace Sextant.Cli.Commands;

/// <summary>sextant pretrain RECIPE: trains an encoder to fill in hidden tokens, or a CLIP on pictures with captions, or goes on where an earlier call ended.</summary>
internal static class PretrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A recipe, such as recipes/encoders/arithmetic-text.json or recipes/clip/small.json." };
        var set = Options.Set();
        var data = new Option<string?>("--data") { Description = "In place of the recipe's: a text file or a folder of them, a text a line; for a CLIP a folder of pictures with NAME.txt beside NAME.png, or a CSV file with the columns picture and caption.", HelpName = "PATH" };
        var output = Options.Out("The run folder. By default runs/NAME-IDENTITY.");
        var device = Options.Device();
        var checkpoint = Options.CheckpointEvery();
        var json = Options.Json();
        var command = new Command(
            "pretrain",
            "Trains a small encoder by hiding tokens of a text and filling them in, or a small CLIP by telling which caption belongs to which picture, into a run folder whose best/ is a model that `finetune` takes. The same command goes on after an interruption, to the same bits.\n\nExamples:\n  sextant pretrain recipes/encoders/arithmetic-text.json --out runs/numbers\n  sextant pretrain recipes/clip/small.json --out runs/clip-small")
        {
            recipe, set, data, output, device, checkpoint, json,
        };
        command.SetAction(parsed =>
        {
            RunPlace place = new(parsed.GetValue(output), parsed.GetValue(device)!, parsed.GetValue(checkpoint));
            if (ClipRecipes.IsOne(parsed.GetRequiredValue(recipe)))
            {
                return ContrastiveTraining.Carry(terminal, "pretrain", parsed.GetRequiredValue(recipe), parsed.GetValue(set), parsed.GetValue(data), place, parsed.GetValue(json));
            }

            var loaded = EncoderRecipes.LoadPretraining(parsed.GetRequiredValue(recipe), parsed.GetValue(set), parsed.GetValue(data));
            var result = RunCarrying.Carry(
                terminal,
                loaded.Name,
                () => EncoderIdentity.Of(loaded),
                place,
                (folder, surroundings) => PretrainingRun.Train(loaded, folder, surroundings));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result);
            }
            else
            {
                terminal.Out.WriteLine(Summary(result));
            }

            return CommandLine.Ended(result.Status == RunStatus.Interrupted);
        });
        return command;
    }

    private static string Summary(PretrainingResult result) => result.Status == RunStatus.Interrupted || result.ValidationLoss is null
        ? $"Stopped at step {result.Steps}; the same command goes on from there. Run folder: {result.RunFolder}"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Lowest validation loss {result.ValidationLoss.LowestPerToken:F4} nats a hidden token (epoch {result.ValidationLoss.LowestPerTokenEpoch:G4}){(result.Accuracy is double right ? $"; {right:P1} filled in right" : "")}; {result.Parameters:N0} parameters, {result.VocabularySize} tokens, {TrainingBar.Scaled(result.Flops)}FLOPs, {result.Seconds:F0} s. Run folder: {result.RunFolder}");
}
