using Sextant.Data;
using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models;

/// <summary>
/// The encoder-decoder of the same parts as <see cref="ModernDecoder"/>, with one embedding matrix for source, target and
/// (where tied) output. Rotary positions turn the cross-attention too: its weights depend on how far the source position
/// is from the target position, which suits sources and targets in the same order.
/// B batch, S source, T time, H hidden, V vocabulary, M loss positions.
/// </summary>
public sealed class ModernEncoderDecoder : SequenceModel
{
    private readonly Embedding tokens;
    private readonly Embedding? positions;
    private readonly ModuleList<ModernLayer>? encoder;
    private readonly IReadOnlyList<ModernLayer> encoderLayers;
    private readonly RmsNorm encoderNorm;
    private readonly ModuleList<ModernLayer> decoder;
    private readonly RmsNorm norm;
    private readonly Projection? output;
    private readonly ModernEnds ends;
    private readonly ModelOptions.ModernEncoderDecoder options;

    internal ModernEncoderDecoder(ModelOptions.ModernEncoderDecoder options, int vocabularySize, torch.Generator generator)
        : base(nameof(ModernEncoderDecoder))
    {
        this.options = options;
        VocabularySize = vocabularySize;
        tokens = new Embedding(vocabularySize, options.Hidden);
        positions = options.Positions == Positions.Learned ? new Embedding(options.MaximumLength, options.Hidden) : null;
        decoder = new(Enumerable.Range(0, options.Layers).Select(_ => new ModernLayer(options, cross: true)).ToArray());
        int encoderDepth = options.EncoderLayers ?? options.Layers;
        encoder = options.ShareLayers ? null : new(Enumerable.Range(0, encoderDepth).Select(_ => new ModernLayer(options, cross: false)).ToArray());
        encoderLayers = encoder is null ? [.. decoder.Take(encoderDepth)] : [.. encoder];
        encoderNorm = new RmsNorm(options.Hidden);
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
        encoderLayers.Sum(layer => layer.EncoderFlops(shape.Examples, shape.SourceLength))
        + decoder.Sum(layer => layer.Flops(shape.Examples, shape.TargetLength, shape.SourceLength))
        + ends.Flops((double)shape.Examples * shape.TargetLength);

    public override DecodingState Begin(torch.Tensor? source, torch.Tensor? sourceMask)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var scope = torch.NewDisposeScope();
        var cache = new KeyValueCache(options.Layers, (int)source.shape[0]);
        Evaluating(() =>
        {
            var memory = Encode(source, sourceMask);
            var rotations = ends.Rotations(0, source.shape[1], source.device);
            for (int i = 0; i < decoder.Count; i++)
            {
                var (keys, values) = decoder[i].cross!.Remember(memory, rotations);
                cache.SetMemory(i, keys, values);
            }

            cache.SetSourceMask(sourceMask);
        });
        return cache;
    }

    public override torch.Tensor Next(DecodingState state, torch.Tensor tokens)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var cache = (KeyValueCache)state;
        var x = ends.Embed(tokens, cache.Length, training: false);
        var rotations = ends.Rotations(cache.Length, tokens.shape[1], tokens.device);
        for (int i = 0; i < decoder.Count; i++)
        {
            x = decoder[i].Next(x, rotations, cache, i);
        }

        cache.Advance(tokens);
        return ends.Logits(norm.Forward(x.select(1, -1))).MoveToOuterDisposeScope();
    }

    public override IReadOnlyList<(string Layer, torch.Tensor Weights)> AttentionWeights(Batch batch) =>
        Record(record => Hidden(batch, record));

    internal override torch.Tensor ResidualStream(Batch batch) => Hidden(batch);

    private torch.Tensor Hidden(Batch batch, Action<string, torch.Tensor>? record = null)
    {
        var source = SourceOf(batch);
        var memory = Encode(source, batch.SourceMask, record); // [B, S, H]
        var memoryRotations = ends.Rotations(0, source.shape[1], source.device);
        var mask = KeyMask(batch.SourceMask);
        var x = ends.Embed(batch.Input, 0, training); // [B, T, H]
        var rotations = ends.Rotations(0, batch.Input.shape[1], batch.Input.device);
        for (int i = 0; i < decoder.Count; i++)
        {
            x = decoder[i].Decode(x, rotations, memory, memoryRotations, mask, Prefixed(record, "decoder", i));
        }

        return x;
    }

    private torch.Tensor Encode(torch.Tensor source, torch.Tensor? sourceMask, Action<string, torch.Tensor>? record = null)
    {
        var x = ends.Embed(source, 0, training); // [B, S, H]
        var rotations = ends.Rotations(0, source.shape[1], source.device);
        var mask = KeyMask(sourceMask);
        for (int i = 0; i < encoderLayers.Count; i++)
        {
            x = encoderLayers[i].Encode(x, rotations, mask, Prefixed(record, "encoder", i));
        }

        return encoderNorm.Forward(x);
    }

    private static torch.Tensor? KeyMask(torch.Tensor? sourceMask) => sourceMask?.unsqueeze(1).unsqueeze(1); // [B, 1, 1, S]

    private void Initialise(torch.Generator generator)
    {
        ends.Initialise(generator);
        foreach (var stack in encoder is null ? [decoder] : new[] { encoder, decoder })
        {
            foreach (var layer in stack)
            {
                layer.Initialise(stack.Count, generator);
            }
        }
    }
}
