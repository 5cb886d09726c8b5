using System.Text.Json.Nodes;

namespace Sextant.Experiments.Encoders;

/// <summary>Finds fine-tunings among folders and puts those of one recipe, whatever its seed, together as an arm.</summary>
public static class ArmGroups
{
    /// <summary>Arms in the order of their first run; null where the folders hold no fine-tuning.</summary>
    /// <param name="paths">Run folders, or folders that hold some.</param>
    /// <exception cref="UserError">Fine-tunings are mixed with other runs, or an arm has not the seeds of the first.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Runs)>? Find(IReadOnlyList<string> paths)
    {
        string[] folders = [.. paths.Where(Directory.Exists).SelectMany(RunsIn)];
        var recipes = folders.Select(folder => (Folder: folder, Recipe: JsonFile.Read(Path.Combine(folder, "recipe.json"), "recipe", ""))).ToList();
        var finetunings = recipes.Where(run => EncoderRecipes.KindOf(run.Recipe) == typeof(FinetuningRecipe)).ToList();
        if (finetunings.Count == 0)
        {
            return null;
        }

        // Pretrained bodies lie among the fine-tunings of a study's folder; one that is named itself is meant to be compared.
        if (recipes.FirstOrDefault(run => EncoderRecipes.KindOf(run.Recipe) is { } kind ? kind != typeof(FinetuningRecipe) && paths.Contains(run.Folder) : true) is { Folder: { } other })
        {
            throw new UserError($"{other} is no fine-tuning, and {finetunings[0].Folder} is one; compare runs of one kind.");
        }

        var arms = finetunings.GroupBy(run => Key(run.Recipe)).Select(group => (Name: (string?)group.First().Recipe["name"] ?? "run", Runs: group.OrderBy(run => Seed(run.Recipe)).ToList())).ToList();
        string seeds = Seeds(arms[0].Runs);
        if (arms.FirstOrDefault(arm => Seeds(arm.Runs) != seeds) is { Name: { } odd } wrong)
        {
            throw new UserError($"{odd} was trained with the seeds {Seeds(wrong.Runs)} and {arms[0].Name} with {seeds}; train both with the same seeds.");
        }

        return [.. arms.Select((arm, i) => (arms.Count(a => a.Name == arm.Name) > 1 ? $"{arm.Name} ({i + 1})" : arm.Name, (IReadOnlyList<string>)[.. arm.Runs.Select(run => run.Folder)]))];
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
