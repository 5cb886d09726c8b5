using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models;

/// <summary>y = x / sqrt(mean(x^2) + 1e-6) * weight (Zhang and Sennrich 2019, equation 4).</summary>
internal sealed class RmsNorm : torch.nn.Module
{
    // Held here: a number that TorchSharp converts at the call may be finalised while native code still reads it.
    private static readonly Scalar Two = 2, Epsilon = 1e-6;

    internal readonly Parameter weight;

    public RmsNorm(long width)
        : base(nameof(RmsNorm))
    {
        weight = new Parameter(torch.ones(width));
        RegisterComponents();
    }

    public torch.Tensor Forward(torch.Tensor x) =>
        x * x.pow(Two).mean([-1], keepdim: true).Plus(Epsilon).rsqrt() * weight;
}

/// <summary>Multi-head attention (Vaswani 2017, section 3.2.2). B batch, T queries, S keys, N heads, D head width, H = N D.</summary>
internal sealed class MultiHeadAttention : torch.nn.Module
{
    /// <summary>Queries, keys and values of a self-attention, [3H, H].</summary>
    internal readonly Projection? queryKeyValue;

    /// <summary>Queries of a cross-attention, [H, H].</summary>
    internal readonly Projection? query;

    /// <summary>Keys and values of a cross-attention, [2H, H].</summary>
    internal readonly Projection? keyValue;

    internal readonly Projection output;

    private readonly int heads;

    /// <summary>On the scores, beside 1/sqrt(D).</summary>
    private readonly double scale;

    public MultiHeadAttention(ModelOptions.Modern options, bool cross)
        : base(nameof(MultiHeadAttention))
    {
        var (hidden, rule) = (options.Hidden, new WidthRule(options));
        heads = options.Heads;
        scale = rule.Scores;
        if (cross)
        {
            query = Of(1);
            keyValue = Of(2);
        }
        else
        {
            queryKeyValue = Of(3);
        }

        output = Of(1);
        RegisterComponents();

        Projection Of(int parts) => new(hidden, parts * hidden, bias: false) { RateFactor = rule.HiddenRate, HiddenMatrices = parts };
    }

    /// <summary>Queries, keys and values of x itself, each [B, N, T, D]; queries and keys turned where rotations are given.</summary>
    public (torch.Tensor Queries, torch.Tensor Keys, torch.Tensor Values) Own(torch.Tensor x, torch.Tensor? rotations)
    {
        var all = Heads(queryKeyValue!.Forward(x), 3); // [B, T, 3, N, D]
        var turned = rotations is null ? all : Turn(all.narrow(2, 0, 2), rotations);
        return (Part(turned, 0), Part(turned, 1), Part(all, 2));
    }

    /// <summary>Queries over an encoder's output, [B, N, T, D].</summary>
    public torch.Tensor Queries(torch.Tensor x, torch.Tensor? rotations)
    {
        var all = Heads(query!.Forward(x), 1);
        return Part(rotations is null ? all : Turn(all, rotations), 0);
    }

    /// <summary>Keys and values of an encoder's output, each [B, N, S, D].</summary>
    public (torch.Tensor Keys, torch.Tensor Values) Remember(torch.Tensor memory, torch.Tensor? rotations)
    {
        var all = Heads(keyValue!.Forward(memory), 2);
        return (Part(rotations is null ? all : Turn(all.narrow(2, 0, 1), rotations), 0), Part(all, 1));
    }

