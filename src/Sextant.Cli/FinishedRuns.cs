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
            var folders = Folders(path);
            if (folders.Count == 0)
            {
                notice($"{path} holds no run and is left out.");
            }

            foreach (var folder in folders.Where(folder => folder.Exists))
            {
                if (folder.ReadKind() == RunKind.Pretraining)
                {
                    notice($"{folder.Root} is a pretrained encoder, which is compared by what is fine-tuned from it, and is left out.");
                }
                else if (folder.ReadKind() == RunKind.Contrastive)
                {
                    notice($"{folder.Root} is a CLIP, which has its measures in result.json, and is left out.");
                }
                else if (!seen.Add(folder.ReadIdentity()))
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

        return runs.Count > 0 ? Named(runs) : throw new UserError("There is no finished run in the folders given; train one first with `sextant train`.");
    }

    /// <summary>The run folders of a study file, of a folder that a study filled, or at and below any other.</summary>
    private static IReadOnlyList<RunFolder> Folders(string path)
    {
        if (StudyFile.IsStudyFile(path))
        {
            var study = StudyFile.Load(path);
            var place = StudyFolder.Default(study);
            return Directory.Exists(place.Root)
                ? place.Locate(study)
                : throw new UserError($"{path} is a study whose runs are not in {place.Root}; carry it out with `sextant study run {path}`, or give the folder of its --out.");
        }

        if (!Directory.Exists(path))
        {
            throw new UserError(File.Exists(path)
                ? $"{path} is a file; give run folders, such as the --out of train, or a folder that holds some."
                : $"There is no folder {path}; give run folders, such as the --out of train.");
        }

        return File.Exists(new StudyFolder(path).StudyPath) ? new StudyFolder(path).ReadRuns() : [.. RunsCommand.Find(path)];
    }

    /// <summary>Runs are called by their folders, with as much of the path as tells them apart.</summary>
    private static List<ComparedRun> Named(List<ComparedRun> runs)
    {
        for (int parts = 1; parts < 4; parts++)
        {
            List<ComparedRun> named = [.. runs.Select(run => run with { Name = LastParts(run.Result.RunFolder, parts) })];
            if (named.DistinctBy(run => run.Name).Count() == runs.Count)
            {
                return named;
            }
        }

        return [.. runs.Select(run => run with { Name = run.Result.RunFolder })];
    }

    private static string LastParts(string path, int count) => string.Join('/', path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).TakeLast(count));

    private static ComparedRun Read(RunFolder folder, RunResult result)
    {
        using var model = TrainedModel.Load(folder, torch.CPU);
        return new ComparedRun
        {
            Name = model.Recipe.Name,
            Recipe = model.Recipe,
            Result = result,
            DataIdentity = folder.ReadDataIdentity(),
            Evaluations = folder.ReadMetrics(),
            TestSentence = model is { Translates: true, LowerCases: true } && model.Tokenizer.Encode(TestSentence.Replace(" ", "", StringComparison.Ordinal)).Unknowns.Count == 0 ? [Translated(model)] : [],
        };
    }

    private static Translation Translated(TrainedModel model) =>
        new(TestSentence, new LineTranslation(model, new DecodingOptions.Greedy(), (_, _) => { }, CancellationToken.None).Translate([TestSentence])[0].Translation);
}
