using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Experiments;

/// <summary>
/// The files of a study that is carried out: study.json (the study with every recipe complete, and how each run ended),
/// points.csv, curves.csv, recipes/ and runs/, a run folder each; with maximal update coordinate-check.json, and where rates are tuned tuning/, a study's folder.
/// </summary>
public sealed class StudyFolder
{
    private const string Again = "call `sextant study run` again with the same --out";

    /// <summary>Names a folder; touches nothing.</summary>
    public StudyFolder(string path) => Root = Path.GetFullPath(path);

    /// <summary>Absolute path.</summary>
    public string Root { get; }

    public string StudyPath => Path.Combine(Root, "study.json");

    /// <summary>A row for each run that is done: its last evaluation.</summary>
    public string PointsPath => Path.Combine(Root, "points.csv");

    /// <summary>A row for each evaluation.</summary>
    public string CurvesPath => Path.Combine(Root, "curves.csv");

    /// <summary>The law that the analysis fitted.</summary>
    public string FitPath => Path.Combine(Root, "fit.json");

    /// <summary>The coordinate check of a study whose models are parametrised by maximal update.</summary>
    public string CoordinateCheckPath => Path.Combine(Root, "coordinate-check.json");

    private string Runs => Path.Combine(Root, "runs");

    /// <summary>Where a study goes if nothing is said.</summary>
    public static StudyFolder Default(Study study) => new(Path.Combine("runs", study.Name));

    /// <summary>
    /// The run folder of each run: the one that holds its identity under whatever name, else one by its own name. A folder by
    /// its name that holds another run, as after a change of the study, is left alone and a part of the identity added.
    /// </summary>
    public IReadOnlyList<RunFolder> Locate(Study study)
    {
        var there = new Dictionary<string, string>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        string[] folders = Directory.Exists(Runs) ? Directory.GetDirectories(Runs) : [];
        foreach (string path in folders.Order(StringComparer.Ordinal))
        {
            if (IdentityOf(new RunFolder(path)) is string identity)
            {
                there.TryAdd(identity, path);
                taken.Add(Path.GetFileName(path));
            }
        }

        return
        [
            .. study.Runs.Select(run => new RunFolder(there.TryGetValue(run.Identity, out string? path)
                ? path
                : Path.Combine(Runs, taken.Contains(run.Name) ? $"{run.Name}-{run.Identity[..8]}" : run.Name))),
        ];
    }

    /// <summary>Writes each run's recipe and returns what is to do, largest first.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public IReadOnlyList<RunJob> Prepare(Study study, StudyForecast forecast)
    {
        var folders = Locate(study);
        string recipes = Path.Combine(Root, "recipes");
        Directory.CreateDirectory(recipes);
        return [.. forecast.LargestFirst.Select(i =>
        {
            var run = study.Runs[i];
            string path = Path.Combine(recipes, run.Name + ".json");
            RecipeFile.Write(run.Recipe, path);
            return new RunJob(run.Name, path, folders[i].Root, run.Identity, forecast.Runs[i].Flops)
            {
                SharesTrunk = study.ShareTrunk,
                StartsFrom = forecast.Runs[i].StartsFrom is int from ? folders[from].Root : null,
            };
        })];
    }

    /// <summary>Writes study.json.</summary>
    /// <param name="study">The study.</param>
    /// <param name="folders">Its runs' folders, in order.</param>
    /// <param name="leftOut">Why runs are left out, by their names.</param>
    /// <param name="warnings">What was known beforehand to stand in the way of the answer; null for nothing.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Write(Study study, IReadOnlyList<RunFolder> folders, IReadOnlyDictionary<string, string> leftOut, IReadOnlyList<string>? warnings = null)
    {
        var runs = study.Runs.Zip(folders, (run, folder) => new
        {
            run.Name,
            run.OtherNames,
            run.Identity,
            RunFolder = Path.GetRelativePath(Root, folder.Root),
            Status = leftOut.ContainsKey(run.Name) ? "leftOut" : folder.ReadResult() is null ? "unfinished" : "done",
            Reason = leftOut.GetValueOrDefault(run.Name),
            Recipe = RecipeFile.ToJson(run.Recipe),
        });
        WholeFile.Write(StudyPath, JsonSerializer.Serialize(new { study.Name, study.Analysis, study.ShareTrunk, study.LearningRate, study.Tuning, study.Invocation, Warnings = warnings ?? [], Runs = runs }, RecipeJson.Options) + "\n");
    }

