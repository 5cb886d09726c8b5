using System.CommandLine;
using System.Globalization;
using Sextant.Experiments.Encoders;
using Sextant.Reports;
using Spectre.Console;

namespace Sextant.Cli.Commands;

/// <summary>sextant compare RUN... or STUDY: runs side by side.</summary>
internal static class CompareCommand
{
    public static Command Create(Terminal terminal)
    {
        var runs = new Argument<string[]>("RUN") { Description = "Run folders, folders that hold some, or a study: its file or the folder it filled.", Arity = ArgumentArity.OneOrMore };
        var output = Options.Out("Where the page and the pictures go, by default comparison.");
        var json = Options.Json();
        var command = new Command("compare", "Puts runs side by side: a table, loss by epoch and by FLOPs, loss by hidden size and by data size, the test sentence translated by each. Fine-tunings of one recipe with several seeds are an arm; arms get accuracies with intervals and paired differences.\n\nExample:\n  sextant compare runs/h32 runs/h64 --out comparison")
        {
            runs, output, json,
        };
        command.SetAction(parsed => Run(terminal, parsed.GetRequiredValue(runs), parsed.GetValue(output) ?? "comparison", parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string[] paths, string output, bool isJson)
    {
        if (ArmGroups.Find(paths, terminal.Say) is { } arms)
        {
            return ArmsRunning.Compare(terminal, arms, output, $"sextant compare {string.Join(' ', paths)} --out {output}", isJson);
        }

        var comparison = Comparison.Of(FinishedRuns.Read(paths, terminal.Say));
        string page = Written(() => ComparisonPage.Write(comparison, output, [$"sextant compare {string.Join(' ', paths)} --out {output}"]), output);
        if (isJson)
        {
            terminal.WriteJson(new { page = Path.GetFullPath(page), comparison.Lead, comparison.Caveats, comparison.Rows, comparison.TestSentence });
            return 0;
        }

        WriteTable(terminal, comparison);
        terminal.Out.WriteLine($"Page and pictures: {Path.GetFullPath(page)}");
        return 0;
    }

    /// <summary>Runs a function that writes files, with one sentence where it cannot.</summary>
    public static T Written<T>(Func<T> write, string place)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string remedy = WholeFile.IsDiskFull(e) ? "make room there or give another place" : "give another place";
            throw new UserError($"{place} cannot be written: {e.Message.TrimEnd('.')}; {remedy}.", e);
        }
    }

    /// <summary>The table, the finding and the caveats, for a terminal.</summary>
    public static void WriteTable(Terminal terminal, Comparison comparison)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string header in new[] { "run", "parameters", "FLOPs", "tokens", "lowest loss (batch mean)", "at epoch", "lowest loss (per token)", "at epoch", "exact match", "seconds" })
        {
            table.AddColumn(new TableColumn(header) { Alignment = header == "run" ? Justify.Left : Justify.Right });
        }

        foreach (var row in comparison.Rows)
        {
            table.AddRow(
                Markup.Escape(row.Name),
                Text($"{row.Parameters:N0}"),
                Numbers.Significant(row.Flops),
                Numbers.Significant(row.Tokens),
                Text($"{row.LowestLoss:F4}"),
                Text($"{row.LowestLossEpoch:G4}"),
                Text($"{row.LowestLossPerToken:F4}"),
                Text($"{row.LowestLossPerTokenEpoch:G4}"),
                row.ExactMatch is double exact ? Text($"{100 * exact:F1} %") : "-",
                Text($"{row.Seconds:F0}"));
        }

        terminal.WriteTable(table);
        foreach (string sentence in comparison.Lead.Concat(comparison.Caveats))
        {
            terminal.Out.WriteLine(sentence);
        }

        foreach (var translation in comparison.TestSentence)
        {
            terminal.Out.WriteLine($"{translation.Run}: {translation.Source} -> {translation.Output}");
        }
    }

    private static string Text(FormattableString text) => Markup.Escape(text.ToString(CultureInfo.InvariantCulture));
}
