using System.Text.Json.Nodes;
using Sextant.Experiments.Encoders;

namespace Sextant.Experiments.Clip;

/// <summary>Recipes of contrastive training as files: reading, changing single values.</summary>
public static class ClipRecipes
{
    private const string Remedy = "give the path of a JSON file such as recipes/clip/small.json";

    /// <summary>Whether a file is such a recipe: it says "contrastive".</summary>
    /// <exception cref="UserError">It cannot be read or is no JSON object.</exception>
    public static bool IsOne(string path) => JsonFile.Read(path, "recipe", Remedy).ContainsKey("contrastive");

    /// <summary>Reads a recipe, puts in the changes and the user's own data, and checks the result.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="changes">Changes of the form path=value; a value is JSON, or else a text.</param>
    /// <param name="data">A folder of pictures with captions, or a CSV file with the columns picture and caption, in place of the recipe's; null keeps it.</param>
    /// <exception cref="UserError">The file, a change or the outcome is wrong; the message names every problem.</exception>
    public static ContrastiveRecipe Load(string path, IEnumerable<string>? changes = null, string? data = null)
    {
        var list = RecipeChange.OfCommandLine(changes ?? []);
        var recipe = EncoderRecipes.Read<ContrastiveRecipe>(path);
        if (data is not null)
        {
            string given = Path.GetFullPath(data);
            recipe = recipe with { Data = recipe.Data is ContrastiveData.Pictures pictures ? pictures with { Path = given } : new ContrastiveData.Pictures { Path = given } };
        }

        recipe = Resolved(EncoderRecipes.Changed(recipe, list), EncoderRecipes.Folder(path));
        return EncoderRecipes.Checked(recipe, recipe.Problems(), path, list);
    }

    /// <summary>The complete recipe as JSON, every default written out.</summary>
    public static JsonObject ToJson(ContrastiveRecipe recipe) => EncoderRecipes.Json(recipe);

    /// <summary>The command that carries out such a recipe: new weights are pretrained, a model's are fine-tuned.</summary>
    internal static string Command(JsonObject json) => (string?)(json["model"] as JsonObject)?["kind"] == "pretrained" ? "finetune" : "pretrain";

    /// <summary>Makes paths absolute, as those of other recipes. A model may also be a name, which stays.</summary>
    private static ContrastiveRecipe Resolved(ContrastiveRecipe recipe, string folder)
    {
        string Absolute(string path) => EncoderRecipes.Resolve(path, folder);
        return recipe with
        {
            Data = recipe.Data is ContrastiveData.Pictures pictures ? pictures with { Path = Absolute(pictures.Path) } : recipe.Data,
            Known = recipe.Known is KnownTask.Labels labels ? labels with { Path = Absolute(labels.Path) } : recipe.Known,
            Model = recipe.Model is ClipSource.Pretrained model ? model with { Path = EncoderRecipes.ResolveModel(model.Path, folder) } : recipe.Model,
        };
    }
}