    /// <summary>Writes coordinate-check.json.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Write(CoordinateCheck check) => WholeFile.Write(CoordinateCheckPath, JsonSerializer.Serialize(check, RecipeJson.Options) + "\n");

    /// <summary>What coordinate-check.json says; null where there is none.</summary>
    /// <exception cref="UserError">It is damaged.</exception>
    public CoordinateCheck? ReadCoordinateCheck()
    {
        try
        {
            return File.Exists(CoordinateCheckPath) ? JsonFile.Read(CoordinateCheckPath, "coordinate check", Again).Deserialize<CoordinateCheck>(RecipeJson.Options) : null;
        }
        catch (JsonException e)
        {
            throw new UserError($"{CoordinateCheckPath} is damaged or of another version; {Again}.", e);
        }
    }

    /// <summary>The run folders that study.json names.</summary>
    /// <exception cref="UserError">There is no study here, or its file is damaged.</exception>
    public IReadOnlyList<RunFolder> ReadRuns()
    {
        var json = JsonFile.Read(StudyPath, "study", "give the folder that `sextant study run --out` filled");
        return json["runs"] is JsonArray runs && runs.All(run => run?["runFolder"] is JsonValue place && place.TryGetValue(out string? _))
            ? [.. runs.Select(run => new RunFolder(Path.GetFullPath((string)run!["runFolder"]!, Root)))]
            : throw new UserError($"{StudyPath} is damaged: it does not name its runs; {Again}.");
    }

    /// <summary>What study.json says.</summary>
    /// <exception cref="UserError">There is no study here, or its file is damaged.</exception>
    public StudyRecord Read()
    {
        var folders = ReadRuns();
        var json = JsonFile.Read(StudyPath, "study", "give the folder that `sextant study run --out` filled");
        try
        {
            return new StudyRecord
            {
                Name = json["name"]!.GetValue<string>(),
                Analysis = json["analysis"].Deserialize<AnalysisOptions>(RecipeJson.Options)!,
                LearningRate = json["learningRate"].Deserialize<LearningRateOptions?>(RecipeJson.Options),
                Tuning = json["tuning"].Deserialize<TunedSize[]>(RecipeJson.Options) ?? [],
                Invocation = (string?)json["invocation"],
                Warnings = json["warnings"].Deserialize<string[]>(RecipeJson.Options) ?? [],
                Runs = [.. json["runs"]!.AsArray().Zip(folders, (run, folder) => new StudiedRun(
                    run!["name"]!.GetValue<string>(),
                    folder,
                    run["recipe"].Deserialize<Recipe>(RecipeJson.Options)!,
                    (string?)run["status"] == "done" ? null : (string?)run["reason"] ?? "it is not finished"))],
            };
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or NotSupportedException)
        {
            throw new UserError($"{StudyPath} is damaged or of another version; {Again}.", e);
        }
    }

    private static string? IdentityOf(RunFolder folder)
    {
        try
        {
            return folder.Exists ? folder.ReadIdentity() : null;
        }
        catch (UserError)
        {
            return ""; // damaged: no run of ours, and the name is taken
        }
    }
}

/// <summary>A study as its folder tells it.</summary>
public sealed record StudyRecord
{
    public required string Name { get; init; }

    public required AnalysisOptions Analysis { get; init; }

    /// <summary>How the learning rate was kept from deciding the answer; null where each recipe's stood.</summary>
    public LearningRateOptions? LearningRate { get; init; }

    /// <summary>What the search found for each size; empty where none was made.</summary>
    public IReadOnlyList<TunedSize> Tuning { get; init; } = [];

    /// <summary>The study's file and the options that it was given with; null where that is not known.</summary>
    public string? Invocation { get; init; }

    /// <summary>What was known beforehand to stand in the way of the answer, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required IReadOnlyList<StudiedRun> Runs { get; init; }
}

/// <summary>A run of a study that was carried out.</summary>
/// <param name="Name">What tells it from the others.</param>
/// <param name="Folder">Where it is.</param>
/// <param name="Recipe">Complete.</param>
/// <param name="LeftOut">Why it takes no part; null where it does.</param>
public sealed record StudiedRun(string Name, RunFolder Folder, Recipe Recipe, string? LeftOut);
