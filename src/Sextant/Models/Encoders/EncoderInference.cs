using System.Runtime.InteropServices;
using TorchSharp;
using static Sextant.Models.ShortAttention;

namespace Sextant.Models.Encoders;

/// <summary>
/// The layers of an encoder without gradients on the processor, its norms after or before what they normalise: the same numbers as <see cref="EncoderLayer.Forward"/> and as those of CLIP's
/// towers to rounding. Rows are tokens, the texts one after the other, and padding is left out unless its vector is asked for. Four buffers serve all layers; bias, residual and activation are added to a tile of a product while it is in the first cache. No
/// operation of libtorch stands between the products: its threads, waiting for the next one, would take their time (docs/findings.md, "Encoders against onnxruntime").
/// R rows, H hidden, F inner width.
/// </summary>
internal sealed unsafe class EncoderInference : IDisposable
{
    private const int RowsAPart = 32;

    private readonly LayerShape shape;
    private readonly int hidden;
    private readonly int threads = torch.get_num_threads();
    private readonly TokenRows tokens;

    /// <summary>[R, H], [R, 3H], [R, H] and [R, F], one after the other.</summary>
    private readonly float* x, queryKeyValue, mixed, inner;

    private EncoderInference(LayerShape shape, TokenRows tokens)
    {
        (this.shape, this.tokens, hidden) = (shape, tokens, shape.Hidden);
        nuint rows = (nuint)tokens.Count, width = (nuint)hidden;
        x = (float*)NativeMemory.AlignedAlloc(rows * ((5 * width) + (nuint)shape.FeedForward) * sizeof(float), 64);
        queryKeyValue = x + (rows * width);
        mixed = queryKeyValue + (3 * rows * width);
        inner = mixed + (rows * width);
    }

    /// <summary>Whether <see cref="Forward"/> can stand in for the layers of a body.</summary>
    public static bool Suits(torch.nn.Module body, LayerShape shape, torch.Tensor x) =>
        PackedProduct.IsSupported && !body.training && !torch.is_grad_enabled() && shape.Hidden / shape.Heads % 8 == 0
        && x.device_type == DeviceType.CPU && x.dtype == torch.ScalarType.Float32 && x.numel() <= PackedLinear.MostCells;

    /// <summary>What the last layer leaves at the positions kept, [rows of the result, H].</summary>
    /// <param name="layers">All of one shape.</param>
    /// <param name="shape">Theirs.</param>
    /// <param name="embedded">[B, T, H].</param>
    /// <param name="tokens">Which of the B T positions are rows, and which of these are returned.</param>
    public static torch.Tensor Forward(IReadOnlyList<LayerParts> layers, LayerShape shape, torch.Tensor embedded, TokenRows tokens)
    {
        using EncoderInference inference = new(shape, tokens);
        using var whole = embedded.contiguous();
        inference.Gather(Address(whole), tokens.Sources, inference.x);
        var result = torch.empty(tokens.Results.Length, shape.Hidden);
        inference.Run(layers, Address(result));
        return result;
    }

    public void Dispose() => NativeMemory.AlignedFree(x);

    private void Run(IReadOnlyList<LayerParts> layers, float* result)
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

    /// <summary>mixed = attention(x), or of the norm of x, before the projection that follows.</summary>
    private void Attend(LayerParts layer)
    {
        if (shape.NormsFirst)
        {
            Normalise(layer.AttentionNorm, tokens.Count, mixed);
        }

        Multiply(shape.NormsFirst ? mixed : x, tokens.Count, layer.QueryKeyValue, queryKeyValue, adds: false, null);
        int heads = shape.Heads, width = hidden / heads, row = 3 * hidden;
        Workers.Run(tokens.Texts.Length * heads, threads, part =>
        {
            var (first, queries, keys) = tokens.Texts[part / heads];
            float* q = queryKeyValue + ((long)first * row) + (part % heads * width);
            int padded = (keys + 7) / 8 * 8;
            float* room = (float*)NativeMemory.AlignedAlloc((nuint)(queries + width) * (nuint)padded * sizeof(float), 64);
            One(
                q, row, q + hidden, row, q + (2 * hidden), row, queries, keys, width, shape.IsCausal, mixed + ((long)first * hidden) + (part % heads * width), hidden, room,
                room + ((long)queries * padded));
            NativeMemory.AlignedFree(room);
        });
    }

    /// <summary>x = norm(x + output(mixed)); x = norm(x + outer(activation(inner(x)))). Or with norms first: x += output(mixed); x += outer(activation(inner(norm(x)))).</summary>
    private void Rest(LayerParts layer, int rows)
    {
        Multiply(mixed, rows, layer.Output, x, adds: true, null);
        float* normal = shape.NormsFirst ? mixed : x;
        Normalise(shape.NormsFirst ? layer.InnerNorm : layer.AttentionNorm, rows, normal);
        Multiply(normal, rows, layer.Inner, inner, adds: false, shape.Activation);
        Multiply(inner, rows, layer.Outer, x, adds: true, null);
        if (!shape.NormsFirst)
        {
            Normalise(layer.InnerNorm, rows, x);
        }
    }

    private void Multiply(float* from, int rows, Projection projection, float* to, bool adds, Activation? activation)
    {
        long[] shape = projection.weight.shape;
        var (columns, terms) = ((int)shape[0], (int)shape[1]);
        PackedProduct.Multiply(new(from, terms, 1), rows, terms, new(Address(projection.weight), terms, 1), Address(projection.bias!), columns, to, adds, activation, threads);
        GC.KeepAlive(projection); // an address alone does not
    }

    /// <summary>Writes the norm of each row of x, in its place or elsewhere.</summary>
    private void Normalise(LayerNorm norm, int rows, float* to)
    {
        float* weight = Address(norm.weight), bias = Address(norm.bias);
        Workers.Run((rows + RowsAPart - 1) / RowsAPart, threads, part =>
        {
            for (int row = part * RowsAPart; row < Math.Min(rows, (part + 1) * RowsAPart); row++)
            {
                float* place = to + ((long)row * hidden);
                if (to != x)
                {
                    new Span<float>(x + ((long)row * hidden), hidden).CopyTo(new(place, hidden));
                }

                CellFunctions.Normalise(place, hidden, weight, bias, shape.NormEpsilon);
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

/// <summary>What the layers of an encoder are made of, whichever order their norms stand in.</summary>
/// <param name="QueryKeyValue">[3H, H].</param>
/// <param name="Output">After attention.</param>
/// <param name="AttentionNorm">Of what enters attention, or of what it leaves.</param>
/// <param name="Inner">[F, H].</param>
/// <param name="Outer">[H, F].</param>
/// <param name="InnerNorm">Of what enters the feed-forward part, or of what it leaves.</param>
internal readonly record struct LayerParts(Projection QueryKeyValue, Projection Output, LayerNorm AttentionNorm, Projection Inner, Projection Outer, LayerNorm InnerNorm);

/// <summary>What is the same in all layers of an encoder.</summary>
/// <param name="Hidden">H.</param>
/// <param name="Heads">Of attention.</param>
/// <param name="FeedForward">F.</param>
/// <param name="Activation">Between the two products of the feed-forward part.</param>
/// <param name="NormEpsilon">Added to a variance.</param>
internal sealed record LayerShape(int Hidden, int Heads, int FeedForward, Activation Activation, double NormEpsilon)
{
    /// <summary>Whether a norm stands before what it normalises.</summary>
    public bool NormsFirst { get; init; }

    /// <summary>Whether no position sees a later one.</summary>
    public bool IsCausal { get; init; }
}
