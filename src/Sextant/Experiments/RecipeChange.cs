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
}
