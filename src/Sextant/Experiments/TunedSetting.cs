using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Experiments;

/// <summary>Values of a recipe that a search tries in place of its own.</summary>
internal sealed class TunedSetting : IEquatable<TunedSetting>
{
    /// <summary>By path, in the order in which they were put in.</summary>
    private readonly IReadOnlyList<RecipeChange> changes;

    private readonly string key;

    private TunedSetting(IReadOnlyList<RecipeChange> changes)
    {
        this.changes = changes;
        Suffix = string.Concat(changes.Select(change => $"-{change.Path.Split('.')[^1]}_{StudyVariants.AsFileName(Named(change.Value))}"));
        key = string.Join('\n', changes.Select(change => $"{change.Path}={change.Value?.ToJsonString()}"));
    }

    /// <summary>The recipe's own values.</summary>
    public static TunedSetting Own { get; } = new([]);

    /// <summary>What tells a trial's name from that of the recipe's own values: "-beta2_0.95".</summary>
    public string Suffix { get; }

    public TunedSetting With(string path, JsonElement value) =>
        new([.. changes.Where(change => change.Path != path), new RecipeChange(path, JsonNode.Parse(value.GetRawText()), $"learningRate.with {path}={value.GetRawText()}")]);

    /// <summary>The recipe with these values.</summary>
    /// <exception cref="UserError">It has no such path, or they are none of its values.</exception>
    public Recipe In(Recipe recipe) => RecipeFile.Change(recipe, changes);

    /// <summary>What stands at a path of the recipe with these values, as JSON.</summary>
    public string ValueIn(Recipe recipe, string path) =>
        path.Split('.').Aggregate((JsonNode?)RecipeFile.ToJson(In(recipe)), (node, key) => node?[key])?.ToJsonString() ?? "null";

    public bool Equals(TunedSetting? other) => other is not null && key == other.key;

    public override bool Equals(object? obj) => Equals(obj as TunedSetting);

    public override int GetHashCode() => key.GetHashCode(StringComparison.Ordinal);

    /// <summary>A record with its keys, so that two are not called alike.</summary>
    private static string Named(JsonNode? value) => value is JsonObject record ? string.Join('-', record.Select(p => p.Key + StudyVariants.Value(p.Value))) : StudyVariants.Value(value);
}
