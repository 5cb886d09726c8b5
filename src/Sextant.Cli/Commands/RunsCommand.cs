using System.CommandLine;
using System.Globalization;
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
            terminal.Out.WriteLine($"{"status",-13} {"loss",8}  {"steps",-13} run folder (recipe); loss: lowest validation loss, mean over batches, nats a token");
        }

        foreach (var run in runs)
        {
            string loss = run.LowestValidationLoss is double lowest ? lowest.ToString("F4", CultureInfo.InvariantCulture) : "-";
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Status,-13} {loss,8}  {run.Step,-13} {run.RunFolder}  ({run.Name})"));
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
            var result = folder.ReadResult();
            var metrics = folder.ReadMetrics();
            double? lowest = result?.ValidationLoss?.Lowest ?? (metrics.Count > 0 ? metrics.Min(e => e.ValidationLoss) : null);
            string status = result is null ? "unfinished" : char.ToLowerInvariant(result.Status.ToString()[0]) + result.Status.ToString()[1..];
            return new ListedRun(folder.ReadRecipe().Name, folder.Root, status, result?.Steps ?? (metrics.Count > 0 ? metrics[^1].Step : 0), lowest);
        }
        catch (UserError error)
        {
            return new ListedRun(error.Message, folder.Root, "unreadable", 0, null);
        }
    }

    private sealed record ListedRun(string Name, string RunFolder, string Status, long Step, double? LowestValidationLoss);
}
