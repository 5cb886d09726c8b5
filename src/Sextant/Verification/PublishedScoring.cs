using Sextant.Data.Pictures;
using Sextant.Models.Clip;
using Sextant.Pretrained;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Verification;

/// <summary>Holds a downloaded CLIP against scores that are published of pictures, as far as the user has these.</summary>
internal static class PublishedScoring
{
    /// <exception cref="UserError">None of the pictures is there, one of them cannot be read, or the folder of the model cannot be used.</exception>
    public static IReadOnlyList<GoldenCheck> Check(PublishedOutputs published, string folder, string? fileName, string? pictures)
    {
        string names = string.Join(", ", published.Scores.Select(s => s.Picture));
        if (pictures is null)
        {
            throw new UserError($"What is published of {published.Name} are scores of pictures; give --pictures FOLDER with any of {names}, or --golden FILE.");
        }

        var found = published.Scores.Select(scores => (Scores: scores, Path: Find(pictures, scores.Picture))).Where(pair => pair.Path is not null).ToList();
        if (found.Count == 0)
        {
            throw new UserError($"{pictures} holds none of the pictures that scores of {published.Name} are published of ({names}, with any ending); put some of them there.");
        }

        var tokenizer = EncoderTokenizer.Load(folder, null);
        var preparation = ClipPreparation.Read(folder, ClipConfig.Read(folder)).Preparation;
        using var model = PretrainedClip.Read(folder, fileName);
        model.eval();
        return [.. found.Select(pair => Of(pair.Scores, pair.Path!, model, tokenizer, preparation))];
    }

    private static GoldenCheck Of(PublishedScores scores, string path, ClipModel model, EncoderTokenizer tokenizer, PicturePreparation preparation)
    {
        using var scope = torch.NewDisposeScope();
        float[] pixels = new float[3 * preparation.Size * preparation.Size];
        preparation.Apply(PictureDecoder.Read(path, PictureReading.Reference), pixels);
        var picture = model.PictureFeatures(torch.tensor(pixels, [1, 3, preparation.Size, preparation.Size])); // [1, P]
        var texts = torch.cat([.. scores.Texts.Select(text => Feature(text, model, tokenizer))]); // [texts, P]
        var cosines = torch.nn.functional.normalize(texts, dim: 1).mv(torch.nn.functional.normalize(picture, dim: 1)[0]);
        var values = scores.Kind switch
        {
            ScoreKind.Cosine => cosines,
            ScoreKind.Scaled => cosines * model.Scale(),
            _ => (cosines * model.Scale()).softmax(0),
        };
        string what = scores.Kind switch { ScoreKind.Cosine => "cosines", ScoreKind.Scaled => "scores", _ => "probabilities" };
        return new Tolerance(scores.Tolerance, 0).Check($"{what} of {Path.GetFileName(path)} and {scores.Texts.Count} texts", GoldenFile.Doubles(values), scores.Values);
    }

    private static torch.Tensor Feature(string text, ClipModel model, EncoderTokenizer tokenizer)
    {
        int[] ids = tokenizer.Encode(text, maximum: model.Options.Text.Positions).Ids;
        return model.TextFeatures(torch.tensor([.. ids.Select(id => (long)id)], [1, ids.Length]));
    }

    /// <summary>The file of a name with any ending; null where there is none.</summary>
    private static string? Find(string folder, string name)
    {
        try
        {
            return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).FirstOrDefault(file => Path.GetFileNameWithoutExtension(file) == name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{folder} cannot be read: {(Directory.Exists(folder) ? e.Message.TrimEnd('.') : "there is no such folder")}; give a folder of pictures.", e);
        }
    }
}
