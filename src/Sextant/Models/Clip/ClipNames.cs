using Sextant.Models.Encoders;

namespace Sextant.Models.Clip;

/// <summary>What published checkpoints call the tensors of CLIP, in the layout of Hugging Face's CLIPModel.</summary>
internal static class ClipNames
{
    private static readonly string[] QueryKeyValue = ["q_proj", "k_proj", "v_proj"];

    public static IEnumerable<PublishedTensor> Of(ClipModel model) =>
    [
        new("logit_scale", model.logitScale),
        .. OfText(model.text, "text_model."),
        .. OfPicture(model.picture, "vision_model."),
        new("visual_projection.weight", model.pictureProjection.weight),
        new("text_projection.weight", model.textProjection.weight),
    ];

    private static IEnumerable<PublishedTensor> OfText(TextTower tower, string name) =>
    [
        new(name + "embeddings.token_embedding.weight", tower.tokens.weight),
        new(name + "embeddings.position_embedding.weight", tower.positions.weight),
        .. OfLayers(tower.body, name),
        .. PublishedNames.Of(tower.endNorm, name + "final_layer_norm"),
    ];

    private static IEnumerable<PublishedTensor> OfPicture(PictureTower tower, string name) =>
    [
        new(name + "embeddings.class_embedding", tower.first),
        .. tower.patches is { } patches ? [new PublishedTensor(name + "embeddings.patch_embedding.weight", patches)] : Array.Empty<PublishedTensor>(),
        .. tower.stem?.convolutions.SelectMany((convolution, i) => OfStem(convolution, $"{name}embeddings.stem.{i}.")) ?? [],
        new(name + "embeddings.position_embedding.weight", tower.positions.weight),
        .. PublishedNames.Of(tower.startNorm, name + "pre_layrnorm"), // spelt so
        .. OfLayers(tower.body, name),
        .. PublishedNames.Of(tower.endNorm, name + "post_layernorm"),
    ];

    /// <summary>Names of our own: published models have no such stem.</summary>
    private static IEnumerable<PublishedTensor> OfStem(StemConvolution convolution, string name) =>
    [
        new(name + "convolution.weight", convolution.weight),
        new(name + "convolution.bias", convolution.bias),
        new(name + "norm.weight", convolution.normWeight),
        new(name + "norm.bias", convolution.normBias),
    ];

    private static IEnumerable<PublishedTensor> OfLayers(TowerLayers body, string name) =>
        body.layers.SelectMany((layer, i) => OfLayer(layer, $"{name}encoder.layers.{i}."));

    private static IEnumerable<PublishedTensor> OfLayer(TowerLayer layer, string name) =>
    [
        .. PublishedNames.Of(layer.attentionNorm, name + "layer_norm1"),
        .. QueryKeyValue.SelectMany((part, i) => new PublishedTensor[]
        {
            new($"{name}self_attn.{part}.weight", layer.queryKeyValue.weight, i, 3),
            new($"{name}self_attn.{part}.bias", layer.queryKeyValue.bias!, i, 3),
        }),
        .. PublishedNames.Of(layer.output, name + "self_attn.out_proj"),
        .. PublishedNames.Of(layer.innerNorm, name + "layer_norm2"),
        .. PublishedNames.Of(layer.inner, name + "mlp.fc1"),
        .. PublishedNames.Of(layer.outer, name + "mlp.fc2"),
    ];
}
