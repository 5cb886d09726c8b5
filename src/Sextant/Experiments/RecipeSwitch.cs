using System.Text.Json.Nodes;
using Sextant.Experiments.Clip;
using Sextant.Matching.Contrastive;
using Sextant.Models.Encoders;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>Parts of a recipe of which `true` means all their defaults and `false` none of them: "noiseScale": true.</summary>
internal static class RecipeSwitch
{
    private static readonly (string? Parent, string Key, Type Record)[] Switches =
    [
        ("training", "noiseScale", typeof(NoiseScaleOptions)), (null, "adapters", typeof(AdapterOptions)),
        (null, "ensemble", typeof(EnsembleOptions)), ("data", "cropping", typeof(PictureCropping)),
    ];

    /// <summary>Whether a record may be written so.</summary>
    public static bool Is(Type record) => Switches.Any(s => s.Record == record);

    /// <summary>Puts an object in place of true, and null in place of false.</summary>
    public static void Open(JsonObject recipe)
    {
        foreach (var (parentKey, key, _) in Switches)
        {
            if ((parentKey is null ? recipe : recipe[parentKey]) is JsonObject parent && parent[key] is JsonValue value && value.TryGetValue(out bool isOn))
            {
                parent[key] = isOn ? new JsonObject() : null;
            }
        }
    }
}
