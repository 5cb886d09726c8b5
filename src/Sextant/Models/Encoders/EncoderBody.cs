using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models.Encoders;

/// <summary>Embeddings and layers, without pooler or head. B batch, T positions, H hidden.</summary>
internal sealed class EncoderBody : torch.nn.Module
{
    internal readonly EncoderEmbeddings embeddings;
    internal readonly ModuleList<EncoderLayer> layers;

    private readonly EncoderOptions options;

    public EncoderBody(EncoderOptions options, int vocabularySize, AdapterOptions? adapters)
        : base(nameof(EncoderBody))
    {
        this.options = options;
        embeddings = new EncoderEmbeddings(options, vocabularySize);
        layers = new([.. Enumerable.Range(0, options.Layers).Select(_ => new EncoderLayer(options, adapters))]);
        RegisterComponents();
    }

    /// <summary>Of its layers.</summary>
    internal LayerShape Shape => new(options.Hidden, options.Heads, options.FeedForward, options.Activation, options.NormEpsilon);

    /// <summary>What the last layer leaves at the positions kept; see <see cref="Kept"/>.</summary>
    /// <param name="ids">[B, T] int64.</param>
    /// <param name="mask">[B, T] bool, true where a token stands; null without padding.</param>
    /// <param name="types">[B, T] int64; null for zeros.</param>
    /// <param name="kept">Which positions of the last layer are computed.</param>
    /// <param name="record">Receives what the embeddings and each layer leave.</param>
    public torch.Tensor Forward(torch.Tensor ids, torch.Tensor? mask, torch.Tensor? types, Kept kept, Action<torch.Tensor>? record = null)
    {
        var x = Drop(embeddings.Forward(ids, types)); // [B, T, H]
        if (record is null && Shape is var shape && EncoderInference.Suits(this, shape, x) && layers.All(layer => layer.queryAdapter is null && layer.valueAdapter is null)
            && TokenRows.Of(x.shape[0], x.shape[1], mask, kept) is { } tokens)
        {
            return EncoderInference.Forward([.. layers.Select(layer => layer.Inference)], shape, x, tokens).view(kept.Shape(x.shape));
        }

        record?.Invoke(x);
        var seen = mask?.view(mask.shape[0], 1, 1, mask.shape[1]);
        for (int i = 0; i < layers.Count; i++)
        {
            x = layers[i].Forward(x, seen, i == layers.Count - 1 ? kept : Kept.All);
            record?.Invoke(x);
        }

        return x;
    }

    /// <summary>Products of a pass over B texts of T positions that keeps so many rows of the last layer, layer by layer.</summary>
    public LayerFlops[] Flops(double texts, double length, double keptRows, bool isFirstOnly) =>
    [
        .. layers.SkipLast(1).Select(layer => layer.Flops(texts, length, texts * length, isFirstOnly: false)),
        layers[^1].Flops(texts, length, keptRows, isFirstOnly),
    ];

    /// <summary>Normal weights, zero biases, and a zero row for padding (Devlin 2019; the reference's initialisation).</summary>
    public void Initialise(torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        double deviation = options.InitialDeviation;
        foreach (var table in new[] { embeddings.tokens, embeddings.positions, embeddings.types })
        {
            table.InitialiseNormal(deviation, generator);
        }

        ClearPadding(embeddings.tokens);
        if (options is EncoderOptions.Roberta)
        {
            ClearPadding(embeddings.positions);
        }

        foreach (var layer in layers)
        {
            foreach (var projection in new[] { layer.queryKeyValue, layer.output, layer.inner, layer.outer })
            {
                projection.InitialiseNormal(deviation, generator);
            }

            layer.queryAdapter?.Initialise(generator);
            layer.valueAdapter?.Initialise(generator);
        }
    }

    private void ClearPadding(Embedding table)
    {
        using var _ = torch.no_grad();
        using var row = table.weight.select(0, options.PaddingId);
        row.zero_();
    }

    private torch.Tensor Drop(torch.Tensor x) => training && options.Dropout > 0 ? torch.nn.functional.dropout(x, options.Dropout, true) : x;
}
