using Sextant.Models.Encoders;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>A BERT encoder with a classifier as one would first write it: a module for each matrix, libtorch's attention.</summary>
internal sealed class PlainEncoder : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Embedding tokens, positions, types;
    private readonly TorchSharp.Modules.LayerNorm norm;
    private readonly ModuleList<Layer> layers;
    private readonly Linear pooler, output;
    private readonly TorchSharp.Modules.Dropout dropout;

    public PlainEncoder(EncoderOptions options, int vocabulary, int classes)
        : base(nameof(PlainEncoder))
    {
        tokens = nn.Embedding(vocabulary, options.Hidden);
        positions = nn.Embedding(options.Positions, options.Hidden);
        types = nn.Embedding(options.TokenTypes, options.Hidden);
        norm = nn.LayerNorm(options.Hidden, options.NormEpsilon);
        layers = new([.. Enumerable.Range(0, options.Layers).Select(_ => new Layer(options))]);
        pooler = nn.Linear(options.Hidden, options.Hidden);
        output = nn.Linear(options.Hidden, classes);
        dropout = nn.Dropout(options.Dropout);
        RegisterComponents();
    }

    /// <summary>[B, T] int64 to logits, [B, classes].</summary>
    public override Tensor forward(Tensor ids) => output.call(dropout.call(pooler.call(Hidden(ids).select(1, 0)).tanh()));

    /// <summary>What the last layer leaves, [B, T, H].</summary>
    public Tensor Hidden(Tensor ids)
    {
        var x = tokens.call(ids) + positions.call(arange(ids.shape[1])) + types.call(zeros_like(ids));
        x = dropout.call(norm.call(x));
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return x;
    }

    /// <summary>Takes our weights.</summary>
    public void Copy(EncoderBody body)
    {
        using var _ = no_grad();
        tokens.weight!.copy_(body.embeddings.tokens.weight);
        positions.weight!.copy_(body.embeddings.positions.weight);
        types.weight!.copy_(body.embeddings.types.weight);
        foreach (var (layer, ours) in layers.Zip(body.layers))
        {
            layer.Copy(ours);
        }
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly Linear queries, keys, values, output, inner, outer;
        private readonly TorchSharp.Modules.LayerNorm attentionNorm, outputNorm;
        private readonly TorchSharp.Modules.Dropout dropout;
        private readonly GELU activation = nn.GELU();
        private readonly EncoderOptions options;

        public Layer(EncoderOptions options)
            : base(nameof(Layer))
        {
            this.options = options;
            int hidden = options.Hidden;
            (queries, keys, values, output) = (nn.Linear(hidden, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, hidden));
            (inner, outer) = (nn.Linear(hidden, options.FeedForward), nn.Linear(options.FeedForward, hidden));
            (attentionNorm, outputNorm) = (nn.LayerNorm(hidden, options.NormEpsilon), nn.LayerNorm(hidden, options.NormEpsilon));
            dropout = nn.Dropout(options.Dropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            double drop = training ? options.AttentionDropout : 0;
            var mixed = nn.functional.scaled_dot_product_attention(Heads(queries.call(x)), Heads(keys.call(x)), Heads(values.call(x)), null, drop);
            x = attentionNorm.call(x + dropout.call(output.call(mixed.transpose(1, 2).flatten(2))));
            return outputNorm.call(x + dropout.call(outer.call(activation.call(inner.call(x)))));
        }

        public void Copy(EncoderLayer ours)
        {
            foreach (var (linear, i) in new[] { queries, keys, values }.Select((linear, i) => (linear, i)))
            {
                linear.weight.copy_(ours.queryKeyValue.weight.chunk(3, 0)[i]);
                linear.bias!.copy_(ours.queryKeyValue.bias!.chunk(3, 0)[i]);
            }

            foreach (var (linear, projection) in new[] { (output, ours.output), (inner, ours.inner), (outer, ours.outer) })
            {
                linear.weight.copy_(projection.weight);
                linear.bias!.copy_(projection.bias!);
            }
        }

        private Tensor Heads(Tensor x) => x.unflatten(2, options.Heads, options.Hidden / options.Heads).transpose(1, 2);
    }
}
