using Sextant.Cli.Commands;
using Sextant.Decoding;
using Sextant.Experiments;
using Sextant.Reports;
using TorchSharp;

namespace Sextant.Cli;

/// <summary>Finished runs read for comparing, with the test sentence translated by each.</summary>
internal static class FinishedRuns
{
    /// <summary>The brief's test sentence.</summary>
    public const string TestSentence = "the air conditioning is working";

    /// <summary>The runs in folders, each a run folder or one that holds some.</summary>
    /// <exception cref="UserError">A folder is missing, or none holds a finished run.</exception>
    public static IReadOnlyList<ComparedRun> Read(IEnumerable<string> paths, Action<string> notice)
    {
        var runs = new List<ComparedRun>();
        var seen = new HashSet<string>();
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                throw new UserError(File.Exists(path)
                    ? $"{path} is a file; give run folders, such as the --out of train, or a folder that holds some."
                    : $"There is no folder {path}; give run folders, such as the --out of train.");
            }

            foreach (var folder in RunsCommand.Find(path))
            {
                if (!seen.Add(folder.ReadIdentity()))
                {
                    notice($"{folder.Root} is a run that was already counted and is left out.");
                }
                else if (folder.ReadResult() is { } result)
                {
                    runs.Add(Read(folder, result));
                }
                else
                {
                    notice($"{folder.Root} is not finished and is left out.");
                }
            }
        }

        return runs.Count > 0 ? Distinct(runs) : throw new UserError("There is no finished run in the folders given; train one first with `sextant train`.");
    }

    /// <summary>Runs of one recipe that was changed with --set are called by their folders.</summary>
    private static List<ComparedRun> Distinct(List<ComparedRun> runs) => runs
        .GroupBy(run => run.Name)
        .All(same => RecipeDifferences.Beyond(same.Select(run => run.Recipe)).Count == 0)
            ? runs
            : [.. runs.Select(run => run with { Name = Path.GetFileName(run.Result.RunFolder) })];

    private static ComparedRun Read(RunFolder folder, RunResult result)
    {
        using var model = TrainedModel.Load(folder, torch.CPU);
        return new ComparedRun
        {
            Name = model.Recipe.Name,
            Recipe = model.Recipe,
            Result = result,
            Evaluations = folder.ReadMetrics(),
            TestSentence = model is { Translates: true, LowerCases: true } ? [Translated(model)] : [],
        };
    }

    private static Translation Translated(TrainedModel model) =>
        new(TestSentence, new LineTranslation(model, new DecodingOptions.Greedy(), _ => { }, CancellationToken.None).Translate([TestSentence])[0].Translation);
}