    /// <summary>The attention and its output projection, [B, T, H], by libtorch's fused kernel unless weights are recorded.</summary>
    /// <param name="parts">Queries [B, N, T, D], keys and values [B, N, S, D].</param>
    /// <param name="causal">Whether no query sees a later key; T equals S.</param>
    /// <param name="mask">Bool, broadcastable to [B, N, T, S], true where a query may see a key.</param>
    /// <param name="record">Receives the weights, [B, N, T, S].</param>
    public torch.Tensor Attend(
        (torch.Tensor Queries, torch.Tensor Keys, torch.Tensor Values) parts, bool causal, torch.Tensor? mask, Action<torch.Tensor>? record = null)
    {
        torch.Tensor mixed;
        if (scale != 1)
        {
            using Scalar factor = scale;
            parts.Queries = parts.Queries.mul(factor);
        }

        if (record is null)
        {
            mixed = torch.nn.functional.scaled_dot_product_attention(parts.Queries, parts.Keys, parts.Values, mask, 0, causal);
        }
        else
        {
            var weights = causal ? Attention.CausalWeights(parts.Queries, parts.Keys) : Attention.Weights(parts.Queries, parts.Keys, mask);
            mixed = weights.matmul(parts.Values);
            record(weights);
        }

        return output.Forward(mixed.transpose(1, 2).flatten(2)); // [B, T, H]
    }

    /// <summary>Products of B examples of T queries over S keys, the scores and weighted values included.</summary>
    public double Flops(double examples, double queries, double keys)
    {
        double projections = queryKeyValue?.Flops(examples * queries) ?? query!.Flops(examples * queries) + keyValue!.Flops(examples * keys);
        return projections + (2 * 2 * examples * queries * keys * output.weight.shape[1]) + output.Flops(examples * queries);
    }

    private torch.Tensor Heads(torch.Tensor x, int parts) => x.view(x.shape[0], x.shape[1], parts, heads, -1);

    private static torch.Tensor Part(torch.Tensor all, int part) => all.select(2, part).transpose(1, 2);

    /// <summary>
    /// Turns each pair (2j, 2j + 1) of columns as a complex number by its position's angle (Su 2021, equation 15).
    /// x is [B, T, parts, N, D], rotations [T, D/2] complex.
    /// </summary>
    private static torch.Tensor Turn(torch.Tensor x, torch.Tensor rotations)
    {
        var pairs = x.unflatten(4, -1, 2).view_as_complex(); // [B, T, parts, N, D/2]
        var turned = pairs * rotations.view(rotations.shape[0], 1, 1, rotations.shape[1]);
        return turned.view_as_real().flatten(4);
    }
}

/// <summary>down(silu(gate(x)) * up(x)) (Shazeer 2020, equation 6); gate and up are one product, [2F, H].</summary>
internal sealed class GatedFeedForward : torch.nn.Module
{
    internal readonly Projection gateUp;
    internal readonly Projection down;

    public GatedFeedForward(ModelOptions.Modern options)
        : base(nameof(GatedFeedForward))
    {
        var rule = new WidthRule(options);
        gateUp = new Projection(options.Hidden, 2 * options.FeedForward, bias: false) { RateFactor = rule.HiddenRate, HiddenMatrices = 2 };
        down = new Projection(options.FeedForward, options.Hidden, bias: false) { RateFactor = rule.InnerRate, HiddenMatrices = 1 };
        RegisterComponents();
    }

    public torch.Tensor Forward(torch.Tensor x)
    {
        var parts = gateUp.Forward(x).chunk(2, -1);
        return down.Forward(torch.nn.functional.silu(parts[0]) * parts[1]);
    }

    public double Flops(double rows) => gateUp.Flops(rows) + down.Flops(rows);
}

/// <summary>
/// x += self(norm(x)); x += cross(norm(x)), if there is an encoder; x += feedForward(norm(x)) (pre-norm: Xiong 2020).
/// </summary>
internal sealed class ModernLayer : torch.nn.Module
{
    internal readonly RmsNorm selfNorm;
    internal readonly MultiHeadAttention self;
    internal readonly RmsNorm? crossNorm;
    internal readonly MultiHeadAttention? cross;
    internal readonly RmsNorm feedForwardNorm;
    internal readonly GatedFeedForward feedForward;

    private readonly double dropout;

    public ModernLayer(ModelOptions.Modern options, bool cross)
        : base(nameof(ModernLayer))
    {
        dropout = options.Dropout;
        selfNorm = new RmsNorm(options.Hidden);
        self = new MultiHeadAttention(options, cross: false);
        if (cross)
        {
            crossNorm = new RmsNorm(options.Hidden);
            this.cross = new MultiHeadAttention(options, cross: true);
        }

        feedForwardNorm = new RmsNorm(options.Hidden);
        feedForward = new GatedFeedForward(options);
        RegisterComponents();
    }

