using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Experiments.Encoders;

/// <summary>
/// Ways to fine-tune, side by side over seeds: bodies are pretrained, arms are fine-tuned from them, in the folder given: bodies/, runs/, recipes/ and arms.json. What is
/// done is not done again.
/// </summary>
public sealed class ArmsStudy
{
    private readonly string path;
    private readonly IReadOnlyList<RecipeChange> changes;
    private readonly string? data, split;

    private ArmsStudy(string path, ArmsDesign design, IReadOnlyList<RecipeChange> changes, string? data, string? split)
    {
        (this.path, Design, this.changes, this.data, this.split) = (path, design, changes, data, split);
    }

    public ArmsDesign Design { get; }

    /// <summary>Whether a file is meant to be such a study.</summary>
    public static bool Is(string path) => File.Exists(path) && JsonFile.Read(path, "study", "").ContainsKey("arms");

    /// <summary>Reads a study and holds every recipe of it against what it is meant to be.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="changes">Of the form path=value, put into every fine-tuning.</param>
    /// <param name="data">A file of labelled text in place of every fine-tuning's; null keeps theirs.</param>
    /// <param name="split">A file of rows and parts in place of every fine-tuning's split; null keeps theirs.</param>
    /// <exception cref="UserError">The file or a recipe is wrong; the message names every problem with its path.</exception>
    public static ArmsStudy Load(string path, IEnumerable<string>? changes = null, string? data = null, string? split = null)
    {
        var json = JsonFile.Read(path, "study", "give the path of a JSON file such as studies/verbal-arithmetic.json");
        var problems = RecordSchema.Problems(json, typeof(ArmsDesign), "study");
        if (problems.Count == 0)
        {
            var design = json.Deserialize<ArmsDesign>(RecipeJson.Options)!;
            var study = new ArmsStudy(path, design, RecipeChange.OfCommandLine(changes ?? []), data, split);
            problems = [.. Problems(design)];
            if (problems.Count == 0)
            {
                _ = (design.Bodies.Keys.Select(body => study.Body(body, design.Seeds[0])).ToList(), design.Arms.Keys.Select(arm => study.Arm(arm, design.Seeds[0], "")).ToList());
                return study;
            }
        }

        throw new UserError($"{path}: {string.Join(' ', problems)}");
    }

    /// <summary>The pretrainings, each with its recipe in the folder.</summary>
    public IReadOnlyList<RunJob> Pretrainings(string folder) =>
    [
        .. from seed in Design.Seeds
           from body in Design.Bodies.Keys
           let recipe = Body(body, seed)
           select Job(folder, $"{Named(body)}-s{seed}", "pretrain", BodyFolder(folder, body, seed), EncoderRecipes.ToJson(recipe), EncoderIdentity.Of(recipe)),
    ];

    /// <summary>The fine-tunings, once the bodies are there.</summary>
    /// <exception cref="UserError">A body is missing.</exception>
    public IReadOnlyList<RunJob> Finetunings(string folder) =>
    [
        .. from seed in Design.Seeds
           from arm in Design.Arms.Keys
           let recipe = Arm(arm, seed, folder)
           select Job(folder, $"{Named(arm)}-s{seed}", "finetune", RunOf(folder, arm, seed), EncoderRecipes.ToJson(recipe), EncoderIdentity.Of(recipe, EncoderRecipes.FindModel(recipe.Model.Path))),
    ];

    /// <summary>The run folder of an arm's seed.</summary>
    public static string RunOf(string folder, string arm, ulong seed) => Path.Combine(folder, "runs", $"{Named(arm)}-s{seed}");

    private static string BodyFolder(string folder, string body, ulong seed) => Path.Combine(folder, "bodies", $"{Named(body)}-s{seed}");

    private static RunJob Job(string folder, string name, string command, string runFolder, JsonObject recipe, string identity)
    {
        string recipePath = Path.Combine(folder, "recipes", name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(recipePath)!);
        WholeFile.Write(recipePath, recipe.ToJsonString(RecipeJson.Options) + "\n");
        return new RunJob(name, recipePath, runFolder, identity) { Command = command };
    }

    private PretrainingRecipe Body(string name, ulong seed) =>
        EncoderRecipes.LoadPretraining(Beside(Design.Bodies[name].Recipe), [.. Changes(name, Design.Bodies[name].Set), Seed(seed)], data: null) with { Name = name };

    private FinetuningRecipe Arm(string name, ulong seed, string folder)
    {
        var arm = Design.Arms[name];
        RecipeChange[] body = arm.Body is null ? [] : [new RecipeChange("model.path", JsonValue.Create(Path.GetFullPath(BodyFolder(folder, arm.Body, seed))), $"{name}: body")];
        return EncoderRecipes.LoadFinetuning(Beside(arm.Recipe), [.. body, .. Changes(name, arm.Set), .. changes, Seed(seed)], data, split) with { Name = name };
    }

    private static IEnumerable<RecipeChange> Changes(string name, IReadOnlyDictionary<string, JsonElement> set) =>
        set.Select(change => new RecipeChange(change.Key, change.Value.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(change.Value.GetRawText()), $"{name}: {change.Key}"));

    private static RecipeChange Seed(ulong seed) => new("seed", JsonValue.Create(seed), $"seed {seed}");

    private string Beside(string recipe) => Path.GetFullPath(recipe, Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>A name as a folder's: letters and digits, words joined.</summary>
    private static string Named(string name) => string.Join('-', new string([.. name.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Problems(ArmsDesign design)
    {
        if (design.Arms.Count == 0)
        {
            yield return "arms: are missing; name at least one fine-tuning.";
        }

        if (design.Seeds.Count == 0 || design.Seeds.Distinct().Count() != design.Seeds.Count)
        {
            yield return "seeds: give at least one, each once.";
        }

        foreach (var (name, arm) in design.Arms)
        {
            if (arm.Body is string body && !design.Bodies.ContainsKey(body))
            {
                yield return $"arms.{name}.body: there is no body '{body}'; there are {string.Join(", ", design.Bodies.Keys)}.";
            }
        }

        foreach (string name in design.Bodies.Where(body => body.Value.Body is not null).Select(body => body.Key))
        {
            yield return $"bodies.{name}.body: a body is pretrained from drawn weights; leave it out.";
        }

        foreach (var (what, names) in new[] { ("bodies", design.Bodies.Keys), ("arms", design.Arms.Keys) })
        {
            string[] folders = [.. names.Select(Named)];
            if (folders.FirstOrDefault(f => f.Length == 0 || folders.Count(g => g == f) > 1) is string same)
            {
                yield return $"{what}: the names must differ in letters or digits; '{same}' comes twice or is empty.";
            }
        }

        foreach (var pair in design.Compare)
        {
            if (pair.Count != 2 || pair[0] == pair[1] || pair.Any(name => name is null || !design.Arms.ContainsKey(name)))
            {
                yield return $"compare: [{string.Join(", ", pair)}] does not name two arms.";
            }
        }
    }
}
