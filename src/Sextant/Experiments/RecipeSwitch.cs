using System.Text.Json.Nodes;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>A part of a recipe of which `true` means all its defaults and `false` none of it: "noiseScale": true.</summary>
internal static class RecipeSwitch
{
    private const string Parent = "training", Key = "noiseScale";

    /// <summary>Whether a record may be written so.</summary>
    public static bool Is(Type record) => record == typeof(NoiseScaleOptions);

    /// <summary>Puts an object in place of true, and null in place of false.</summary>
    public static void Open(JsonObject recipe)
    {
        if (recipe[Parent] is JsonObject parent && parent[Key] is JsonValue value && value.TryGetValue(out bool isOn))
        {
            parent[Key] = isOn ? new JsonObject() : null;
        }
    }
}
