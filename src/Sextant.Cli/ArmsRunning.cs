using System.Globalization;
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
        string page = CompareCommand.Written(
            () =>
            {
                WholeFile.Write(Path.Combine(folder, "arms.json"), JsonSerializer.Serialize(results, RecipeJson.Options) + "\n");
                return ArmsReport.Of(results, [command]).Write(folder);
            },
            folder);
        double seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        if (isJson)
        {
            terminal.WriteJson(new { results.Name, folder, results.On, results.Texts, results.MajorityAccuracy, results.Classes, results.Arms, results.Comparisons, page, seconds });
        }
        else
        {
            ArmsTable.Write(terminal, results);
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Numbers.Duration(seconds)}. Page: {page}"));
        }

        return 0;
    }
}
