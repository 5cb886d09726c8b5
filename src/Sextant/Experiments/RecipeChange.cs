using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Experiments;

/// <summary>One value of a recipe put in place of another.</summary>
/// <param name="Path">Keys with dots between them, such as "training.optimizer.learningRate".</param>
/// <param name="Value">What stands there afterwards.</param>
/// <param name="Said">The change as the user wrote it, for messages.</param>
internal sealed record RecipeChange(string Path, JsonNode? Value, string Said)
{
    /// <summary>Reads --set path=value; a value is JSON, or else a text.</summary>
    /// <exception cref="UserError">A change has no such form.</exception>
    public static IReadOnlyList<RecipeChange> OfCommandLine(IEnumerable<string> changes) => [.. changes.Select(change =>
    {
        int equals = change.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new RecipeChange(change[..equals].Trim(), Parsed(change[(equals + 1)..].Trim()), $"--set {change}")
            : throw new UserError($"--set {change}: write path=value, such as --set training.optimizer.learningRate=1e-3.");
    })];

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    /// <summary>Puts changes into a recipe of any kind, in order, and holds the outcome against the record it is meant to become.</summary>
    /// <param name="root">The complete recipe, every default written out; it is changed.</param>
    /// <param name="changes">In order.</param>
    /// <param name="type">The record.</param>
    /// <returns><paramref name="root"/>.</returns>
    /// <exception cref="UserError">There is no such path, or the outcome is no recipe.</exception>
    public static JsonObject Apply(JsonObject root, IReadOnlyList<RecipeChange> changes, Type type)
    {
        foreach (var change in changes)
        {
            change.Apply(root, type);
            RecipeSwitch.Open(root);
        }

        var problems = RecordSchema.Problems(root, type);
        return problems.Count == 0
            ? root
            : throw new UserError($"{string.Join(' ', changes.Select(change => change.Said))}: {string.Join(" ", problems)}");
    }

    private void Apply(JsonObject root, Type type)
    {
        string[] path = Path.Split('.');
        JsonNode? node = root;
        for (int i = 0; i < path.Length; i++)
        {
            var keys = node is JsonObject ? RecordSchema.Keys(node, type) : null;
            if (keys?.Contains(path[i]) != true)
            {
                string place = i == 0 ? "a recipe" : string.Join('.', path[..i]);
                throw new UserError($"{Said}: {place} has no '{path[i]}'; {(keys is null ? "nothing lies below it" : $"there are {string.Join(", ", keys)}")}.");
            }

            var parent = (JsonObject)node!;
            if (i < path.Length - 1)
            {
                type = RecordSchema.TypeOf(parent, type, path[i]) ?? typeof(string);
                node = parent[path[i]];
                if (node is null && RecipeSwitch.Is(type))
                {
                    parent[path[i]] = node = new JsonObject(); // a value of what is off turns it on
                }
            }
            else if (path[i] == "kind")
            {
                Narrow(parent, type, Value is JsonValue value && value.TryGetValue(out string? kind) ? kind : Value?.ToJsonString() ?? "null");
            }
            else
            {
                parent[path[i]] = Value?.DeepClone();
            }
        }
    }

    /// <summary>Takes over another kind and keeps of the old keys those that it knows too.</summary>
    private static void Narrow(JsonObject union, Type type, string kind)
    {
        union["kind"] = kind;
        if (RecordSchema.IsKind(union, type)) // else the keys stay, and the kind is named as what is wrong
        {
            var known = RecordSchema.Keys(union, type)!;
            foreach (string stale in union.Select(p => p.Key).Where(k => !known.Contains(k)).ToList())
            {
                union.Remove(stale);
            }
        }
    }
}
