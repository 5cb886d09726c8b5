using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models.Encoders;

/// <summary>A tensor of a published checkpoint: all of a parameter, or one of several blocks of rows that it joins.</summary>
/// <param name="Name">In the layout of Hugging Face, such as "bert.encoder.layer.0.attention.self.query.weight".</param>
/// <param name="Parameter">Where it lies here.</param>
/// <param name="Part">Which block of rows.</param>
/// <param name="Parts">Of how many.</param>
internal sealed record PublishedTensor(string Name, Parameter Parameter, int Part = 0, int Parts = 1)
{
    public long[] Shape => Parts == 1 ? Parameter.shape : [Parameter.shape[0] / Parts, .. Parameter.shape[1..]];

    /// <summary>Its part of the parameter, or of a tensor of the parameter's shape such as its gradient: a view.</summary>
    public torch.Tensor Of(torch.Tensor whole) => Parts == 1 ? whole.alias() : whole.narrow(0, Part * (whole.shape[0] / Parts), whole.shape[0] / Parts);
}

/// <summary>What published checkpoints call the tensors of the BERT family.</summary>
internal static class PublishedNames
{
    private static readonly string[] QueryKeyValue = ["query", "key", "value"];

    /// <summary>Before the names of the body: "bert." or "roberta.".</summary>
    public static string Prefix(EncoderOptions options) => options is EncoderOptions.Bert ? "bert." : "roberta.";

    public static IEnumerable<PublishedTensor> OfBody(EncoderBody body, EncoderOptions options)
    {
        string prefix = Prefix(options);
        var embeddings = body.embeddings;
        yield return new(prefix + "embeddings.word_embeddings.weight", embeddings.tokens.weight);
        yield return new(prefix + "embeddings.position_embeddings.weight", embeddings.positions.weight);
        yield return new(prefix + "embeddings.token_type_embeddings.weight", embeddings.types.weight);
        foreach (var tensor in Of(embeddings.norm, prefix + "embeddings.LayerNorm"))
        {
            yield return tensor;
        }

        foreach (var tensor in body.layers.SelectMany((layer, i) => OfLayer(layer, $"{prefix}encoder.layer.{i}.")))
        {
            yield return tensor;
        }
    }

    public static IEnumerable<PublishedTensor> Of(Projection projection, string name) =>
        [new(name + ".weight", projection.weight), new(name + ".bias", projection.bias!)];

    public static IEnumerable<PublishedTensor> Of(LayerNorm norm, string name) =>
        [new(name + ".weight", norm.weight), new(name + ".bias", norm.bias)];

    private static IEnumerable<PublishedTensor> OfLayer(EncoderLayer layer, string name) =>
    [
        .. QueryKeyValue.SelectMany((part, i) => new PublishedTensor[]
        {
            new($"{name}attention.self.{part}.weight", layer.queryKeyValue.weight, i, 3),
            new($"{name}attention.self.{part}.bias", layer.queryKeyValue.bias!, i, 3),
        }),
        .. Of(layer.output, name + "attention.output.dense"),
        .. Of(layer.attentionNorm, name + "attention.output.LayerNorm"),
        .. Of(layer.inner, name + "intermediate.dense"),
        .. Of(layer.outer, name + "output.dense"),
        .. Of(layer.outputNorm, name + "output.LayerNorm"),
    ];
}
