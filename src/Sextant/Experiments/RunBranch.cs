using System.Text.Json;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>
/// The folder branch/ of a run: all that a run which differs in horizon or decay alone needs to go on as if it had made every step up
/// to here itself. It holds a checkpoint (model, optimiser, state), the metrics and the gradient noise up to there, the best weights, the tokeniser and branch.json.
/// It is renamed into place once, whole, and never changed.
/// </summary>
internal sealed class RunBranch
{
    private const string Name = "branch", MarkFile = "branch.json", Metrics = "metrics.jsonl", Noise = "noise.jsonl", Best = "best.safetensors", Tokenizer = "tokenizer.json", StateFile = "state.json";

    private readonly string folder;

    private RunBranch(string folder, TrainingState state)
    {
        this.folder = folder;
        State = state;
    }

    /// <summary>Where training stood.</summary>
    public TrainingState State { get; }

    /// <summary>For people: the run it was kept by.</summary>
    public string Origin => Path.GetDirectoryName(folder)!;

    public static string FolderIn(RunFolder run) => Path.Combine(run.Root, Name);

    public static bool IsIn(RunFolder run) => Directory.Exists(FolderIn(run));

    /// <summary>The branches of one trunk that are kept by runs beside this one, the longest first; damaged ones are no branches.</summary>
    /// <param name="run">The run that looks for one.</param>
    /// <param name="trunk">See <see cref="RunIdentity.OfTrunk"/>.</param>
    public static IReadOnlyList<RunBranch> Beside(RunFolder run, string trunk)
    {
        string parent = Path.GetDirectoryName(run.Root) ?? run.Root;
        return
        [
            .. Directory.GetDirectories(parent).Order(StringComparer.Ordinal)
                .Where(place => place != run.Root)
                .Select(place => Read(Path.Combine(place, Name), trunk))
                .OfType<RunBranch>()
                .OrderByDescending(branch => branch.State.Step),
        ];
    }

    /// <summary>Adds to a checkpoint of a run what makes it a branch.</summary>
    public static void Complete(string folder, RunFolder run, string trunk, TrainingState state)
    {
        foreach ((string from, string to) in new[] { (run.MetricsPath, Metrics), (run.NoisePath, Noise), (run.BestWeightsPath, Best), (run.TokenizerPath, Tokenizer) })
        {
            if (File.Exists(from)) // the first evaluation may be still to come
            {
                WholeFile.Copy(from, Path.Combine(folder, to));
            }
        }

        WholeFile.Write(Path.Combine(folder, MarkFile), JsonSerializer.Serialize(new Mark(trunk, state.Step), RecipeJson.Options) + "\n");
    }

    /// <summary>Whether it was made with the tokeniser that a run has.</summary>
    public bool HasTokenizerOf(RunFolder run) =>
        File.Exists(Path.Combine(folder, Tokenizer)) && File.ReadAllBytes(Path.Combine(folder, Tokenizer)).AsSpan().SequenceEqual(File.ReadAllBytes(run.TokenizerPath));

    /// <summary>Copies one of its files.</summary>
    public void Copy(string name, string to) => WholeFile.Copy(Path.Combine(folder, name), to);

    /// <summary>Gives a run the metrics, the gradient noise and the best weights as they were here.</summary>
    public void CopyTo(RunFolder run)
    {
        foreach ((string name, string to) in new[] { (Metrics, run.MetricsPath), (Noise, run.NoisePath), (Best, run.BestWeightsPath) })
        {
            if (File.Exists(Path.Combine(folder, name)))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                Copy(name, to);
            }
        }
    }

    private static RunBranch? Read(string folder, string trunk)
    {
        string mark = Path.Combine(folder, MarkFile);
        try
        {
            return File.Exists(mark) && JsonSerializer.Deserialize<Mark>(File.ReadAllText(mark), RecipeJson.Options)?.Trunk == trunk
                && JsonSerializer.Deserialize<TrainingState>(File.ReadAllText(Path.Combine(folder, StateFile)), RecipeJson.Options) is { } state
                ? new RunBranch(folder, state)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="Trunk">See <see cref="RunIdentity.OfTrunk"/>.</param>
    /// <param name="Step">Updates made up to here.</param>
    private sealed record Mark(string Trunk, long Step);
}
