using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models.Encoders;

/// <summary>y = (x - mean) / sqrt(variance + epsilon) * weight + bias over the last dimension (Ba 2016, equation 4).</summary>
internal sealed class LayerNorm : torch.nn.Module
{
    internal readonly Parameter weight;
    internal readonly Parameter bias;
    private readonly double epsilon;

    public LayerNorm(long width, double epsilon)
        : base(nameof(LayerNorm))
    {
        this.epsilon = epsilon;
        weight = new Parameter(torch.ones(width));
        bias = new Parameter(torch.zeros(width));
        RegisterComponents();
    }

    public torch.Tensor Forward(torch.Tensor x) => torch.nn.functional.layer_norm(x, weight.shape, weight, bias, epsilon);
}

/// <summary>norm(tokens + positions + types) (Devlin 2019, figure 2). B batch, T positions, H hidden.</summary>
internal sealed class EncoderEmbeddings : torch.nn.Module
{
    internal readonly Embedding tokens;
    internal readonly Embedding positions;
    internal readonly Embedding types;
    internal readonly LayerNorm norm;

    private readonly EncoderOptions options;

    public EncoderEmbeddings(EncoderOptions options, int vocabularySize)
        : base(nameof(EncoderEmbeddings))
    {
        this.options = options;
        tokens = new Embedding(vocabularySize, options.Hidden);
        positions = new Embedding(options.Positions, options.Hidden);
        types = new Embedding(options.TokenTypes, options.Hidden);
        norm = new LayerNorm(options.Hidden, options.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>[B, T] int64 ids, and types of the same shape or null for zeros, to [B, T, H].</summary>
    public torch.Tensor Forward(torch.Tensor ids, torch.Tensor? tokenTypes)
    {
        long length = ids.shape[1];
        if (length > options.MaximumLength)
        {
            throw new ArgumentException($"{length} positions are more than the {options.MaximumLength} of the encoder.", nameof(ids));
        }

        var x = Rows(tokens, ids, options.PaddingId);
        x = x.Plus(options is EncoderOptions.Roberta ? Rows(positions, PositionsOf(ids), options.PaddingId) : positions.weight.narrow(0, 0, length));
        x = x.Plus(tokenTypes is null ? types.weight.select(0, 0) : types.Forward(tokenTypes));
        return norm.Forward(x);
    }

    /// <summary>The row of the padding token learns nothing here, as in the reference: its vectors are never looked at.</summary>
    private static torch.Tensor Rows(Embedding table, torch.Tensor ids, long padding)
    {
        using Scalar id = padding;
        var rows = table.Forward(ids);
        return rows.requires_grad ? torch.where(ids.ne(id).unsqueeze(-1), rows, rows.detach()) : rows;
    }

    /// <summary>A token that is not padding gets padding + 1, padding + 2, ... in order, a padding token gets padding; whatever is masked.</summary>
    private torch.Tensor PositionsOf(torch.Tensor ids)
    {
        using Scalar padding = options.PaddingId;
        var held = ids.ne(padding).to(torch.ScalarType.Int64);
        return (held.cumsum(1) * held).Plus(padding);
    }
}

/// <summary>
/// One layer, its norms after what they normalise (Vaswani 2017, section 3.1; Devlin 2019):
/// x = norm(x + output(attention(x))); x = norm(x + outer(activation(inner(x)))). N heads, D = H / N.
/// </summary>
internal sealed class EncoderLayer : torch.nn.Module
{
    /// <summary>Queries, keys and values, [3H, H].</summary>
    internal readonly Projection queryKeyValue;

    internal readonly Projection output;
    internal readonly LayerNorm attentionNorm;
    internal readonly Projection inner;
    internal readonly Projection outer;
    internal readonly LayerNorm outputNorm;

    /// <summary>Low-rank additions to queries and values; null where there are none.</summary>
    internal readonly LowRankAdapter? queryAdapter, valueAdapter;

    private readonly EncoderOptions options;

    public EncoderLayer(EncoderOptions options, AdapterOptions? adapters)
        : base(nameof(EncoderLayer))
    {
        this.options = options;
        int hidden = options.Hidden;
        queryKeyValue = new Projection(hidden, 3 * hidden, bias: true) { HiddenMatrices = 3 };
        output = new Projection(hidden, hidden, bias: true) { HiddenMatrices = 1 };
        attentionNorm = new LayerNorm(hidden, options.NormEpsilon);
        inner = new Projection(hidden, options.FeedForward, bias: true) { HiddenMatrices = 1 };
        outer = new Projection(options.FeedForward, hidden, bias: true) { HiddenMatrices = 1 };
        outputNorm = new LayerNorm(hidden, options.NormEpsilon);
        if (adapters is not null)
        {
            queryAdapter = new LowRankAdapter(hidden, hidden, adapters);
            valueAdapter = new LowRankAdapter(hidden, hidden, adapters);
        }

        RegisterComponents();
    }

    /// <summary>[B, T, H] to [B, T, H], or to fewer positions where only those are asked for: what the others see is the same.</summary>
    /// <param name="x">[B, T, H].</param>
    /// <param name="mask">[B, 1, 1, T] bool, true where a token stands; null without padding.</param>
    /// <param name="kept">Which positions are computed.</param>
    public torch.Tensor Forward(torch.Tensor x, torch.Tensor? mask, Kept kept)
    {
        var (queries, keys, values) = Parts(x, kept.IsFirst);
        double drop = training ? options.AttentionDropout : 0;
        var mixed = torch.nn.functional.scaled_dot_product_attention(queries, keys, values, mask, drop).transpose(1, 2).flatten(2);
        mixed = kept.Of(mixed);
        x = kept.Of(x);
        x = attentionNorm.Forward(x.Plus(Drop(Product(output, mixed))));
        return outputNorm.Forward(x.Plus(Drop(Product(outer, options.Activation.Of(Product(inner, x))))));
    }

    /// <summary>What it is made of, adapters apart.</summary>
    public LayerParts Inference => new(queryKeyValue, output, attentionNorm, inner, outer, outputNorm);

    /// <summary>Products over B texts of T positions; <paramref name="rows"/> of the B T positions are kept.</summary>
    public LayerFlops Flops(double texts, double length, double rows, bool isFirstOnly)
    {
        double queries = isFirstOnly ? texts : texts * length;
        return LayerFlops.Of(queryKeyValue, output, inner, outer, texts, length, rows, isFirstOnly) with
        {
            Down = queryAdapter is null ? 0 : queryAdapter.down.Flops(queries) + valueAdapter!.down.Flops(texts * length),
            Up = queryAdapter is null ? 0 : queryAdapter.up.Flops(queries) + valueAdapter!.up.Flops(texts * length),
        };
    }

    /// <summary>Queries [B, N, T or 1, D], keys and values [B, N, T, D].</summary>
    private (torch.Tensor Queries, torch.Tensor Keys, torch.Tensor Values) Parts(torch.Tensor x, bool isFirstOnly)
    {
        int hidden = options.Hidden;
        torch.Tensor queries, keys, values;
        if (isFirstOnly)
        {
            var first = x.narrow(1, 0, 1);
            queries = PackedLinear.Of(first, queryKeyValue.weight.narrow(0, 0, hidden), queryKeyValue.bias!.narrow(0, 0, hidden));
            var rest = PackedLinear.Of(x, queryKeyValue.weight.narrow(0, hidden, 2 * hidden), queryKeyValue.bias!.narrow(0, hidden, 2 * hidden));
            (keys, values) = (rest.narrow(2, 0, hidden), rest.narrow(2, hidden, hidden));
            queries = queryAdapter is null ? queries : queries.Plus(queryAdapter.Forward(first));
        }
        else
        {
            var all = Product(queryKeyValue, x);
            (queries, keys, values) = (all.narrow(2, 0, hidden), all.narrow(2, hidden, hidden), all.narrow(2, 2 * hidden, hidden));
            queries = queryAdapter is null ? queries : queries.Plus(queryAdapter.Forward(x));
        }

        values = valueAdapter is null ? values : values.Plus(valueAdapter.Forward(x));
        return (Heads(queries), Heads(keys), Heads(values));
    }

    private static torch.Tensor Product(Projection projection, torch.Tensor x) => PackedLinear.Of(x, projection.weight, projection.bias!);

    private torch.Tensor Heads(torch.Tensor x) => x.unflatten(2, options.Heads, options.Hidden / options.Heads).transpose(1, 2);

    private torch.Tensor Drop(torch.Tensor x) => training && options.Dropout > 0 ? torch.nn.functional.dropout(x, options.Dropout, true) : x;
}

/// <summary>FLOPs of the matrix products of one pass through a layer.</summary>
/// <param name="QueryKeyValue">Of its input.</param>
/// <param name="Attention">Of queries with keys, and as many again of their weights with values.</param>
/// <param name="Rest">What comes after attention.</param>
/// <param name="Down">The adapters' products of the layer's input; 0 without.</param>
/// <param name="Up">The adapters' products after these.</param>
internal readonly record struct LayerFlops(double QueryKeyValue, double Attention, double Rest, double Down, double Up)
{
    public double Forward => QueryKeyValue + (2 * Attention) + Rest + Down + Up;

    /// <summary>Of a layer without adapters.</summary>
    /// <param name="queryKeyValue">Of every position; of one a text, the queries alone, where only that is kept.</param>
    /// <param name="output">After attention.</param>
    /// <param name="inner">The first of the feed-forward part.</param>
    /// <param name="outer">The second of it.</param>
    /// <param name="texts">B.</param>
    /// <param name="length">T.</param>
    /// <param name="rows">How many of the B T positions are kept.</param>
    /// <param name="isOneEach">Whether attention has one query a text.</param>
    public static LayerFlops Of(Projection queryKeyValue, Projection output, Projection inner, Projection outer, double texts, double length, double rows, bool isOneEach)
    {
        double queries = isOneEach ? texts : texts * length;
        return new LayerFlops(
            queryKeyValue.Flops(texts * length) * ((queries / (texts * length)) + 2) / 3,
            2 * queries * length * output.weight.shape[0],
            output.Flops(rows) + inner.Flops(rows) + outer.Flops(rows),
            0,
            0);
    }

    /// <summary>A product has two gradients, of its matrix and of what it is multiplied by; each is as much again, and left out where nothing needs it.</summary>
    /// <param name="isFrozen">Whether adapters alone are trained.</param>
    /// <param name="reachesInput">Whether something below the layer is trained.</param>
    public double Backward(bool isFrozen, bool reachesInput)
    {
        double matrix = isFrozen ? 0 : 1, input = reachesInput ? 1 : 0;
        double keys = isFrozen && !reachesInput ? 0 : 1; // no adapter is on them
        return ((matrix + input) * QueryKeyValue) + ((3 + keys) * Attention) + ((matrix + 1) * Rest) + ((1 + input) * Down) + (2 * Up);
    }
}

/// <summary>Which positions of the last layer are computed: only what carries loss has to be.</summary>
internal readonly record struct Kept(bool IsFirst, torch.Tensor? Positions)
{
    /// <summary>Every position, [B, T, H].</summary>
    public static Kept All => new(false, null);

    /// <summary>The first of each text, [B, 1, H].</summary>
    public static Kept First => new(true, null);

    /// <summary>[M] int64 into the B T positions, [M, H].</summary>
    public static Kept At(torch.Tensor positions) => new(false, positions);

    /// <summary>What is left of [B, T, H].</summary>
    public long[] Shape(long[] all) => this switch
    {
        { IsFirst: true } => [all[0], 1, all[2]],
        { Positions: { } positions } => [positions.shape[0], all[2]],
        _ => all,
    };

    public torch.Tensor Of(torch.Tensor x) => this switch
    {
        { IsFirst: true } => x.narrow(1, 0, 1),
        { Positions: { } positions } => x.reshape(-1, x.shape[^1]).index_select(0, positions),
        _ => x,
    };
}

/// <summary>x A^T B^T * alpha / rank, added to a frozen product (Hu 2021, "LoRA", equation 3): A [rank, in] normal, B [out, rank] zero at first.</summary>
internal sealed class LowRankAdapter : torch.nn.Module
{
    internal readonly Projection down;
    internal readonly Projection up;
    private readonly double scale;

    public LowRankAdapter(long from, long to, AdapterOptions options)
        : base(nameof(LowRankAdapter))
    {
        scale = options.Alpha / options.Rank;
        down = new Projection(from, options.Rank, bias: false) { HiddenMatrices = 1 };
        up = new Projection(options.Rank, to, bias: false) { HiddenMatrices = 1 };
        RegisterComponents();
    }

    public torch.Tensor Forward(torch.Tensor x)
    {
        using Scalar factor = scale;
        return up.Forward(down.Forward(x)).mul(factor);
    }

    /// <summary>What it adds to the frozen matrix, [out, in].</summary>
    public torch.Tensor Product()
    {
        using Scalar factor = scale;
        return up.weight.matmul(down.weight).mul(factor);
    }

    public void Initialise(torch.Generator generator)
    {
        using var _ = torch.no_grad();
        down.InitialiseNormal(1 / Math.Sqrt(down.weight.shape[1]), generator);
        up.weight.zero_();
    }
}
