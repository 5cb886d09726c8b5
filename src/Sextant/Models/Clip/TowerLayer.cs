using Sextant.Models.Encoders;
using TorchSharp;
using LayerNorm = Sextant.Models.Encoders.LayerNorm;

namespace Sextant.Models.Clip;

/// <summary>
/// One layer, its norms before what they normalise (Radford 2021, sections 2.4; the reference's CLIPEncoderLayer): x += output(attention(norm(x))); x += outer(activation(inner(norm(x)))).
/// B batch, T positions, H hidden, N heads, D = H / N.
/// </summary>
internal sealed class TowerLayer : torch.nn.Module
{
    internal readonly LayerNorm attentionNorm;

    /// <summary>Queries, keys and values, [3H, H].</summary>
    internal readonly Projection queryKeyValue;

    internal readonly Projection output;
    internal readonly LayerNorm innerNorm;
    internal readonly Projection inner;
    internal readonly Projection outer;

    private readonly TowerOptions options;

    public TowerLayer(TowerOptions options)
        : base(nameof(TowerLayer))
    {
        this.options = options;
        int hidden = options.Hidden;
        attentionNorm = new LayerNorm(hidden, options.NormEpsilon);
        queryKeyValue = new Projection(hidden, 3 * hidden, bias: true) { HiddenMatrices = 3 };
        output = new Projection(hidden, hidden, bias: true) { HiddenMatrices = 1 };
        innerNorm = new LayerNorm(hidden, options.NormEpsilon);
        inner = new Projection(hidden, options.FeedForward, bias: true) { HiddenMatrices = 1 };
        outer = new Projection(options.FeedForward, hidden, bias: true) { HiddenMatrices = 1 };
        RegisterComponents();
    }

    /// <summary>[B, T, H] to [B, T, H], or to [B, 1, H] where only one row of each example is asked for: what the others see is the same.</summary>
    /// <param name="x">[B, T, H].</param>
    /// <param name="sight">What a position sees.</param>
    /// <param name="rows">[B] int64 into the B T positions; null for all.</param>
    public torch.Tensor Forward(torch.Tensor x, Sight sight, torch.Tensor? rows)
    {
        var (queries, keys, values) = Parts(attentionNorm.Forward(x), rows);
        double drop = training ? options.AttentionDropout : 0;
        var mask = rows is null ? sight.OfAll : sight.OfRows;
        var mixed = torch.nn.functional.scaled_dot_product_attention(queries, keys, values, mask, drop, sight.IsCausal && rows is null && mask is null);
        x = Of(x, rows).Plus(Product(output, mixed.transpose(1, 2).flatten(2)));
        return x.Plus(Product(outer, options.Activation.Of(Product(inner, innerNorm.Forward(x)))));
    }

    /// <summary>What it is made of.</summary>
    public LayerParts Inference => new(queryKeyValue, output, attentionNorm, inner, outer, innerNorm);

    /// <summary>Products over so many examples of T positions, of which the last layer needs one each.</summary>
    public LayerFlops Flops(double examples, double length, bool isLast) =>
        LayerFlops.Of(queryKeyValue, output, inner, outer, examples, length, isLast ? examples : examples * length, isLast);

    /// <summary>Normal weights, each part of a layer adding less the more layers there are (the code of Radford 2021; Radford 2019, section 2.3), and zero offsets.</summary>
    public void Initialise(double factor, torch.Generator generator)
    {
        double width = factor / Math.Sqrt(options.Hidden), residual = width / Math.Sqrt(2 * options.Layers);
        queryKeyValue.InitialiseNormal(width, generator);
        output.InitialiseNormal(residual, generator);
        inner.InitialiseNormal(width / Math.Sqrt(2), generator);
        outer.InitialiseNormal(residual, generator);
    }

    /// <summary>Queries [B, N, T or 1, D], keys and values [B, N, T, D].</summary>
    private (torch.Tensor Queries, torch.Tensor Keys, torch.Tensor Values) Parts(torch.Tensor x, torch.Tensor? rows)
    {
        int hidden = options.Hidden;
        if (rows is null)
        {
            var all = Product(queryKeyValue, x);
            return (Heads(all.narrow(2, 0, hidden)), Heads(all.narrow(2, hidden, hidden)), Heads(all.narrow(2, 2 * hidden, hidden)));
        }

        var (weight, bias) = (queryKeyValue.weight, queryKeyValue.bias!);
        var queries = PackedLinear.Of(Of(x, rows), weight.narrow(0, 0, hidden), bias.narrow(0, 0, hidden));
        var rest = PackedLinear.Of(x, weight.narrow(0, hidden, 2 * hidden), bias.narrow(0, hidden, 2 * hidden));
        return (Heads(queries), Heads(rest.narrow(2, 0, hidden)), Heads(rest.narrow(2, hidden, hidden)));
    }

    private static torch.Tensor Of(torch.Tensor x, torch.Tensor? rows) => rows is null ? x : x.flatten(0, 1).index_select(0, rows).unsqueeze(1);

    private static torch.Tensor Product(Projection projection, torch.Tensor x) => PackedLinear.Of(x, projection.weight, projection.bias!);

    private torch.Tensor Heads(torch.Tensor x) => x.unflatten(2, options.Heads, options.Hidden / options.Heads).transpose(1, 2);
}
