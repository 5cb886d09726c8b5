using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sextant.Experiments;

namespace Sextant.Cli.Commands;

/// <summary>sextant runs [DIR]: the run folders below a folder.</summary>
internal static class RunsCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("DIR") { Description = "Where to look; runs where none is given.", Arity = ArgumentArity.ZeroOrOne };
        var json = Options.Json();
        var command = new Command("runs", "Lists runs: what they are, how far they are and what they reached.\n\nExample:\n  sextant runs runs") { folder, json };
        command.SetAction(parsed => Run(terminal, parsed.GetValue(folder) ?? "runs", parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string folder, bool isJson)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserError($"{(File.Exists(folder) ? $"{folder} is a file" : $"There is no folder {folder}")}; give one that holds run folders, such as the --out of train.");
        }

        ListedRun[] runs = [.. Find(folder).Select(Describe)];
        if (isJson)
        {
            terminal.WriteJson(new { runs });
            return 0;
        }

        if (runs.Length == 0)
        {
            terminal.Say($"There are no runs in {folder}.");
        }
        else
        {
            terminal.Out.WriteLine($"{"kind",-11} {"status",-13} {"loss",8} {"accuracy",9}  {"steps",-9} run folder (recipe)");
        }

        foreach (var run in runs)
        {
            string loss = run.LowestValidationLoss is double lowest ? lowest.ToString("F4", CultureInfo.InvariantCulture) : "-";
            string accuracy = run.Accuracy is double share ? share.ToString("P1", CultureInfo.InvariantCulture) : "-";
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Kind ?? "?",-11} {run.Status,-13} {loss,8} {accuracy,9}  {run.Step,-9} {run.RunFolder}  ({run.Name})"));
        }

        if (runs.Length > 0)
        {
            terminal.Say("Loss: the lowest validation loss, mean over batches, nats a token; of a pretraining a hidden token, of a fine-tuning a text, of a contrastive training a pair. Accuracy: of validation texts, of hidden tokens, or of pairs within a batch.");
        }

        return 0;
    }

    /// <summary>Run folders at or below a folder, by path.</summary>
    public static IEnumerable<RunFolder> Find(string folder) => Directory
        .EnumerateFiles(folder, "recipe.json", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
        .Order(StringComparer.Ordinal)
        .Select(path => new RunFolder(Path.GetDirectoryName(path)!));

    private static ListedRun Describe(RunFolder folder)
    {
        try
        {
            var run = RunSummary.Read(folder);
            return new ListedRun(run.Name, folder.Root, Named(run.Status?.ToString() ?? "unfinished"), run.Step, run.LowestValidationLoss, Named(run.Kind.ToString()), run.Accuracy, run.MajorityAccuracy);
        }
        catch (UserError error)
        {
            return new ListedRun(error.Message, folder.Root, "unreadable", 0, null, null, null, null);
        }
    }

    private static string Named(string value) => JsonNamingPolicy.CamelCase.ConvertName(value);

    private sealed record ListedRun(string Name, string RunFolder, string Status, long Step, double? LowestValidationLoss, string? Kind, double? Accuracy, double? MajorityAccuracy);
}
