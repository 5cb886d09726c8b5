using Sextant.Data;
using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models;

/// <summary>
/// The course's decoder-only model: Embedding(V, H) plus sinusoidal positions, L layers of causal attention and
/// ReLU(Linear(H, H)), Linear(H, V). B batch, T time, H hidden, V vocabulary, M loss positions.
/// </summary>
public sealed class CourseDecoder : SequenceModel
{
    private readonly Embedding tokens;
    private readonly ModuleList<CourseLayer> layers;
    private readonly Projection output;
    private readonly PositionTable positions;
    private readonly ModelOptions.CourseDecoder options;

    internal CourseDecoder(ModelOptions.CourseDecoder options, int vocabularySize, torch.Generator generator)
        : base(nameof(CourseDecoder))
    {
        this.options = options;
        VocabularySize = vocabularySize;
        tokens = new Embedding(vocabularySize, options.Hidden);
        layers = new(Enumerable.Range(0, options.Layers).Select(_ => new CourseLayer(options.Hidden, causal: true, cross: false)).ToArray());
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
        layers.Sum(layer => layer.Flops(shape.Examples, shape.TargetLength, 0)) + output.Flops((double)shape.Examples * shape.TargetLength);

    public override DecodingState Begin(torch.Tensor? source, torch.Tensor? sourceMask) => Begin(source, options.Layers);

    public override torch.Tensor Next(DecodingState state, torch.Tensor tokens)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var cache = (KeyValueCache)state;
        var x = Place(tokens, cache.Length).Embed();
        for (int i = 0; i < layers.Count; i++)
        {
            x = layers[i].Next(x, cache, i);
        }

        cache.Advance(tokens);
        return output.Forward(x.select(1, -1)).MoveToOuterDisposeScope();
    }

    public override IReadOnlyList<(string Layer, torch.Tensor Weights)> AttentionWeights(Batch batch) =>
        Record(record => Hidden(batch, null, record));

    private torch.Tensor Hidden(Batch batch, torch.Tensor? lossPositions, Action<string, torch.Tensor>? record = null) =>
        CourseLayer.Forward(layers, "decoder", Place(batch.Input, 0), null, null, lossPositions, record); // [B, T, H] or [M, H]

    private PlacedTokens Place(torch.Tensor ids, int first) => new(tokens, ids, positions.Rows(first, (int)ids.shape[1], ids.device));

    private void Initialise(torch.Generator generator)
    {
        tokens.InitialiseNormal(1, generator);
        foreach (var layer in layers)
        {
            layer.Initialise(generator);
        }

        output.InitialiseUniform(generator);
    }
}
