using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Experiments;

/// <summary>A run of a design before its recipe is made.</summary>
/// <param name="Name">Unlike any other's of the study.</param>
/// <param name="Base">Which recipe it starts from.</param>
/// <param name="Changes">What is put into it.</param>
internal sealed record Variant(string Name, int Base, IReadOnlyList<RecipeChange> Changes);

/// <summary>The runs that a design spans, and their names.</summary>
internal static class StudyVariants
{
    /// <summary>What people write for the paths that studies vary most; any other is called by the last of its keys.</summary>
    private static readonly Dictionary<string, string> ShortNames = new()
    {
        ["model.hidden"] = "h",
        ["model.layers"] = "l",
        ["training.optimizer.learningRate"] = "lr",
        ["training.optimizer.kind"] = "",
        ["training.horizon.count"] = "to",
        ["seed"] = "s",
    };

    /// <summary>Recipes, then the grid with its last path fastest, then the changes, then the seeds.</summary>
    /// <param name="design">Without problems.</param>
    /// <param name="recipes">The names of its recipes.</param>
    public static IReadOnlyList<Variant> Of(StudyDesign design, IReadOnlyList<string> recipes)
    {
        List<RecipeChange[]> combinations = [[]];
        foreach ((string path, var values) in design.Grid)
        {
            combinations = [.. combinations.SelectMany(before => values.Select(value => (RecipeChange[])[.. before, Change("grid", path, value)]))];
        }

        if (design.Changes.Count > 0)
        {
            combinations = [.. combinations.SelectMany(before => design.Changes.Select(change => (RecipeChange[])[.. before, .. change.Select(c => Change("changes", c.Key, c.Value))]))];
        }

        if (design.Seeds.Count > 0)
        {
            combinations = [.. combinations.SelectMany(before => design.Seeds.Select(seed => (RecipeChange[])[.. before, new RecipeChange("seed", JsonValue.Create(seed), $"seed={seed}")]))];
        }

        List<(int Base, RecipeChange[] Changes)> all = [.. recipes.SelectMany((_, i) => combinations.Select(changes => (i, changes)))];
        string[] names = Names(all, recipes);
        return [.. all.Select((run, i) => new Variant(names[i], run.Base, run.Changes))];
    }

    /// <summary>A text with everything but letters, digits and . _ - made into _.</summary>
    public static string AsFileName(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_');
        }

        return name.ToString().TrimStart('.') is { Length: > 0 } usable ? usable : "_";
    }

    /// <summary>Each run is called by the fewest values that tell it from the others: a path that adds nothing is left out.</summary>
    private static string[] Names(List<(int Base, RecipeChange[] Changes)> runs, IReadOnlyList<string> recipes)
    {
        List<Func<int, string>> parts = [];
        if (recipes.Count > 1)
        {
            parts.Add(i => AsFileName(recipes[runs[i].Base]));
        }

        string[] paths = [.. runs.SelectMany(run => run.Changes.Select(change => change.Path)).Distinct()];
        foreach (string path in paths)
        {
            string said = Short(path, paths);
            parts.Add(i => runs[i].Changes.LastOrDefault(change => change.Path == path) is { } change ? said + AsFileName(Value(change.Value)) : "");
        }

        string[] names = new string[runs.Count];
        Array.Fill(names, "");
        foreach (var part in parts)
        {
            string[] longer = [.. names.Select((name, i) => part(i) is { Length: > 0 } more ? name.Length > 0 ? $"{name}-{more}" : more : name)];
            if (Count(longer) > Count(names))
            {
                names = longer;
            }
        }

        return Distinct([.. names.Select(name => name.Length > 0 ? name : AsFileName(recipes[0]))]);
    }

    private static int Count(string[] names) => names.Distinct(StringComparer.OrdinalIgnoreCase).Count();

    /// <summary>Numbers what is still the same, as values may be that differ in letters no file name can hold.</summary>
    private static string[] Distinct(string[] names)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(name =>
        {
            string unique = name;
            for (int i = 2; !seen.Add(unique); i++)
            {
                unique = $"{name}-{i}";
            }

            return unique;
        })];
    }

    private static string Short(string path, string[] paths)
    {
        if (ShortNames.TryGetValue(path, out string? known))
        {
            return known;
        }

        string[] keys = path.Split('.');
        bool isAlone = paths.Count(other => other.Split('.')[^1] == keys[^1]) == 1 && keys[^1] is not ("count" or "size" or "kind");
        return AsFileName(isAlone || keys.Length == 1 || keys[^1].Length == 0 ? keys[^1] : keys[^2] + char.ToUpperInvariant(keys[^1][0]) + keys[^1][1..]);
    }

    /// <summary>A value as names have it.</summary>
    internal static string Value(JsonNode? value) => value switch
    {
        null => "none",
        JsonValue number when number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out double parsed) => Number(parsed),
        JsonValue text when text.TryGetValue(out string? said) => Path.GetFileNameWithoutExtension(said) is { Length: > 0 } name && said.Contains('/', StringComparison.Ordinal) ? name : said,
        JsonObject union when union["kind"] is JsonValue kind => string.Join('-', union.Select(p => p.Key == "kind" ? kind.ToString() : p.Value?.ToJsonString() ?? "none")),
        _ => value.ToJsonString(),
    };

    /// <summary>In full, or as 2.5e11 where that is much shorter.</summary>
    private static string Number(double value)
    {
        string full = value.ToString("R", CultureInfo.InvariantCulture), power = value.ToString("0.################e0", CultureInfo.InvariantCulture);
        return power.Length + 1 < full.Length ? power : full;
    }

    private static RecipeChange Change(string where, string path, JsonElement value) =>
        new(path, JsonNode.Parse(value.GetRawText()), $"{where} {path}={value.GetRawText()}");
}
