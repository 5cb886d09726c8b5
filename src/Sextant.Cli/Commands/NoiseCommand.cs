using System.CommandLine;
using Sextant.Experiments;
using Sextant.Reports;
using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;
using Sextant.Training;

namespace Sextant.Cli.Commands;

/// <summary>sextant noise RECIPE or RUN: the gradient noise scale of a training, and what it means for the batch.</summary>
internal static class NoiseCommand
{
    private const double CheckpointSeconds = 15;

    private static readonly string[] PictureEndings = [".png", ".svg"];

    public static Command Create(Terminal terminal)
    {
        var source = new Argument<string>("RECIPE") { Description = "A recipe to train, or the folder of a run that measured its noise (training.noiseScale)." };
        var set = Options.Set();
        Option<string?> data = Options.Data(), split = Options.Split(), output = Options.Out("The run folder. By default runs/NAME-IDENTITY.");
        var device = Options.Device();
        var json = Options.Json();
        var command = new Command(
            "noise",
            "Trains a recipe while measuring its gradient noise scale, the batch up to which more examples a step buy fewer steps, and says where the recipe's batch stands. The same command goes on after an interruption. Given a run that measured its noise, it trains nothing.\n\nExamples:\n  sextant noise recipes/modern/decoder-only.json --out runs/noise\n  sextant noise runs/noise --json")
        {
            source, set, data, split, output, device, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(source);
            bool isJson = parsed.GetValue(json);
            if (!Directory.Exists(path))
            {
                return Train(terminal, RecipeFile.Load(path, parsed.GetValue(set), parsed.GetValue(data), parsed.GetValue(split)), parsed.GetValue(output), parsed.GetValue(device)!, isJson);
            }

            return parsed.GetValue(set) is { Length: > 0 } || parsed.GetValue(data) is not null || parsed.GetValue(split) is not null || parsed.GetValue(output) is not null
                ? throw new UsageError($"{path} is a run, which is read as it is; give its recipe to change it with --set, --data, --split or --out.")
                : Show(terminal, new RunFolder(path), isJson);
        });
        return command;
    }

    private static int Train(Terminal terminal, Recipe recipe, string? output, string device, bool isJson)
    {
        var measuring = recipe.Training.NoiseScale is null ? recipe with { Training = recipe.Training with { NoiseScale = new NoiseScaleOptions() } } : recipe;
        var result = TrainCommand.Train(terminal, measuring, output, device, CheckpointSeconds, sharesTrunk: false);
        terminal.Say(TrainCommand.Summary(result));
        int code = Show(terminal, new RunFolder(result.RunFolder), isJson);
        return result.Status == RunStatus.Interrupted ? CommandLine.Stopped : code;
    }

    private static int Show(Terminal terminal, RunFolder folder, bool isJson)
    {
        var (recipe, fit) = (folder.ReadRecipe(), RunNoise.Of(folder));
        string[] pictures = Written(folder, recipe, fit);
        if (isJson)
        {
            terminal.WriteJson(new { runFolder = folder.Root, fit = FitPath(folder), pictures, noiseScale = (Fit)fit }); // a Fit is written with its kind
            return 0;
        }

        NoiseTable.Write(terminal, fit);
        terminal.Out.WriteLine(pictures.Length == 0 ? $"No picture, since no part of training has a number. Fit: {FitPath(folder)}" : $"Pictures: {string.Join(", ", pictures)}; fit: {FitPath(folder)}");
        return 0;
    }

    private static string FitPath(RunFolder folder) => Path.Combine(folder.Root, "noise-scale.json");

    /// <summary>Writes the fit and, where there is something to draw, the picture beside it; says where.</summary>
    private static string[] Written(RunFolder folder, Recipe recipe, NoiseScaleFit fit) => CompareCommand.Written<string[]>(
        () =>
        {
            FitFile.Write(fit, FitPath(folder));
            if (NoisePicture.Of(fit, recipe.Name) is not { } drawn)
            {
                return [];
            }

            string[] paths = [.. PictureEndings.Select(ending => Path.Combine(folder.Root, drawn.Name + ending))];
            foreach (string path in paths)
            {
                PictureFile.Write(drawn.Chart, path);
            }

            return paths;
        },
        folder.Root);
}
