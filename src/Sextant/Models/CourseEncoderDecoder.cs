using Sextant.Data;
using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models;

/// <summary>
/// The course's encoder-decoder: two embeddings with sinusoidal positions, L encoder and L decoder layers (one head, no
/// normalisation, ReLU(Linear(H, H))), Linear(H, V). B batch, S source, T time, H hidden, V vocabulary, M loss positions.
/// </summary>
public sealed class CourseEncoderDecoder : SequenceModel
{
    private readonly Embedding sourceTokens;
    private readonly Embedding tokens;
    private readonly ModuleList<CourseLayer> encoder;
    private readonly ModuleList<CourseLayer> decoder;
    private readonly Projection output;
    private readonly PositionTable positions;
    private readonly ModelOptions.CourseEncoderDecoder options;

    internal CourseEncoderDecoder(ModelOptions.CourseEncoderDecoder options, int vocabularySize, torch.Generator generator)
        : base(nameof(CourseEncoderDecoder))
    {
        this.options = options;
        VocabularySize = vocabularySize;
        sourceTokens = new Embedding(vocabularySize, options.Hidden);
        tokens = new Embedding(vocabularySize, options.Hidden);
        encoder = new(Enumerable.Range(0, options.Layers).Select(_ => new CourseLayer(options.Hidden, causal: false, cross: false)).ToArray());
        decoder = new(Enumerable.Range(0, options.Layers).Select(_ => new CourseLayer(options.Hidden, causal: true, cross: true)).ToArray());
        output = new Projection(options.Hidden, vocabularySize, bias: true);
        positions = new(count => PositionTable.Sinusoidal(count, options.Hidden));
        RegisterComponents();
        Initialise(generator);
    }

    public override ModelOptions Options => options;

    public override int VocabularySize { get; }

    public override int MaximumLength => int.MaxValue;

    public override torch.Tensor Logits(Batch batch) => output.Forward(Hidden(batch, batch.Positions).flatten(0, -2));

    public override double ForwardFlops(BatchShape shape) =>
        encoder.Sum(layer => layer.Flops(shape.Examples, shape.SourceLength, 0))
        + decoder.Sum(layer => layer.Flops(shape.Examples, shape.TargetLength, shape.SourceLength))
        + output.Flops((double)shape.Examples * shape.TargetLength);

    public override DecodingState Begin(torch.Tensor? source, torch.Tensor? sourceMask)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var cache = new KeyValueCache(options.Layers, (int)source.shape[0]);
        var memory = Encode(source, sourceMask);
        for (int i = 0; i < decoder.Count; i++)
        {
            var (keys, values) = decoder[i].Remember(memory);
            cache.SetMemory(i, keys, values);
        }

        cache.SetSourceMask(sourceMask);
        return cache;
    }

    public override torch.Tensor Next(DecodingState state, torch.Tensor tokens)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var cache = (KeyValueCache)state;
        var x = Place(this.tokens, tokens, cache.Length).Embed();
        for (int i = 0; i < decoder.Count; i++)
        {
            x = decoder[i].Next(x, cache, i);
        }

        cache.Advance(tokens);
        return output.Forward(x.select(1, -1)).MoveToOuterDisposeScope();
    }

    public override IReadOnlyList<(string Layer, torch.Tensor Weights)> AttentionWeights(Batch batch) =>
        Record(record => Hidden(batch, null, record));

    private torch.Tensor Hidden(Batch batch, torch.Tensor? lossPositions, Action<string, torch.Tensor>? record = null)
    {
        var memory = Encode(SourceOf(batch), batch.SourceMask, record); // [B, S, H]
        return CourseLayer.Forward(decoder, "decoder", Place(tokens, batch.Input, 0), memory, batch.SourceMask, lossPositions, record); // [B, T, H] or [M, H]
    }

    private torch.Tensor Encode(torch.Tensor source, torch.Tensor? sourceMask, Action<string, torch.Tensor>? record = null) =>
        CourseLayer.Forward(encoder, "encoder", Place(sourceTokens, source, 0), null, sourceMask, record: record);

    private PlacedTokens Place(Embedding table, torch.Tensor ids, int first) => new(table, ids, positions.Rows(first, (int)ids.shape[1], ids.device));

    private void Initialise(torch.Generator generator)
    {
        sourceTokens.InitialiseNormal(1, generator);
        tokens.InitialiseNormal(1, generator);
        foreach (var layer in encoder.Concat(decoder))
        {
            layer.Initialise(generator);
        }

        output.InitialiseUniform(generator);
    }
}
