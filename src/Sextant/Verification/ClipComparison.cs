using System.Text.Json;
using Sextant.Models;
using Sextant.Models.Clip;
using Sextant.Pretrained;
using TorchSharp;

namespace Sextant.Verification;

/// <summary>A CLIP against the cases and gradients of a golden file: what either tower leaves, the features, the scores and the loss.</summary>
internal sealed class ClipComparison(string folder, string? fileName, GoldenFile golden)
{
    public const string ModelClass = "CLIPModel";

    private readonly Tolerance outputs = golden.ToleranceOf("outputs");

    public IEnumerable<GoldenCheck> All()
    {
        using var model = PretrainedClip.Read(folder, fileName);
        model.eval();
        foreach (var check in golden.Cases.SelectMany(c => Case(model, c)).Concat(Gradients(model)))
        {
            yield return check;
        }
    }

    private IEnumerable<GoldenCheck> Case(ClipModel model, JsonElement given)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        string name = given.GetProperty("name").GetString()!;
        var inputs = Inputs.Of(given, golden);
        List<torch.Tensor> textLayers = [], pictureLayers = [];
        var states = (Text: model.text.States(inputs.Ids, inputs.Mask, textLayers.Add), Picture: model.picture.States(inputs.Pixels, pictureLayers.Add));
        var found = new Outputs(model, inputs);
        foreach (var output in given.GetProperty("outputs").EnumerateObject())
        {
            var tensor = output.Name switch
            {
                "text_last_hidden_state" => states.Text,
                "vision_last_hidden_state" => states.Picture,
                "text_pooler_output" => model.text.Pool(states.Text, inputs.Ids),
                "vision_pooler_output" => model.picture.Pool(states.Picture),
                "text_features_before_normalisation" => found.Text,
                "image_features_before_normalisation" => found.Picture,
                "text_embeds" => found.TextDirections,
                "image_embeds" => found.PictureDirections,
                "logits_per_text" => found.Scores,
                "logits_per_image" => found.Scores.t(),
                "loss" => found.Loss,
                string other => throw new InvalidOperationException($"There is no output '{other}'."),
            };
            yield return outputs.Check($"{name}: {output.Name}", GoldenFile.Doubles(tensor), GoldenFile.Numbers(output.Value));
        }

        foreach (var (key, what, layers) in new[] { ("text_hidden_state_summary", "text", textLayers), ("vision_hidden_state_summary", "picture", pictureLayers) })
        {
            if (GoldenFile.Summary($"{name}, {what}", given, key, layers, outputs) is { } summary)
            {
                yield return summary;
            }
        }
    }

    private IEnumerable<GoldenCheck> Gradients(ClipModel model)
    {
        if (!golden.Root.TryGetProperty("gradients", out var given))
        {
            yield break;
        }

        using var scope = torch.NewDisposeScope();
        var loss = new Outputs(model, Inputs.Of(golden.Case(given.GetProperty("case").GetString()!), golden)).Loss;
        loss.backward();
        yield return outputs.Check("gradients: loss", [loss.ToDouble()], [given.GetProperty("loss").GetDouble()]);
        foreach (var check in golden.Gradients(given, model.Published(), folder, golden.ToleranceOf("gradients")))
        {
            yield return check;
        }
    }

    /// <summary>What a case gives.</summary>
    private sealed record Inputs(torch.Tensor Ids, torch.Tensor? Mask, torch.Tensor Pixels)
    {
        public static Inputs Of(JsonElement given, GoldenFile golden)
        {
            var inputs = given.GetProperty("inputs");
            var ids = GoldenFile.Integers(inputs.GetProperty("input_ids"));
            var mask = inputs.TryGetProperty("attention_mask", out var seen) ? GoldenFile.Integers(seen).ne(0) : null;
            return new(ids, mask, inputs.TryGetProperty("pixel_values", out var pixels) ? Floats(pixels) : First(inputs.GetProperty("pixel_values_rows").GetInt64(), golden));
        }

        /// <summary>So many of the pictures of the case that has any.</summary>
        private static torch.Tensor First(long rows, GoldenFile golden)
        {
            var pixels = golden.Cases.Select(c => c.GetProperty("inputs")).First(inputs => inputs.TryGetProperty("pixel_values", out _)).GetProperty("pixel_values");
            return Floats(pixels).narrow(0, 0, rows);
        }

        private static torch.Tensor Floats(JsonElement nest) => torch.tensor([.. GoldenFile.Numbers(nest).Select(n => (float)n)], GoldenFile.Shape(nest));
    }

    /// <summary>What the public model gives.</summary>
    private sealed class Outputs
    {
        public Outputs(ClipModel model, Inputs inputs)
        {
            (Text, Picture) = (model.TextFeatures(inputs.Ids, inputs.Mask), model.PictureFeatures(inputs.Pixels));
            (TextDirections, PictureDirections) = (Direction(Text), Direction(Picture));
            Scores = TextDirections.matmul(PictureDirections.t()) * model.Scale();
        }

        public torch.Tensor Text { get; }

        public torch.Tensor Picture { get; }

        public torch.Tensor TextDirections { get; }

        public torch.Tensor PictureDirections { get; }

        /// <summary>Text by picture.</summary>
        public torch.Tensor Scores { get; }

        /// <summary>The mean of the cross-entropies of texts and of pictures, the n-th belonging to the n-th (Radford 2021, figure 3).</summary>
        public torch.Tensor Loss
        {
            get
            {
                using Scalar half = 0.5;
                var targets = torch.arange(Scores.shape[0], torch.ScalarType.Int64);
                return torch.nn.functional.cross_entropy(Scores, targets).Plus(torch.nn.functional.cross_entropy(Scores.t(), targets)).mul(half);
            }
        }

        private static torch.Tensor Direction(torch.Tensor features) => torch.nn.functional.normalize(features, dim: 1);
    }
}
