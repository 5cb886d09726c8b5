using System.Text;
using System.Text.Json.Nodes;
using Sextant.Data.Labelled;
using Sextant.Pretrained;
using Sextant.Tokenization.Encoders;

namespace Sextant.Experiments.Encoders;

/// <summary>What makes two runs of encoders the same: every value of the resolved recipe but its name, with files and models by content and not by place.</summary>
public static class EncoderIdentity
{
    /// <summary>What of a model's folder its outputs depend on.</summary>
    private static readonly string[] Texts = [ConfigFile.FileName, .. EncoderFolder.Files];

    /// <summary>Sentences that stand for all that a generator makes.</summary>
    private const int Told = 2_000;

    /// <summary>SHA-256 in hexadecimal.</summary>
    /// <param name="recipe">Complete.</param>
    /// <param name="modelFolder">Where its encoder lies.</param>
    /// <exception cref="UserError">A file cannot be read.</exception>
    public static string Of(FinetuningRecipe recipe, string modelFolder)
    {
        var json = EncoderRecipes.ToJson(recipe with { Name = "" });
        json["model"]!["path"] = OfModel(modelFolder, recipe.Model);
        json["data"] = DataOf(recipe.Data);
        return RunIdentity.HashOf(json);
    }

    /// <summary>SHA-256 in hexadecimal.</summary>
    /// <exception cref="UserError">A file cannot be read.</exception>
    public static string Of(PretrainingRecipe recipe)
    {
        var json = EncoderRecipes.ToJson(recipe with { Name = "" });
        PutContent(json["data"]!, recipe.Data);
        foreach (var (i, text) in (recipe.VocabularyText ?? []).Index())
        {
            PutContent(json["vocabularyText"]![i]!, text);
        }

        return RunIdentity.HashOf(json);

        static void PutContent(JsonNode data, PretrainingText text)
        {
            switch (text)
            {
                case PretrainingText.File file:
                    data["path"] = RunIdentity.Files(file.Path);
                    break;
                case PretrainingText.Generated generated:
                    data["content"] = ContentOf(generated);
                    break;
            }

            if (text is PretrainingText.Arithmetic { Unsaid: LabelledSplitOptions.ByFile split })
            {
                data["unsaid"]!["path"] = RunIdentity.Content(split.Path, "split", "data.unsaid.path");
            }
        }
    }

    /// <summary>What a generator makes: its values say what was asked for, and a later version may make something else of them.</summary>
    internal static string ContentOf(PretrainingText.Generated text) => RunIdentity.Hash(Encoding.UTF8.GetBytes(string.Join('\n', PretrainingRun.Read(text).Take(Told))));

    /// <summary>What makes the data of two fine-tunings the same, whatever the seed of the split.</summary>
    internal static string OfData(LabelledOptions data)
    {
        var json = DataOf(data);
        (json["split"] as JsonObject)?.Remove("seed");
        return RunIdentity.HashOf(json);
    }

    private static JsonObject DataOf(LabelledOptions data)
    {
        var json = System.Text.Json.JsonSerializer.SerializeToNode(data, RecipeJson.Options)!.AsObject();
        if (data is LabelledOptions.File file)
        {
            json["path"] = RunIdentity.Content(file.Path, "data", "--data");
            json["testPath"] = file.TestPath is null ? null : RunIdentity.Content(file.TestPath, "data", "data.testPath");
        }

        switch (data.Split)
        {
            case LabelledSplitOptions.ByFile split:
                json["split"]!["path"] = RunIdentity.Content(split.Path, "split", "--split");
                break;
            case LabelledSplitOptions.SeparateFiles files:
                json["split"]!["validationPath"] = RunIdentity.Content(files.ValidationPath, "data", "data.split.validationPath");
                break;
        }

        return json;
    }

    private static string OfModel(string folder, EncoderSource source)
    {
        var parts = new StringBuilder();
        foreach (string name in Texts.Where(name => File.Exists(Path.Combine(folder, name))))
        {
            parts.Append(name).Append(' ').Append(RunIdentity.Content(Path.Combine(folder, name), "model", "model.path")).Append('\n');
        }

        if (source is EncoderSource.Pretrained pretrained)
        {
            using var weights = TensorFile.Open(folder, pretrained.File);
            foreach (string file in weights.Files)
            {
                parts.Append(RunIdentity.Content(file, "model", "model.path")).Append('\n');
            }
        }

        return RunIdentity.Hash(Encoding.UTF8.GetBytes(parts.ToString()));
    }
}
