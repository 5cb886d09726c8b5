using TorchSharp;

namespace Sextant.Models;

/// <summary>
/// A layer of the course's models: x += attention(x); x += attention over the encoder's output, if there is one;
/// x += ReLU(Linear(x)). One head, no output projection, no normalisation. B batch, T time, S source, H hidden.
/// </summary>
internal sealed class CourseLayer : torch.nn.Module
{
    /// <summary>Queries, keys and values in one product, [3H, H]: the same numbers as three, and the same distribution.</summary>
    internal readonly Projection self;

    /// <summary>Queries of the attention over the encoder's output, [H, H].</summary>
    internal readonly Projection? crossQuery;

    /// <summary>Its keys and values, [2H, H].</summary>
    internal readonly Projection? crossKeyValue;

    internal readonly Projection feedForward;

    private readonly bool causal;

    public CourseLayer(int hidden, bool causal, bool cross)
        : base(nameof(CourseLayer))
    {
        this.causal = causal;
        self = new Projection(hidden, 3 * hidden, bias: true) { HiddenMatrices = 3 };
        if (cross)
        {
            crossQuery = new Projection(hidden, hidden, bias: true) { HiddenMatrices = 1 };
            crossKeyValue = new Projection(hidden, 2 * hidden, bias: true) { HiddenMatrices = 2 };
        }

        feedForward = new Projection(hidden, hidden, bias: true) { HiddenMatrices = 1 };
        RegisterComponents();
    }

    public void Initialise(torch.Generator generator)
    {
        self.InitialiseUniform(generator);
        crossQuery?.InitialiseUniform(generator);
        crossKeyValue?.InitialiseUniform(generator);
        feedForward.InitialiseUniform(generator);
    }

    /// <summary>
    /// A stack of layers, tokens to [B, T, H], or to [M, H] where loss positions choose rows: as one node of the graph where that
    /// is possible, else layer by layer.
    /// </summary>
    /// <param name="layers">All causal or none, all with cross-attention or none.</param>
    /// <param name="stack">"encoder" or "decoder", the start of the names that are recorded.</param>
    /// <param name="tokens">What goes in.</param>
    /// <param name="memory">The encoder's output, [B, S, H]; null for layers without cross-attention.</param>
    /// <param name="sourceMask">[B, S] bool of the keys that are no padding: of x in an encoder, of memory in a decoder.</param>
    /// <param name="lossPositions">[M] int64 into the flattened output; null for everywhere.</param>
    /// <param name="record">Receives the weights of "self" and "cross" of each layer, [B, 1, T, keys].</param>
    public static torch.Tensor Forward(
        IList<CourseLayer> layers,
        string stack,
        PlacedTokens tokens,
        torch.Tensor? memory,
        torch.Tensor? sourceMask,
        torch.Tensor? lossPositions = null,
        Action<string, torch.Tensor>? record = null)
    {
        if (record is null && sourceMask is null && ShortAttention.Suits(tokens.Table.weight))
        {
            return CourseStackFunction.Apply(layers, tokens, memory, lossPositions, layers[0].causal);
        }

        var x = tokens.Embed();

        for (int i = 0; i < layers.Count; i++)
        {
            x = layers[i].Plain(x, memory, sourceMask, SequenceModel.Prefixed(record, stack, i));
        }

        return lossPositions is null ? x : SequenceModel.AtLossPositions(x, lossPositions);
    }

    /// <summary>The layer by libtorch's operations, as one would write it down; parameters as in <see cref="Forward"/>.</summary>
    internal torch.Tensor Plain(torch.Tensor x, torch.Tensor? memory, torch.Tensor? sourceMask, Action<string, torch.Tensor>? record)
    {
        var keyMask = sourceMask?.unsqueeze(1); // [B, 1, S]
        var (queries, keys, values) = Split3(self.Forward(x));
        var weights = causal ? Attention.CausalWeights(queries, keys) : Attention.Weights(queries, keys, keyMask);
        record?.Invoke("self", weights.unsqueeze(1));
        x = x.Plus(weights.matmul(values));
        if (crossQuery is not null && crossKeyValue is not null && memory is not null)
        {
            (keys, values) = Split2(crossKeyValue.Forward(memory));
            weights = Attention.Weights(crossQuery.Forward(x), keys, keyMask);
            record?.Invoke("cross", weights.unsqueeze(1));
            x = x.Plus(weights.matmul(values));
        }

        return x.Plus(feedForward.Forward(x).relu());
    }

    /// <summary>The encoder's keys and values for a cache, each [B, S, H].</summary>
    public (torch.Tensor Keys, torch.Tensor Values) Remember(torch.Tensor memory) => Split2(crossKeyValue!.Forward(memory));

    /// <summary>Forward for new positions only, [B, N, H] to [B, N, H].</summary>
    public torch.Tensor Next(torch.Tensor x, KeyValueCache cache, int layer)
    {
        var (queries, keys, values) = Split3(self.Forward(x));
        (keys, values) = cache.Append(layer, keys, values);
        x = x.Plus(Attention.Causal(queries, keys, values));
        if (crossQuery is not null)
        {
            (keys, values) = cache.Memory(layer);
            x = x.Plus(Attention.ScaledDotProduct(crossQuery.Forward(x), keys, values, cache.SourceMask?.unsqueeze(1)));
        }

        return x.Plus(feedForward.Forward(x).relu());
    }

    /// <summary>Of B examples of T positions over S source positions.</summary>
    public double Flops(double examples, double positions, double source)
    {
        long hidden = feedForward.weight.shape[0];
        double flops = self.Flops(examples * positions) + Scores(positions) + feedForward.Flops(examples * positions);
        return crossQuery is null || crossKeyValue is null
            ? flops
            : flops + crossQuery.Flops(examples * positions) + crossKeyValue.Flops(examples * source) + Scores(source);

        double Scores(double keys) => 2 * 2 * examples * positions * keys * hidden; // Q K^T and P V
    }

    private static (torch.Tensor, torch.Tensor, torch.Tensor) Split3(torch.Tensor x) => x.chunk(3, -1) is [var a, var b, var c] ? (a, b, c) : default;

    private static (torch.Tensor, torch.Tensor) Split2(torch.Tensor x) => x.chunk(2, -1) is [var a, var b] ? (a, b) : default;
}

/// <summary>Tokens and where they stand, before the first layer.</summary>
/// <param name="Table">A vector for each token, [V, H].</param>
/// <param name="Ids">[B, T] int64.</param>
/// <param name="Positions">A vector for each position, [T, H].</param>
internal readonly record struct PlacedTokens(Embedding Table, torch.Tensor Ids, torch.Tensor Positions)
{
    /// <summary>[B, T, H].</summary>
    public torch.Tensor Embed() => Table.Forward(Ids).Plus(Positions);
}
