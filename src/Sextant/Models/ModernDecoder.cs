using Sextant.Data;
using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models;

/// <summary>
/// A decoder-only transformer as they are built now: pre-norm RMSNorm, multi-head attention by libtorch's fused kernel,
/// rotary positions, gated feed-forward, tied embeddings, no biases (after Touvron 2023, "LLaMA", section 2.2).
/// B batch, T time, H hidden, V vocabulary, M loss positions.
/// </summary>
public sealed class ModernDecoder : SequenceModel
{
    private readonly Embedding tokens;
    private readonly Embedding? positions;
    private readonly ModuleList<ModernLayer> layers;
    private readonly RmsNorm norm;
    private readonly Projection? output;
    private readonly ModernEnds ends;
    private readonly ModelOptions.ModernDecoder options;

    internal ModernDecoder(ModelOptions.ModernDecoder options, int vocabularySize, torch.Generator generator)
        : base(nameof(ModernDecoder))
    {
        this.options = options;
        VocabularySize = vocabularySize;
        tokens = new Embedding(vocabularySize, options.Hidden);
        positions = options.Positions == Positions.Learned ? new Embedding(options.MaximumLength, options.Hidden) : null;
        layers = new(Enumerable.Range(0, options.Layers).Select(_ => new ModernLayer(options, cross: false)).ToArray());
        norm = new RmsNorm(options.Hidden);
        output = options.TieEmbeddings ? null : new Projection(options.Hidden, vocabularySize, bias: false);
        ends = new ModernEnds(options, tokens, positions, output);
        RegisterComponents();
        Initialise(generator);
    }

    public override ModelOptions Options => options;

    public override int VocabularySize { get; }

    public override int MaximumLength => positions is null ? int.MaxValue : options.MaximumLength;

    public override torch.Tensor Logits(Batch batch) => ends.Logits(norm.Forward(AtLossPositions(Hidden(batch), batch.Positions)));

    public override double ForwardFlops(BatchShape shape) =>
        layers.Sum(layer => layer.Flops(shape.Examples, shape.TargetLength, 0)) + ends.Flops((double)shape.Examples * shape.TargetLength);

    public override DecodingState Begin(torch.Tensor? source, torch.Tensor? sourceMask) => Begin(source, options.Layers);

    public override torch.Tensor Next(DecodingState state, torch.Tensor tokens)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var cache = (KeyValueCache)state;
        var x = ends.Embed(tokens, cache.Length, training: false);
        var rotations = ends.Rotations(cache.Length, tokens.shape[1], tokens.device);
        for (int i = 0; i < layers.Count; i++)
        {
            x = layers[i].Next(x, rotations, cache, i);
        }

        cache.Advance(tokens);
        return ends.Logits(norm.Forward(x.select(1, -1))).MoveToOuterDisposeScope();
    }

    public override IReadOnlyList<(string Layer, torch.Tensor Weights)> AttentionWeights(Batch batch) =>
        Record(record => Hidden(batch, record));

    internal override torch.Tensor ResidualStream(Batch batch) => Hidden(batch);

    private torch.Tensor Hidden(Batch batch, Action<string, torch.Tensor>? record = null)
    {
        var x = ends.Embed(batch.Input, 0, training); // [B, T, H]
        var rotations = ends.Rotations(0, batch.Input.shape[1], batch.Input.device);
        for (int i = 0; i < layers.Count; i++)
        {
            x = layers[i].Decode(x, rotations, record: Prefixed(record, "decoder", i));
        }

        return x;
    }

    private void Initialise(torch.Generator generator)
    {
        ends.Initialise(generator);
        foreach (var layer in layers)
        {
            layer.Initialise(options.Layers, generator);
        }
    }
}
