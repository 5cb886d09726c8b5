using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Data.Labelled;
using Sextant.Experiments.Clip;
using Sextant.Pretrained;
using Sextant.Pretrained.Hub;

namespace Sextant.Experiments.Encoders;

/// <summary>Recipes of encoders as files: reading, changing single values.</summary>
public static class EncoderRecipes
{
    private const string Remedy = "give the path of a JSON file such as recipes/encoders/arithmetic-whole.json";

    /// <summary>Reads a fine-tuning recipe, puts in the changes and the user's own data, and checks the result.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="changes">Changes of the form path=value; a value is JSON, or else a text.</param>
    /// <param name="data">A file of labelled text in place of the recipe's data, and of the files that test, validate or divide them, which give way to the default split; null keeps it.</param>
    /// <param name="split">A file of rows and parts in place of the recipe's split; null keeps it.</param>
    /// <exception cref="UserError">The file, a change or the outcome is wrong; the message names every problem.</exception>
    public static FinetuningRecipe LoadFinetuning(string path, IEnumerable<string>? changes = null, string? data = null, string? split = null) =>
        LoadFinetuning(path, RecipeChange.OfCommandLine(changes ?? []), data, split);

    /// <summary>The same with changes that are made already.</summary>
    internal static FinetuningRecipe LoadFinetuning(string path, IReadOnlyList<RecipeChange> list, string? data, string? split)
    {
        var recipe = WithData(Read<FinetuningRecipe>(path), data, split);
        recipe = Resolved(Changed(recipe, list), Folder(path));
        return Checked(recipe, recipe.Problems(), path, list);
    }

    /// <summary>The same of a pretraining recipe.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="changes">As above.</param>
    /// <param name="data">A text file or a folder of them in place of the recipe's data; null keeps it.</param>
    /// <exception cref="UserError">The file, a change or the outcome is wrong; the message names every problem.</exception>
    public static PretrainingRecipe LoadPretraining(string path, IEnumerable<string>? changes = null, string? data = null) =>
        LoadPretraining(path, RecipeChange.OfCommandLine(changes ?? []), data);

    /// <summary>The same with changes that are made already.</summary>
    internal static PretrainingRecipe LoadPretraining(string path, IReadOnlyList<RecipeChange> list, string? data)
    {
        var recipe = Read<PretrainingRecipe>(path);
        recipe = data is null ? recipe : recipe with { Data = new PretrainingText.File { Path = Path.GetFullPath(data), ValidationShare = recipe.Data.ValidationShare }, VocabularyText = null }; // other text has other words
        recipe = Changed(recipe, list);
        recipe = recipe with { Data = Resolved(recipe.Data, Folder(path)), VocabularyText = recipe.VocabularyText?.Select(text => Resolved(text, Folder(path))).ToList() };
        return Checked(recipe, recipe.Problems(), path, list);
    }

    /// <summary>The complete recipe as JSON, every default written out.</summary>
    public static JsonObject ToJson(FinetuningRecipe recipe) => Json(recipe);

    /// <summary>The complete recipe as JSON, every default written out.</summary>
    public static JsonObject ToJson(PretrainingRecipe recipe) => Json(recipe);

    /// <summary>Whether a JSON object is one of these recipes, and which; null for neither.</summary>
    internal static Type? KindOf(JsonObject json) => json.ContainsKey("contrastive") ? typeof(ContrastiveRecipe) : (json.ContainsKey("freeze") || json["model"] is JsonObject { } model && model.ContainsKey("path"), json["vocabularySize"] is not null || json["maskedShare"] is not null) switch
    {
        (true, _) => typeof(FinetuningRecipe),
        (_, true) => typeof(PretrainingRecipe),
        _ => null,
    };

    /// <summary>Whether the weights of a fine-tuning are those of the lowest loss on the texts that validate.</summary>
    public static bool KeepsLowest(RunFolder run) => (string?)JsonFile.Read(run.RecipePath, "recipe", Remedy)["keep"] is null or "lowest";

    internal static JsonObject Json<T>(T recipe) => JsonSerializer.SerializeToNode(recipe, RecipeJson.Options)!.AsObject();

