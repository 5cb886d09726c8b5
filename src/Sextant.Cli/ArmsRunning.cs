using System.Text.Json;
using Sextant.Cli.Commands;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Reports;

namespace Sextant.Cli;

/// <summary>Carries out a study of arms: the bodies first, then the fine-tunings, in worker processes.</summary>
internal static class ArmsRunning
{
    public static async Task<int> Run(Terminal terminal, ArmsStudy study, WorkerBoard board, string command, string? output, bool isJson)
    {
        string folder = Path.GetFullPath(output ?? Path.Combine("runs", study.Design.Name));
        long began = TimeProvider.System.GetTimestamp();
        foreach (var (what, jobs) in new (string, Func<IReadOnlyList<RunJob>>)[] { ("bodies", () => study.Pretrainings(folder)), ("fine-tunings", () => study.Finetunings(folder)) })
        {
            var list = CompareCommand.Written(jobs, folder);
            if (list.Count == 0)
            {
                continue;
            }

            terminal.Say($"{list.Count} {what} of {study.Design.Name} in {folder}.");
            var news = await board.Run(list).ConfigureAwait(false);
            if (news.Any(n => n.State == RunState.Stopped))
            {
                terminal.Say("Stopped; the same command goes on from there.");
                return CommandLine.Ended(isStopped: true);
            }

            if (news.FirstOrDefault(n => n.State == RunState.LeftOut) is { Message.Length: > 0 } left)
            {
                throw new UserError($"{list[left.Job].Name} failed, and no arm can be compared without it: {left.Message}");
            }
        }

        var results = ArmResults.Of(
            study.Design.Name,
            study.Design.On,
            [.. study.Design.Arms.Keys.Select(arm => (arm, (IReadOnlyList<string>)[.. study.Design.Seeds.Select(seed => ArmsStudy.RunOf(folder, arm, seed))]))],
            study.Design.Compare);
        Write(terminal, results, folder, command, TimeProvider.System.GetElapsedTime(began).TotalSeconds, isJson);
        return 0;
    }

    /// <summary>What a study would carry out.</summary>
    public static int Show(Terminal terminal, ArmsStudy study, bool isJson)
    {
        var design = study.Design;
        if (isJson)
        {
            terminal.WriteJson(new { design.Name, bodies = design.Bodies.Keys, arms = design.Arms.Keys, design.Seeds, pretrainings = design.Bodies.Count * design.Seeds.Count, finetunings = design.Arms.Count * design.Seeds.Count, design.Compare, design.On });
            return 0;
        }

        terminal.Out.WriteLine($"{design.Name}: {design.Bodies.Count * design.Seeds.Count} pretrainings ({string.Join(", ", design.Bodies.Keys)}) and {design.Arms.Count * design.Seeds.Count} fine-tunings, {design.Seeds.Count} seeds each of:");
        foreach (var (name, arm) in design.Arms)
        {
            terminal.Out.WriteLine($"  {name}: {arm.Recipe}{(arm.Body is null ? "" : $" on {arm.Body}")}{string.Concat(arm.Set.Select(change => $", {change.Key}={change.Value}"))}");
        }

        foreach (var pair in design.Compare)
        {
            terminal.Out.WriteLine($"compared: {pair[0]} with {pair[1]}");
        }

        return 0;
    }

    /// <summary>Fine-tunings that are done, on the texts that test where all have some.</summary>
    public static int Compare(Terminal terminal, IReadOnlyList<(string Name, IReadOnlyList<string> Runs)> arms, string output, string command, bool isJson)
    {
        Write(terminal, ArmResults.Of("fine-tunings", ArmResults.PartOf(arms.SelectMany(arm => arm.Runs)), arms, []), Path.GetFullPath(output), command, seconds: null, isJson);
        return 0;
    }

    private static void Write(Terminal terminal, ArmResults results, string folder, string command, double? seconds, bool isJson)
    {
        string page = CompareCommand.Written(
            () =>
            {
                string written = ArmsReport.Of(results, [command]).Write(folder);
                WholeFile.Write(ArmResults.PathIn(folder), JsonSerializer.Serialize(results, RecipeJson.Options) + "\n");
                return written;
            },
            folder);
        if (isJson)
        {
            terminal.WriteJson(new { results.Name, folder, results.On, results.Texts, results.MajorityAccuracy, results.Classes, results.Arms, results.Comparisons, results.ChosenOnTheseTexts, page, seconds });
            return;
        }

        ArmsTable.Write(terminal, results);
        terminal.Out.WriteLine($"Page: {page}{(seconds is double time ? $" ({Numbers.Duration(time)})" : "")}");
    }
}
