using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sextant.Experiments;

namespace Sextant.Reports;

/// <summary>A part of the recipe in which runs differ.</summary>
/// <param name="Path">Where it stands in recipe.json, such as "training.batch.tokens".</param>
/// <param name="Values">The values met, each once, in the order of the runs; "none" where a recipe has no such part.</param>
public sealed record RecipeDifference(string Path, IReadOnlyList<string> Values)
{
    public override string ToString() => $"{Path} ({string.Join(", ", Values)})";
}

/// <summary>What recipes differ in, by walking their JSON.</summary>
public static class RecipeDifferences
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>
    /// Every part in which <paramref name="recipes"/> differ, other than the name, the seeds, and what starts with one of <paramref name="compared"/>
    /// (such as "model.hidden" or "data"): where anything is left, a comparison by those alone is confounded.
    /// </summary>
    public static IReadOnlyList<RecipeDifference> Beyond(IEnumerable<Recipe> recipes, params IEnumerable<string> compared)
    {
        var apart = compared.ToList();
        var flat = recipes.Select(Flat).ToList();
        return
        [
            .. flat.SelectMany(recipe => recipe.Keys).Distinct()
                .Where(path => !apart.Any(prefix => path == prefix || path.StartsWith(prefix + ".", StringComparison.Ordinal)))
                .Select(path => new RecipeDifference(path, [.. flat.Select(recipe => recipe.GetValueOrDefault(path, "none")).Distinct()]))
                .Where(difference => difference.Values.Count > 1),
        ];
    }

    /// <summary>The recipe as path and value, without its name, its seeds and what is measured on the way; two with equal text are the same but for those.</summary>
    internal static SortedDictionary<string, string> Flat(Recipe recipe)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Walk(JsonSerializer.SerializeToNode(recipe with { Training = recipe.Training with { NoiseScale = null } }, _json), "", values);
        foreach (string? path in new[] { "name", "seed", "data.split.seed" })
        {
            values.Remove(path);
        }

        return values;
    }

    private static void Walk(JsonNode? node, string path, SortedDictionary<string, string> values)
    {
        if (node is JsonObject parts)
        {
            foreach (var (name, part) in parts)
            {
                Walk(part, path.Length == 0 ? name : $"{path}.{name}", values);
            }
        }
        else
        {
            values[path] = node?.ToString() ?? "none";
        }
    }
}
