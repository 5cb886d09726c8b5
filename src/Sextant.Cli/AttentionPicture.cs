using System.Globalization;
using Sextant.Data;
using Sextant.Decoding;
using Sextant.Experiments;
using Sextant.Reports;
using TorchSharp;

namespace Sextant.Cli;

/// <summary>The attention of every layer and head while a text is translated.</summary>
internal static class AttentionPicture
{
    /// <summary>Draws the attention over a text and the model's own translation of it; for a model of words, over the first word.</summary>
    /// <returns>What was drawn, for a person.</returns>
    /// <exception cref="UserError">The text holds nothing to translate, or the file cannot be written.</exception>
    public static string Draw(TrainedModel model, string text, DecodingOptions decoding, string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is not (".png" or ".svg"))
        {
            throw new UsageError($"--attention {path}: give a name that ends in .png or .svg.");
        }

        string source = Source(model, text);
        int[] sourceIds = model.Tokenizer.Encode(source).Ids;
        if (sourceIds.Length > model.Translator.MaximumSource)
        {
            throw new UserError($"--attention: the text is {sourceIds.Length} tokens long and the model can take {model.Translator.MaximumSource} (model.maximumLength); give a shorter one.");
        }

        int[] targetIds = [.. model.Translator.Translate([sourceIds], decoding, model.Limit)[0].Ids];
        var picture = Picture(model, source, sourceIds, targetIds);
        Commands.CompareCommand.Written(
            () =>
            {
                PictureFile.Write(picture, path);
                return path;
            },
            path);
        return $"{path} shows the attention over '{source}'{(source.Length < text.Trim().Length ? ", the first word" : "")}.";
    }

    /// <summary>The picture of one source and its translation.</summary>
    public static HeatMap Picture(TrainedModel model, string source, int[] sourceIds, int[] targetIds, string name = "")
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        bool hasEncoder = model.Model.Options.HasEncoder;
        int start = model.Tokenizer.StartOfSequence, end = model.Tokenizer.EndOfSequence, prompt = model.Tokenizer.EndOfPrompt;
        int[] encoder = [.. sourceIds, end];
        int[] decoder = hasEncoder ? [start, .. targetIds] : [start, .. sourceIds, prompt, .. targetIds];
        var device = model.Model.parameters().First().device;
        var batch = new Batch(
            hasEncoder ? Row(encoder, device) : null,
            null,
            Row(decoder, device),
            null,
            Row(decoder, device).view(-1),
            new BatchShape(1, hasEncoder ? encoder.Length : 0, decoder.Length, decoder.Length, sourceIds.Length + targetIds.Length + 2));
        string[] encoderLabels = Labels(model, encoder), decoderLabels = Labels(model, decoder);
        AttentionLayer[] layers = [.. model.Model.AttentionWeights(batch).Select(layer => new AttentionLayer(
            Named(layer.Layer),
            Values(layer.Weights),
            layer.Layer.StartsWith("encoder", StringComparison.Ordinal) ? encoderLabels : decoderLabels,
            layer.Layer.StartsWith("encoder", StringComparison.Ordinal) || layer.Layer.EndsWith("cross", StringComparison.Ordinal) ? encoderLabels : decoderLabels))];
        var chart = AttentionChart.Of($"{(name.Length > 0 ? name + ": " : "")}{source} → {model.Tokenizer.Decode(targetIds)}", layers);
        return chart with { Caption = $"{chart.Caption} ^ stands for the start, {(hasEncoder ? "$ for the end of the source" : "→ for the end of the prompt")}." };
    }

    private static string Source(TrainedModel model, string text)
    {
        string cased = model.LowerCases ? text.ToLowerInvariant() : text;
        var segments = model.Unit == Unit.Word ? TextSegments.OfWords(cased, model.Tokenizer) : [TextSegments.OfLine(cased, model.Tokenizer)];
        return segments.FirstOrDefault(s => s.IsTranslated)?.Text
            ?? throw new UserError($"--attention: '{text}' holds nothing that the model can translate; give a word of the language it was trained on.");
    }

    private static torch.Tensor Row(int[] ids, torch.Device device) => torch.tensor(ids.Select(i => (long)i).ToArray(), device: device).view(1, -1);

    /// <summary>"decoder.0.cross" as a person says it.</summary>
    private static string Named(string layer) => layer.Split('.') is [string stack, string number, string kind]
        ? $"{stack} layer {int.Parse(number, CultureInfo.InvariantCulture) + 1}{(kind == "cross" ? ", over the source" : "")}"
        : layer;

    private static string[] Labels(TrainedModel model, int[] ids) => [.. ids.Select(id => id switch
    {
        _ when id == model.Tokenizer.StartOfSequence => "^",
        _ when id == model.Tokenizer.EndOfSequence => "$",
        _ when id == model.Tokenizer.EndOfPrompt => "→",
        _ => model.Tokenizer.Decode([id]),
    })];

    private static float[,,] Values(torch.Tensor weights)
    {
        using var first = weights[0].cpu().contiguous(); // [heads, queries, keys]
        float[,,] values = new float[first.shape[0], first.shape[1], first.shape[2]];
        Buffer.BlockCopy(first.data<float>().ToArray(), 0, values, 0, values.Length * sizeof(float));
        return values;
    }
}
