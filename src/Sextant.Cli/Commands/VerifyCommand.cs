using System.CommandLine;
using Sextant.Reports;
using Sextant.Verification;
using Spectre.Console;

namespace Sextant.Cli.Commands;

/// <summary>sextant verify NAME|FOLDER: a model's outputs against published or golden ones.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "A model that was pulled, by its name, or a folder with config.json and weights." };
        var golden = new Option<string?>("--golden") { Description = "A file of reference outputs, gradients and trainings; without it the outputs that the model's publishers print are compared.", HelpName = "FILE" };
        var file = new Option<string?>("--file") { Description = "Which file of weights, where the folder holds several.", HelpName = "F" };
        var json = Options.Json();
        var command = new Command(
            "verify",
            "Compares a model's outputs with those of a reference, and with a golden file its gradients and trainings too. Exit code 1 where a number lies beyond its tolerance.\n\nExamples:\n  sextant verify tbs17/MathBERT\n  sextant verify models/tiny --golden models/tiny/golden.json --file pytorch_model.bin")
        {
            model, golden, file, json,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(model), folder = ModelFolder.Of(terminal, name);
            var checks = parsed.GetValue(golden) is string path
                ? EncoderVerification.Check(folder, path, parsed.GetValue(file))
                : PublishedVerification.Check(name, folder, parsed.GetValue(file));
            int failed = checks.Count(check => !check.Passed);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { model = name, folder, passed = failed == 0, checks });
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
                check.Passed ? "within" : "BEYOND");
        }

        terminal.WriteTable(table);
        terminal.Out.WriteLine(failed == 0
            ? $"All {checks.Count} groups of numbers lie within their tolerances."
            : $"{failed} of {checks.Count} groups of numbers lie beyond their tolerances.");
    }
}
