using System.Text.Json.Nodes;

namespace Sextant.Experiments.Encoders;

/// <summary>Finds fine-tunings among folders and puts those of one recipe, whatever its seed, together as an arm.</summary>
public static class ArmGroups
{
    private const int MostNamed = 3;

    /// <summary>Arms in the order of their first run; null where the folders hold no fine-tuning.</summary>
    /// <param name="paths">Run folders, or folders that hold some.</param>
    /// <param name="notice">Told what is left out.</param>
    /// <exception cref="UserError">Fine-tunings are mixed with other runs or with what is none, or have no seed in common.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Runs)>? Find(IReadOnlyList<string> paths, Action<string>? notice = null)
    {
        string[] folders = [.. paths.Where(Directory.Exists).SelectMany(RunsIn)];
        var recipes = folders.Select(folder => (Folder: folder, Recipe: JsonFile.Read(Path.Combine(folder, "recipe.json"), "recipe", ""))).ToList();
        var finetunings = recipes.Where(run => EncoderRecipes.KindOf(run.Recipe) == typeof(FinetuningRecipe)).ToList();
        if (finetunings.Count == 0)
        {
            return null;
        }

        if (paths.FirstOrDefault(path => !Directory.Exists(path) || !RunsIn(path).Any()) is string nothing)
        {
            throw new UserError($"{nothing} is no run and holds none; give run folders, or folders that hold some.");
        }

        // Pretrained bodies lie among the fine-tunings of a study's folder; one that is named itself is meant to be compared.
        if (recipes.FirstOrDefault(run => EncoderRecipes.KindOf(run.Recipe) is { } kind ? kind != typeof(FinetuningRecipe) && paths.Contains(run.Folder) : true) is { Folder: { } other })
        {
            throw new UserError($"{other} is no fine-tuning, and {finetunings[0].Folder} is one; compare runs of one kind.");
        }

        var arms = finetunings.GroupBy(run => Key(run.Recipe)).Select(group => (Name: (string?)group.First().Recipe["name"] ?? "run", Runs: group.OrderBy(run => Seed(run.Recipe)).ToList())).ToList();
        var common = arms.Select(arm => arm.Runs.Select(run => Seed(run.Recipe)).ToHashSet()).Aggregate((all, next) => [.. all.Intersect(next)]);
        if (common.Count == 0)
        {
            throw new UserError($"The fine-tunings have no seed in common ({string.Join("; ", arms.Select(arm => $"{arm.Name}: {Seeds(arm.Runs)}"))}); train them with the same seeds.");
        }

        if (arms.Any(arm => arm.Runs.Count > common.Count))
        {
            notice?.Invoke($"Only the seeds that all have are compared: {string.Join(", ", common.Order())}.");
        }

        return [.. arms.Select(arm => (Named(arm, arms), (IReadOnlyList<string>)[.. arm.Runs.Where(run => common.Contains(Seed(run.Recipe))).Select(run => run.Folder)]))];
    }

    /// <summary>The recipe's name, and what tells the arm from others of that name.</summary>
    private static string Named((string Name, List<(string Folder, JsonObject Recipe)> Runs) arm, IReadOnlyList<(string Name, List<(string Folder, JsonObject Recipe)> Runs)> arms)
    {
        var alike = arms.Where(other => other.Name == arm.Name).Select(other => RunIdentity.Values(JsonNode.Parse(Key(other.Runs[0].Recipe))!.AsObject())).ToList();
        if (alike.Count == 1)
        {
            return arm.Name;
        }

        var own = RunIdentity.Values(JsonNode.Parse(Key(arm.Runs[0].Recipe))!.AsObject());
        string[] differing = [.. own.Where(value => alike.Any(other => other.GetValueOrDefault(value.Key) != value.Value)).Select(value => $"{value.Key}={value.Value.Trim('"')}")];
        return $"{arm.Name} ({(differing.Length == 0 ? "otherwise the same" : string.Join(", ", differing.Take(MostNamed)))}{(differing.Length > MostNamed ? ", ..." : "")})";
    }

    private static IEnumerable<string> RunsIn(string path) => IsRun(path)
        ? [path]
        : Directory.EnumerateDirectories(path, "*", new EnumerationOptions { MaxRecursionDepth = 2, RecurseSubdirectories = true }).Where(IsRun).Order(StringComparer.Ordinal);

    private static bool IsRun(string folder) => File.Exists(Path.Combine(folder, "recipe.json"));

    private static ulong Seed(JsonObject recipe) => recipe["seed"]?.GetValue<ulong>() ?? 1;

    private static string Seeds(IReadOnlyList<(string Folder, JsonObject Recipe)> runs) => string.Join(", ", runs.Select(run => Seed(run.Recipe)));

    /// <summary>The recipe without what differs between seeds: where a body of its own seed lies, too.</summary>
    private static string Key(JsonObject recipe)
    {
        var key = recipe.DeepClone().AsObject();
        foreach (string own in new[] { RunIdentity.Key, RunIdentity.DataKey, "seed" })
        {
            key.Remove(own);
        }

        if (key["model"] is JsonObject model && model["path"]?.ToString() is string path)
        {
            model["path"] = path.EndsWith($"-s{Seed(recipe)}", StringComparison.Ordinal) ? path[..path.LastIndexOf("-s", StringComparison.Ordinal)] : path;
        }

        return key.ToJsonString();
    }
}
