using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Data.Drawn;
using Sextant.Data.Pictures;
using Sextant.Experiments.Encoders;
using Sextant.Pretrained;
using Sextant.Tokenization.Encoders;

namespace Sextant.Experiments.Clip;

/// <summary>What makes two contrastive trainings the same: every value of the resolved recipe but its name, with pictures and models by content and not by place.</summary>
public static class ClipIdentity
{
    /// <summary>What of a model's folder its outputs depend on, but for its weights.</summary>
    private static readonly string[] Texts = ["config.json", "preprocessor_config.json", "processor_config.json", .. EncoderFolder.Files];

    /// <summary>Drawn pictures that stand for all.</summary>
    private const int Told = 100;

    private const int ToldSize = 48;

    /// <summary>SHA-256 in hexadecimal.</summary>
    /// <exception cref="UserError">A file or a model cannot be read.</exception>
    public static string Of(ContrastiveRecipe recipe)
    {
        var json = ClipRecipes.ToJson(recipe with { Name = "" });
        Put(json["data"]!.AsObject(), recipe.Data);
        switch (recipe.Known)
        {
            case KnownTask.Labels labels:
                json["known"]!["path"] = OfPictures(labels.Path);
                break;
            case KnownTask.Drawn drawn:
                json["known"]!["content"] = OfDrawn(new ContrastiveData.Drawn { Seed = drawn.Seed });
                break;
        }

        if (recipe.Model is ClipSource.Pretrained model)
        {
            json["model"]!["path"] = OfModel(EncoderRecipes.FindModel(model.Path), model.File);
        }

        return RunIdentity.HashOf(json);
    }

    /// <summary>What makes the data of two trainings the same.</summary>
    internal static string OfData(ContrastiveRecipe recipe)
    {
        var json = ClipRecipes.ToJson(recipe)["data"]!.AsObject();
        Put(json, recipe.Data);
        return RunIdentity.HashOf(json);
    }

    private static void Put(JsonObject json, ContrastiveData data)
    {
        switch (data)
        {
            case ContrastiveData.Drawn drawn:
                json["content"] = OfDrawn(drawn);
                break;
            case ContrastiveData.Pictures pictures:
                json["path"] = OfPictures(pictures.Path);
                break;
        }
    }

    /// <summary>What is drawn and said: values say what was asked for, and a later version may make something else of them.</summary>
    /// <param name="data">What was asked for.</param>
    /// <param name="draw">The picture of a scene at a size; null for <see cref="SceneDrawing.Draw(DrawnScene, int)"/>.</param>
    internal static string OfDrawn(ContrastiveData.Drawn data, Func<DrawnScene, int, RgbPicture>? draw = null)
    {
        draw ??= SceneDrawing.Draw;
        ScenePool pool = new(data.Seed, data.HeldOutShare);
        using var content = new MemoryStream();
        for (int i = 0; i < Told; i++)
        {
            var scene = pool.Training(i);
            content.Write(draw(scene, ToldSize).Rgb);
            content.Write(Encoding.UTF8.GetBytes(SceneCaptions.Of(scene, new SeededRandom(data.Seed, (ulong)i), data.Captions)));
        }

        return RunIdentity.Hash(content.ToArray());
    }

    /// <summary>Pictures and their captions, wherever they lie; one that cannot be read takes no part in the training either, and counts by its name.</summary>
    private static string OfPictures(string path)
    {
        var parts = new StringBuilder();
        foreach (var picture in PictureFolder.Captioned(path))
        {
            parts.Append(ContentOf(picture.Path)).Append(' ').Append(JsonSerializer.Serialize(picture.Captions)).Append('\n'); // a caption of two lines is not two captions
        }

        return RunIdentity.Hash(Encoding.UTF8.GetBytes(parts.ToString()));
    }

    private static string ContentOf(string path)
    {
        try
        {
            return RunIdentity.Content(path, "picture", "--data");
        }
        catch (UserError)
        {
            return Path.GetFileName(path);
        }
    }

    private static string OfModel(string folder, string? fileName)
    {
        var parts = new StringBuilder();
        foreach (string name in Texts.Where(name => File.Exists(Path.Combine(folder, name))))
        {
            parts.Append(name).Append(' ').Append(RunIdentity.Content(Path.Combine(folder, name), "model", "model.path")).Append('\n');
        }

        using var weights = TensorFile.Open(folder, fileName);
        foreach (string file in weights.Files)
        {
            parts.Append(RunIdentity.Content(file, "model", "model.path")).Append('\n');
        }

        return RunIdentity.Hash(Encoding.UTF8.GetBytes(parts.ToString()));
    }
}
