using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Data;
using Sextant.Experiments.Encoders;
using Sextant.Tokenization;

namespace Sextant.Experiments;

/// <summary>Recipes as files: reading, changing single values, writing.</summary>
public static class RecipeFile
{
    /// <summary>Reads a recipe, puts in the changes and the user's own data, and checks the result.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="changes">Changes of the form path=value, such as "training.optimizer.learningRate=1e-3"; a value is JSON, or else a text.</param>
    /// <param name="data">A data file or folder that takes the place of the recipe's; null keeps it.</param>
    /// <param name="split">A split file that takes the place of the recipe's split; null keeps it.</param>
    /// <exception cref="UserError">The file, a change or the outcome is wrong; the message names every problem.</exception>
    public static Recipe Load(string path, IEnumerable<string>? changes = null, string? data = null, string? split = null) =>
        Load(JsonFile.Read(path, "recipe", "give the path of a JSON file such as recipes/course/h32-small.json"), path, Path.GetDirectoryName(Path.GetFullPath(path))!, RecipeChange.OfCommandLine(changes ?? []), data, split);

    /// <summary>The same for a recipe that stands in another file.</summary>
    /// <param name="json">The recipe; it is not changed.</param>
    /// <param name="name">What to call it in a message.</param>
    /// <param name="folder">The folder that its paths are relative to.</param>
    /// <param name="changes">In order.</param>
    /// <param name="data">As for a recipe of its own file.</param>
    /// <param name="split">As for a recipe of its own file.</param>
    /// <exception cref="UserError">The recipe, a change or the outcome is wrong; the message names every problem.</exception>
    internal static Recipe Load(JsonObject json, string name, string folder, IReadOnlyList<RecipeChange> changes, string? data = null, string? split = null)
    {
        json = json.DeepClone().AsObject();
        json.Remove(RunIdentity.Key); // a run folder's recipe.json says whose it is
        json.Remove(RunIdentity.DataKey);
        RecipeSwitch.Open(json);
        Check(json, name);
        var recipe = WithData(json.Deserialize<Recipe>(RecipeJson.Options)!, name, data, split);
        var unchanged = recipe.Problems();
        if (unchanged.Count > 0 && changes.Count == 0)
        {
            throw new UserError($"{name}: {string.Join(" ", unchanged)}");
        }

        recipe = Resolved(LowerCased(Change(recipe, changes), changes, data ?? split), folder);
        var problems = recipe.Problems();
        string blamed = unchanged.Count > 0 ? name : $"{name} with {string.Join(' ', changes.Select(change => change.Said))}";
        return problems.Count == 0 ? recipe : throw new UserError($"{blamed}: {string.Join(" ", problems)}");
    }

    /// <summary>The same recipe with values changed, in order; the outcome is checked as a whole.</summary>
    /// <exception cref="UserError">A change has no such form, there is no such path, or the outcome is no recipe.</exception>
    public static Recipe Change(Recipe recipe, params IReadOnlyList<string> changes) => Change(recipe, RecipeChange.OfCommandLine(changes));

    /// <summary>The same for changes that are made already.</summary>
    /// <exception cref="UserError">There is no such path, or the outcome is no recipe.</exception>
    internal static Recipe Change(Recipe recipe, IReadOnlyList<RecipeChange> changes)
    {
        if (changes.Count == 0)
        {
            return recipe;
        }

        return RecipeChange.Apply(ToJson(recipe), changes, typeof(Recipe)).Deserialize<Recipe>(RecipeJson.Options)!;
    }

    /// <summary>The complete recipe as JSON, every default written out.</summary>
    public static JsonObject ToJson(Recipe recipe) => JsonSerializer.SerializeToNode(recipe, RecipeJson.Options)!.AsObject();

    /// <summary>Writes the complete recipe, whole or not at all.</summary>
    public static void Write(Recipe recipe, string path) => WholeFile.Write(path, ToJson(recipe).ToJsonString(RecipeJson.Options) + "\n");

    private static void Check(JsonNode json, string path)
    {
        if (StudyFile.IsStudy(json))
        {
            throw new UserError($"{path} is a study, not a recipe; use `sextant study run {path}`.");
        }

        if (json is JsonObject other && EncoderRecipes.KindOf(other) is not null)
        {
            throw new UserError($"{path} is no recipe of a transformer that writes; use `sextant {EncoderRecipes.Command(other)} {path}`.");
        }

        var problems = RecordSchema.Problems(json, typeof(Recipe));
        if (problems.Count > 0)
        {
            throw new UserError($"{path}: {string.Join(" ", problems)}");
        }
    }

    /// <summary>Puts in the user's data.</summary>
    private static Recipe WithData(Recipe recipe, string path, string? data, string? split)
    {
        var options = recipe.Data;
        if (split is not null && options is DataOptions.Text)
        {
            throw new UserError($"--split {split}: {path} learns from plain text, which is split by data.validationShare; leave --split out.");
        }

        options = options switch
        {
            DataOptions.Text text when data is not null => text with { Path = Path.GetFullPath(data) },
            DataOptions.Pairs pairs when data is not null => pairs with { Path = Path.GetFullPath(data) },
            DataOptions.PigLatin words when data is not null || split is not null => new DataOptions.Pairs
            {
                Path = data is null ? null : Path.GetFullPath(data),
                Split = words.Split,
            },
            _ => options,
        };
        if (split is not null && options is DataOptions.Pairs given)
        {
            options = given with { Path = data is null ? null : given.Path, Split = new SplitOptions.ByFile { Path = Path.GetFullPath(split) } };
        }

        return recipe with { Data = options };
    }

    /// <summary>The course's characters are small letters: a user's pairs are lower-cased for them unless a change says otherwise.</summary>
    private static Recipe LowerCased(Recipe recipe, IReadOnlyList<RecipeChange> changes, string? given) =>
        given is not null && recipe is { Data: DataOptions.Pairs pairs, Tokenizer: TokenizerOptions.Course } && !changes.Any(change => change.Path.StartsWith("data.lowerCase", StringComparison.Ordinal))
            ? recipe with { Data = pairs with { LowerCase = true } }
            : recipe;

    /// <summary>Makes paths absolute: those of the file are relative to the file's folder or else to the current one.</summary>
    private static Recipe Resolved(Recipe recipe, string folder) => recipe with
    {
        Data = recipe.Data switch
        {
            DataOptions.Text text => text with { Path = Resolve(text.Path, folder) },
            DataOptions.Pairs pairs => pairs with
            {
                Path = pairs.Path is null ? null : Resolve(pairs.Path, folder),
                Split = pairs.Split is SplitOptions.ByFile file ? file with { Path = Resolve(file.Path, folder) } : pairs.Split,
            },
            _ => recipe.Data,
        },
    };

    private static string Resolve(string path, string folder)
    {
        string besideRecipe = Path.GetFullPath(path, folder);
        return Path.Exists(besideRecipe) ? besideRecipe : Path.GetFullPath(path);
    }
}
