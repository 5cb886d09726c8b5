using System.Text.Json.Nodes;
using Sextant.Experiments;
using Sextant.Training;

namespace Sextant.Tests.Experiments;

/// <summary>Study files beside a toy recipe.</summary>
internal static class ToyStudies
{
    /// <summary>Writes pairs.tsv, recipe.json (a modern decoder) and study.json with these keys beside name and recipes.</summary>
    public static string Write(TemporaryFolder folder, string rest = "", int epochs = 12, string name = "study.json")
    {
        var recipe = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = epochs }, Evaluate = new EvaluationInterval.Steps { Count = 20 } } };
        RecipeFile.Write(recipe, folder.Combine("recipe.json"));
        return folder.Write(name, "{ \"name\": \"toy\", \"recipes\": [\"recipe.json\"]" + (rest.Length > 0 ? ", " + rest : "") + " }");
    }

    /// <summary>A file of JSON lines without the times of a clock.</summary>
    public static string[] WithoutTimes(string path) => [.. File.ReadLines(path).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("seconds");
        return json.ToJsonString();
    })];
}