    internal static T Read<T>(string path)
    {
        var json = JsonFile.Read(path, "recipe", Remedy);
        json.Remove(RunIdentity.Key); // a run folder's recipe.json says whose it is
        json.Remove(RunIdentity.DataKey);
        RecipeSwitch.Open(json);
        if (StudyFile.IsStudy(json))
        {
            throw new UserError($"{path} is a study, not a recipe; use `sextant study run {path}`.");
        }

        var kind = KindOf(json);
        if (kind != typeof(T) && (kind is not null || json["tokenizer"] is not null))
        {
            throw new UserError($"{path} is a recipe for another command; use `sextant {Command(json)} {path}`.");
        }

        var problems = RecordSchema.Problems(json, typeof(T));
        return problems.Count == 0 ? json.Deserialize<T>(RecipeJson.Options)! : throw new UserError($"{path}: {string.Join(" ", problems)}");
    }

    /// <summary>The command that carries out a recipe.</summary>
    internal static string Command(JsonObject json) => KindOf(json) switch
    {
        var kind when kind == typeof(FinetuningRecipe) => "finetune",
        var kind when kind == typeof(PretrainingRecipe) => "pretrain",
        var kind when kind == typeof(ContrastiveRecipe) => ClipRecipes.Command(json),
        _ => "train",
    };

    internal static T Changed<T>(T recipe, IReadOnlyList<RecipeChange> changes) =>
        changes.Count == 0 ? recipe : RecipeChange.Apply(Json(recipe), changes, typeof(T)).Deserialize<T>(RecipeJson.Options)!;

    internal static T Checked<T>(T recipe, IReadOnlyList<string> problems, string path, IReadOnlyList<RecipeChange> changes) => problems.Count == 0
        ? recipe
        : throw new UserError($"{path}{(changes.Count > 0 ? $" with {string.Join(' ', changes.Select(change => change.Said))}" : "")}: {string.Join(" ", problems)}");

    private static FinetuningRecipe WithData(FinetuningRecipe recipe, string? data, string? split)
    {
        var options = recipe.Data;
        if (data is not null)
        {
            string path = Path.GetFullPath(data);
            var kept = options.Split is LabelledSplitOptions.ByFile or LabelledSplitOptions.SeparateFiles ? new LabelledSplitOptions.Stratified() : options.Split; // rows and files that belong to other data
            options = options is LabelledOptions.File file ? file with { Path = path, TestPath = null, Split = kept } : new LabelledOptions.File { Path = path, Split = kept, Inner = options.Inner };
        }

        return recipe with { Data = split is null ? options : options with { Split = new LabelledSplitOptions.ByFile { Path = Path.GetFullPath(split) } } };
    }

    /// <summary>Makes paths absolute: those of the file are relative to the file's folder or else to the current one. A model may also be a name, which stays.</summary>
    private static FinetuningRecipe Resolved(FinetuningRecipe recipe, string folder)
    {
        var data = recipe.Data switch
        {
            LabelledOptions.File file => file with { Path = Resolve(file.Path, folder), TestPath = file.TestPath is null ? null : Resolve(file.TestPath, folder) },
            var other => other,
        };
        return recipe with
        {
            Model = recipe.Model with { Path = ResolveModel(recipe.Model.Path, folder) },
            Data = data with
            {
                Split = data.Split switch
                {
                    LabelledSplitOptions.ByFile file => file with { Path = Resolve(file.Path, folder) },
                    LabelledSplitOptions.SeparateFiles files => files with { ValidationPath = Resolve(files.ValidationPath, folder) },
                    var other => other,
                },
            },
        };
    }

    private static PretrainingText Resolved(PretrainingText text, string folder) => text switch
    {
        PretrainingText.File file => file with { Path = Resolve(file.Path, folder) },
        PretrainingText.Arithmetic { Unsaid: LabelledSplitOptions.ByFile split } arithmetic => arithmetic with { Unsaid = split with { Path = Resolve(split.Path, folder) } },
        _ => text,
    };

    internal static string Folder(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>A name that `sextant pull` takes stays, unless it is a folder too.</summary>
    internal static string ResolveModel(string path, string folder)
    {
        string at = Resolve(path, folder);
        return Directory.Exists(at) || path.Length == 0 ? at : HubName.IsModel(path) ? path : Path.GetFullPath(path, folder);
    }

    /// <summary>Where the model lies that a recipe goes on from.</summary>
    /// <exception cref="UserError">There is none.</exception>
    internal static string FindModel(string path)
    {
        try
        {
            return ModelFolders.Find(path);
        }
        catch (UserError error)
        {
            throw new UserError($"model.path: {error.Message}");
        }
    }

    internal static string Resolve(string path, string folder)
    {
        if (path.Length == 0)
        {
            return path; // which is said to be missing, and is not the folder itself
        }

        string besideRecipe = Path.GetFullPath(path, folder);
        return Path.Exists(besideRecipe) ? besideRecipe : Path.GetFullPath(path);
    }
}