    /// <summary>A decoder's pass, causal, [B, T, H] to [B, T, H].</summary>
    /// <param name="x">[B, T, H].</param>
    /// <param name="rotations">Of x's positions; null where queries and keys are not turned.</param>
    /// <param name="memory">The encoder's output, [B, S, H].</param>
    /// <param name="memoryRotations">Of its positions.</param>
    /// <param name="memoryMask">[B, 1, 1, S] bool, true where memory is no padding.</param>
    /// <param name="record">Receives the weights of "self" and "cross".</param>
    public torch.Tensor Decode(
        torch.Tensor x,
        torch.Tensor? rotations,
        torch.Tensor? memory = null,
        torch.Tensor? memoryRotations = null,
        torch.Tensor? memoryMask = null,
        Action<string, torch.Tensor>? record = null)
    {
        x = x.Plus(OverItself(x, rotations, causal: true, mask: null, record));
        if (cross is not null && memory is not null)
        {
            var queries = cross.Queries(crossNorm!.Forward(x), rotations);
            var (keys, values) = cross.Remember(memory, memoryRotations);
            x = x.Plus(Drop(cross.Attend((queries, keys, values), false, memoryMask, Named(record, "cross"))));
        }

        return x.Plus(Drop(feedForward.Forward(feedForwardNorm.Forward(x))));
    }

    /// <summary>An encoder's pass, where every position sees every other and there is no cross-attention, [B, S, H] to [B, S, H].</summary>
    /// <param name="x">[B, S, H].</param>
    /// <param name="rotations">Of x's positions; null where queries and keys are not turned.</param>
    /// <param name="mask">[B, 1, 1, S] bool, true where x is no padding.</param>
    /// <param name="record">Receives the weights of "self".</param>
    public torch.Tensor Encode(torch.Tensor x, torch.Tensor? rotations, torch.Tensor? mask, Action<string, torch.Tensor>? record = null)
    {
        x = x.Plus(OverItself(x, rotations, causal: false, mask, record));
        return x.Plus(Drop(feedForward.Forward(feedForwardNorm.Forward(x))));
    }

    /// <summary>Forward for new positions only, without dropout, [B, N, H] to [B, N, H].</summary>
    public torch.Tensor Next(torch.Tensor x, torch.Tensor? rotations, KeyValueCache cache, int layer)
    {
        var (queries, keys, values) = self.Own(selfNorm.Forward(x), rotations);
        (keys, values) = cache.Append(layer, keys, values);
        var hides = x.shape[1] > 1 ? Attention.CausalMask(x.shape[1], keys.shape[2], x.device) : null;
        x = x.Plus(self.Attend((queries, keys, values), false, hides));
        if (cross is not null)
        {
            queries = cross.Queries(crossNorm!.Forward(x), rotations);
            (keys, values) = cache.Memory(layer);
            x = x.Plus(cross.Attend((queries, keys, values), false, cache.SourceMask?.unsqueeze(1).unsqueeze(1)));
        }

        return x.Plus(feedForward.Forward(feedForwardNorm.Forward(x)));
    }

    /// <summary>
    /// Normal weights of deviation 1/sqrt(3 fan-in), which is GPT-2's 0.02 at its width of 768 and follows the width
    /// elsewhere; what writes to the residual stream is divided by the square root of how many do (Radford 2019, section 2.3).
    /// </summary>
    public void Initialise(int layers, torch.Generator generator)
    {
        double writers = Math.Sqrt((cross is null ? 2 : 3) * layers);
        foreach (var (projection, scale) in new[]
        {
            (self.queryKeyValue, 1), (self.output, writers),
            (cross?.query, 1), (cross?.keyValue, 1), (cross?.output, writers),
            (feedForward.gateUp, 1), (feedForward.down, writers),
        })
        {
            projection?.InitialiseNormal(1 / (Math.Sqrt(3 * projection.weight.shape[1]) * scale), generator);
        }
    }

