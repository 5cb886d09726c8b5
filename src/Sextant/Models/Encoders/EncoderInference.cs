using System.Runtime.InteropServices;
using TorchSharp;
using static Sextant.Models.ShortAttention;

namespace Sextant.Models.Encoders;

/// <summary>
/// The layers of an encoder without gradients on the processor: the same numbers as <see cref="EncoderLayer.Forward"/> to rounding. Rows are tokens, the texts one after the other, and
/// padding is left out unless its vector is asked for. Four buffers serve all layers; bias, residual and activation are added to a tile of a product while it is in the first cache. No
/// operation of libtorch stands between the products: its threads, waiting for the next one, would take their time (docs/findings.md, "Encoders against onnxruntime").
/// R rows, H hidden, F inner width.
/// </summary>
internal sealed unsafe class EncoderInference : IDisposable
{
    private const int RowsAPart = 32;

    private readonly EncoderOptions options;
    private readonly int hidden;
    private readonly int threads = torch.get_num_threads();
    private readonly TokenRows tokens;

    /// <summary>[R, H], [R, 3H], [R, H] and [R, F], one after the other.</summary>
    private readonly float* x, queryKeyValue, mixed, inner;

    private EncoderInference(EncoderOptions options, TokenRows tokens)
    {
        (this.options, this.tokens, hidden) = (options, tokens, options.Hidden);
        nuint rows = (nuint)tokens.Count, width = (nuint)hidden;
        x = (float*)NativeMemory.AlignedAlloc(rows * ((5 * width) + (nuint)options.FeedForward) * sizeof(float), 64);
        queryKeyValue = x + (rows * width);
        mixed = queryKeyValue + (3 * rows * width);
        inner = mixed + (rows * width);
    }

    /// <summary>Whether <see cref="Forward"/> can stand in for the layers.</summary>
    public static bool Suits(EncoderBody body, EncoderOptions options, torch.Tensor x) =>
        PackedProduct.IsSupported && !body.training && !torch.is_grad_enabled() && options.Hidden / options.Heads % 8 == 0
        && x.device_type == DeviceType.CPU && x.dtype == torch.ScalarType.Float32 && x.numel() <= PackedLinear.MostCells
        && body.layers.All(layer => layer.queryAdapter is null && layer.valueAdapter is null);

    /// <summary>What the last layer leaves at the positions kept.</summary>
    /// <param name="layers">All of one width.</param>
    /// <param name="options">Theirs.</param>
    /// <param name="embedded">[B, T, H].</param>
    /// <param name="tokens">Which of the B T positions are rows.</param>
    /// <param name="kept">Which of them are returned.</param>
    public static torch.Tensor Forward(IList<EncoderLayer> layers, EncoderOptions options, torch.Tensor embedded, TokenRows tokens, Kept kept)
    {
        using EncoderInference inference = new(options, tokens);
        using var whole = embedded.contiguous();
        inference.Gather(Address(whole), tokens.Sources, inference.x);
        var result = torch.empty(kept.Shape(embedded.shape));
        inference.Run(layers, Address(result));
        return result;
    }

    public void Dispose() => NativeMemory.AlignedFree(x);

    private void Run(IList<EncoderLayer> layers, float* result)
    {
        foreach (var layer in layers.SkipLast(1))
        {
            Attend(layer);
            Rest(layer, tokens.Count);
        }

        Attend(layers[^1]);
        int[] rows = tokens.Results;
        if (rows.Length < tokens.Count) // the rest of the last layer is computed for these alone
        {
            Select(rows, x);
            Select(rows, mixed);
            Rest(layers[^1], rows.Length);
            new Span<float>(x, rows.Length * hidden).CopyTo(new(result, rows.Length * hidden));
        }
        else
        {
            Rest(layers[^1], tokens.Count);
            Gather(x, rows, result);
        }
    }

    /// <summary>mixed = attention(x), before the projection that follows.</summary>
    private void Attend(EncoderLayer layer)
    {
        Multiply(x, tokens.Count, layer.queryKeyValue, queryKeyValue, adds: false, null);
        int heads = options.Heads, width = hidden / heads, row = 3 * hidden;
        Workers.Run(tokens.Texts.Length * heads, threads, part =>
        {
            var (first, queries, keys) = tokens.Texts[part / heads];
            float* q = queryKeyValue + ((long)first * row) + (part % heads * width);
            int padded = (keys + 7) / 8 * 8;
            float* room = (float*)NativeMemory.AlignedAlloc((nuint)(queries + width) * (nuint)padded * sizeof(float), 64);
            One(
                q, row, q + hidden, row, q + (2 * hidden), row, queries, keys, width, false, mixed + ((long)first * hidden) + (part % heads * width), hidden, room,
                room + ((long)queries * padded));
            NativeMemory.AlignedFree(room);
        });
    }

    /// <summary>x = norm(x + output(mixed)); x = norm(x + outer(activation(inner(x)))).</summary>
    private void Rest(EncoderLayer layer, int rows)
    {
        Multiply(mixed, rows, layer.output, x, adds: true, null);
        Normalise(layer.attentionNorm, rows);
        Multiply(x, rows, layer.inner, inner, adds: false, options.Activation);
        Multiply(inner, rows, layer.outer, x, adds: true, null);
        Normalise(layer.outputNorm, rows);
    }

    private void Multiply(float* from, int rows, Projection projection, float* to, bool adds, Activation? activation)
    {
        long[] shape = projection.weight.shape;
        var (columns, terms) = ((int)shape[0], (int)shape[1]);
        PackedProduct.Multiply(new(from, terms, 1), rows, terms, new(Address(projection.weight), terms, 1), Address(projection.bias!), columns, to, adds, activation, threads);
        GC.KeepAlive(projection); // an address alone does not
    }

    private void Normalise(LayerNorm norm, int rows)
    {
        float* weight = Address(norm.weight), bias = Address(norm.bias);
        Workers.Run((rows + RowsAPart - 1) / RowsAPart, threads, part =>
        {
            for (int row = part * RowsAPart; row < Math.Min(rows, (part + 1) * RowsAPart); row++)
            {
                CellFunctions.Normalise(x + ((long)row * hidden), hidden, weight, bias, options.NormEpsilon);
            }
        });
        GC.KeepAlive(norm);
    }

    /// <summary>to[i] = from[rows[i]], of H floats each.</summary>
    private void Gather(float* from, int[] rows, float* to)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            new Span<float>(from + ((long)rows[i] * hidden), hidden).CopyTo(new(to + ((long)i * hidden), hidden));
        }
    }

    /// <summary>buffer[i] = buffer[rows[i]], by way of the queries, keys and values, which are done with.</summary>
    private void Select(int[] rows, float* buffer)
    {
        Gather(buffer, rows, queryKeyValue);
        new Span<float>(queryKeyValue, rows.Length * hidden).CopyTo(new(buffer, rows.Length * hidden));
    }
}
