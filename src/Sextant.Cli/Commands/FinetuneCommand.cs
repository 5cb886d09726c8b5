using System.CommandLine;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Experiments.Encoders;
using Sextant.Pretrained;
using Sextant.Reports;

namespace Sextant.Cli.Commands;

/// <summary>sextant finetune RECIPE: trains a classifier on labelled text, or a CLIP on pictures with captions, or goes on where an earlier call ended.</summary>
internal static class FinetuneCommand
{
    private const int MistakesShown = 10;

    public static Command Create(Terminal terminal)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A recipe, such as recipes/encoders/arithmetic-whole.json or recipes/clip/locked.json." };
        var set = Options.Set();
        var data = new Option<string?>("--data") { Description = "In place of the recipe's: a file of labelled text (CSV, TSV, JSONL); for a CLIP a folder of pictures with NAME.txt beside NAME.png, or a CSV file with the columns picture and caption.", HelpName = "PATH" };
        var split = new Option<string?>("--split") { Description = "A file with the columns row (from 0) and part (train, validation, test) in place of the recipe's split.", HelpName = "FILE" };
        var output = Options.Out("The run folder. By default runs/NAME-IDENTITY.");
        var device = Options.Device();
        var checkpoint = Options.CheckpointEvery();
        var mistakes = new Option<int>("--mistakes") { Description = "How many mistakes are listed, the surest first.", HelpName = "N", DefaultValueFactory = _ => MistakesShown };
        var json = Options.Json();
        var command = new Command(
            "finetune",
            "Trains an encoder of the BERT family to classify text, or a CLIP on pictures with captions, whole or in part, into a run folder. The same command goes on after an interruption, to the same bits.\n\nExamples:\n  sextant finetune recipes/encoders/arithmetic-whole.json --set model.path=runs/numbers --out runs/signs\n  sextant finetune recipes/encoders/arithmetic-whole.json --set model.path=tbs17/MathBERT --data labelled.csv --out runs/mine\n  sextant finetune recipes/clip/locked.json --set model.path=runs/clip-small --data pictures.csv --out runs/locked")
        {
            recipe, set, data, split, output, device, checkpoint, mistakes, json,
        };
        command.SetAction(parsed =>
        {
            RunPlace place = new(parsed.GetValue(output), parsed.GetValue(device)!, parsed.GetValue(checkpoint));
            if (ClipRecipes.IsOne(parsed.GetRequiredValue(recipe)))
            {
                return parsed.GetValue(split) is null
                    ? ContrastiveTraining.Carry(terminal, "finetune", parsed.GetRequiredValue(recipe), parsed.GetValue(set), parsed.GetValue(data), place, parsed.GetValue(json))
                    : throw new UsageError("--split divides labelled text; a CLIP's pictures are divided by data.validationShare, leave --split out.");
            }

            var loaded = EncoderRecipes.LoadFinetuning(parsed.GetRequiredValue(recipe), parsed.GetValue(set), parsed.GetValue(data), parsed.GetValue(split));
            var result = RunCarrying.Carry(
                terminal,
                loaded.Name,
                () => EncoderIdentity.Of(loaded, ModelFolders.Find(loaded.Model.Path)),
                place,
                (folder, surroundings) => FinetuningRun.Train(loaded, folder, surroundings));
            if (result.Validation is not null)
            {
                Draw(result);
            }

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(result);
            }
            else
            {
                FinetuningTable.Write(terminal, result, parsed.GetValue(mistakes));
            }

            return CommandLine.Ended(result.Status == RunStatus.Interrupted);
        });
        return command;
    }

    /// <summary>The confusion matrix, beside the predictions; `sextant report` writes the page.</summary>
    private static void Draw(FinetuningResult result)
    {
        var picture = ConfusionPicture.Of(result);
        foreach (string ending in new[] { ".png", ".svg" })
        {
            string path = Path.Combine(result.RunFolder, ConfusionPicture.Name + ending);
            CompareCommand.Written(
                () =>
                {
                    PictureFile.Write(picture, path);
                    return path;
                },
                path);
        }
    }
}