    /// <summary>Of <see cref="Decode"/>: B examples of T positions over S source positions.</summary>
    public double Flops(double examples, double positions, double source) =>
        EncoderFlops(examples, positions) + (cross?.Flops(examples, positions, source) ?? 0);

    /// <summary>Of <see cref="Encode"/>: B examples of S positions.</summary>
    public double EncoderFlops(double examples, double positions) =>
        self.Flops(examples, positions, positions) + feedForward.Flops(examples * positions);

    private static Action<torch.Tensor>? Named(Action<string, torch.Tensor>? record, string name) => record is null ? null : weights => record(name, weights);

    private torch.Tensor OverItself(torch.Tensor x, torch.Tensor? rotations, bool causal, torch.Tensor? mask, Action<string, torch.Tensor>? record) =>
        Drop(self.Attend(self.Own(selfNorm.Forward(x), rotations), causal, mask, Named(record, "self")));

    private torch.Tensor Drop(torch.Tensor x) => training && dropout > 0 ? torch.nn.functional.dropout(x, dropout, true) : x;
}

/// <summary>
/// Ids to the residual stream with the positions that the options choose, and the residual stream back to logits, with the
/// same matrix where the options tie them. The parameters are <c>tokens.weight</c>, <c>positions.weight</c> (learned
/// positions) and <c>output.weight</c> (not tied) of the model that uses it.
/// </summary>
internal sealed class ModernEnds(ModelOptions.Modern options, Embedding tokens, Embedding? learned, Projection? output)
{
    private readonly WidthRule rule = new(options);

    private readonly PositionTable? sinusoidal = options.Positions == Positions.Sinusoidal
        ? new(count => PositionTable.Sinusoidal(count, options.Hidden))
        : null;

    private readonly PositionTable? rotary = options.Positions == Positions.Rotary
        ? new(count => PositionTable.Rotary(count, options.Hidden / options.Heads))
        : null;

    /// <summary>[B, T] int64 at positions from first on to [B, T, H].</summary>
    public torch.Tensor Embed(torch.Tensor ids, int first, bool training)
    {
        int count = (int)ids.shape[1];
        var x = tokens.Forward(ids);
        if (sinusoidal is not null)
        {
            // Scaled, as Vaswani 2017, section 3.4, does by sqrt(H), here to the size of the positions' vectors: else these would drown the tokens.
            using Scalar scale = Math.Sqrt(3 * rule.EmbeddingWidth);
            x = x.mul(scale).Plus(sinusoidal.Rows(first, count, ids.device));
        }
        else if (learned is not null)
        {
            if (first + count > options.MaximumLength)
            {
                throw new ArgumentException($"{first + count} positions are more than model.maximumLength {options.MaximumLength}.", nameof(ids));
            }

            x = x.Plus(learned.weight.narrow(0, first, count));
        }

        return training && options.Dropout > 0 ? torch.nn.functional.dropout(x, options.Dropout, true) : x;
    }

    /// <summary>[T, D/2] complex; null where queries and keys are not turned.</summary>
    public torch.Tensor? Rotations(int first, long count, torch.Device device) => rotary?.Rows(first, (int)count, device);

    public torch.Tensor Logits(torch.Tensor hidden)
    {
        using Scalar factor = rule.Logits;
        var scaled = rule.Logits == 1 ? hidden : hidden.mul(factor);
        return output is null ? torch.nn.functional.linear(scaled, tokens.weight) : output.Forward(scaled);
    }

    public double Flops(double rows) => 2 * rows * tokens.weight.shape[0] * tokens.weight.shape[1];

    public void Initialise(torch.Generator generator)
    {
        double deviation = 1 / Math.Sqrt(3 * rule.EmbeddingWidth);
        tokens.InitialiseNormal(deviation, generator);
        learned?.InitialiseNormal(deviation, generator);
        output?.InitialiseNormal(deviation, generator);
    }
}
