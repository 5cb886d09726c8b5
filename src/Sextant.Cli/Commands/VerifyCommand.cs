using System.CommandLine;
using Sextant.Pretrained;
using Sextant.Reports;
using Sextant.Verification;
using Spectre.Console;

namespace Sextant.Cli.Commands;

/// <summary>sextant verify NAME|FOLDER: a model's outputs, or how its pictures are prepared, against published or golden ones.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string?>("MODEL") { Description = "A model that was pulled, by its name, or a folder with config.json and weights; may be left out with --pictures.", Arity = ArgumentArity.ZeroOrOne };
        var golden = new Option<string?>("--golden") { Description = "A file of reference outputs, gradients and trainings; without it the outputs that the model's publishers print are compared.", HelpName = "FILE" };
        var file = new Option<string?>("--file") { Description = "Which file of weights, where the folder holds several.", HelpName = "F" };
        var pictures = new Option<string?>("--pictures") { Description = "A folder of pictures. With expected.json: compares how they are prepared, by the model's preprocessor_config.json, which is said where there is none, or without a model as for openai/clip-vit-base-patch32. Without: those of which scores of the model were published, such as CLIP.png.", HelpName = "FOLDER" };
        var json = Options.Json();
        var command = new Command(
            "verify",
            "Compares a model's outputs with those of a reference, and with a golden file its gradients and trainings too. Exit code 1 where a number lies beyond its tolerance.\n\nExamples:\n  sextant verify tbs17/MathBERT\n  sextant verify models/tiny --golden models/tiny/golden.json --file pytorch_model.bin\n  sextant verify --pictures pictures/golden\n  sextant verify openai/clip-vit-base-patch32 --pictures pictures/published")
        {
            model, golden, file, pictures, json,
        };
        command.SetAction(parsed =>
        {
            string? name = parsed.GetValue(model), compared = parsed.GetValue(pictures);
            string? path = parsed.GetValue(golden), weights = parsed.GetValue(file);
            bool isPreparation = compared is not null && (name is null || PictureVerification.Suits(compared));
            if (compared is not null && (path ?? (isPreparation ? weights : null)) is not null)
            {
                throw new UsageError($"--pictures compares {(isPreparation ? "no outputs of a model; leave out --golden and --file" : "with what was published; leave out --golden")}.");
            }

            string? folder = name is null ? null : ModelFolder.Of(terminal, name);
            var preparation = folder is null || compared is null ? null : ClipPreparation.Read(folder);
            if (preparation?.Notice(folder!) is string notice)
            {
                terminal.Say(notice);
            }

            var checks = isPreparation ? PictureVerification.Check(compared!, preparation?.Preparation)
                : name is null || folder is null ? throw new UsageError("Give a MODEL, by name or folder, or --pictures FOLDER.")
                : path is not null ? EncoderVerification.Check(folder, path, weights)
                : PublishedVerification.Check(name, folder, weights, compared);
            int failed = checks.Count(check => !check.Passed);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { model = name, folder, pictures = compared, preparationAssumed = preparation?.IsAssumed, passed = failed == 0, checks });
            }
            else
            {
                Write(terminal, checks, failed);
            }

            return failed == 0 ? 0 : 1;
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<GoldenCheck> checks, int failed)
    {
        var table = IntervalTable.Bare("compared", "numbers", "largest difference", "of the tolerance", "status");
        foreach (var check in checks)
        {
            table.AddRow(
                Markup.Escape(check.Name),
                check.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Numbers.Significant(check.LargestDifference),
                double.IsFinite(check.ShareOfTolerance) ? Numbers.Significant(check.ShareOfTolerance) : "beyond",
                Markup.Escape(check.Passed ? check.Reading is null ? "within" : $"within ({check.Reading})" : check.Problem ?? "BEYOND"));
        }

        terminal.WriteTable(table);
        terminal.Out.WriteLine(failed == 0
            ? $"All {checks.Count} groups of numbers lie within their tolerances."
            : $"{failed} of {checks.Count} groups of numbers lie beyond their tolerances.");
    }
}
