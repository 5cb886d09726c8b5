using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace Sextant.Models;

/// <summary>
/// softmax(Q K^T / sqrt(D)) V of one head and its derivative on the processor, for words rather than pages: libtorch spends
/// most of such a call outside of the arithmetic (docs/findings.md). B examples, T queries, S keys, D width, P = S rounded up to 8.
/// </summary>
internal static unsafe class ShortAttention
{
    /// <summary>Whether tensors on this device and of this width can be computed here.</summary>
    public static bool Suits(torch.Tensor x) =>
        Vector256.IsHardwareAccelerated && x.device_type == DeviceType.CPU && x.dtype == torch.ScalarType.Float32 && x.shape[^1] % 8 == 0;

    /// <summary>The mixed values, [B, T, D], and the weights for <see cref="Backward"/>, [B, T, P] with zeros beyond S.</summary>
    /// <param name="queries">Where Q lies: rows of D floats.</param>
    /// <param name="keys">Where K lies.</param>
    /// <param name="values">Where V lies.</param>
    /// <param name="causal">Whether no query sees a later key; T equals S.</param>
    public static (torch.Tensor Mixed, torch.Tensor Weights) Forward(Columns queries, Columns keys, Columns values, bool causal)
    {
        var (examples, t, s, width) = (queries.Examples, queries.Length, keys.Length, queries.Width);
        int padded = (s + 7) / 8 * 8;
        var mixed = torch.empty(examples, t, width);
        var weights = torch.empty(examples, t, padded);
        float* mixedAt = Address(mixed), weightsAt = Address(weights);
        float* turned = (float*)NativeMemory.AlignedAlloc((nuint)(width * padded * sizeof(float)), 64);
        try
        {
            for (int b = 0; b < examples; b++)
            {
                One(
                    queries.At(b), queries.Row, keys.At(b), keys.Row, values.At(b), values.Row, t, s, width, causal,
                    mixedAt + ((long)b * t * width), width, weightsAt + ((long)b * t * padded), turned);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(turned);
        }

        return (mixed, weights);
    }

    /// <summary>The same of one example, whose rows lie anywhere: T of Q and of the mixed values, S of K and V.</summary>
    /// <param name="q">D floats a row, as in k, v and mixed.</param>
    /// <param name="qRow">Floats from one row to the next.</param>
    /// <param name="k">Keys.</param>
    /// <param name="kRow">As of q.</param>
    /// <param name="v">Values.</param>
    /// <param name="vRow">As of q.</param>
    /// <param name="t">Queries.</param>
    /// <param name="s">Keys.</param>
    /// <param name="width">D, a multiple of 8.</param>
    /// <param name="causal">Whether no query sees a later key, which of more queries than keys the last ones have none of.</param>
    /// <param name="mixed">Where to write.</param>
    /// <param name="mixedRow">As of q.</param>
    /// <param name="weights">Room for [T, P].</param>
    /// <param name="turned">Room for [D, P].</param>
    public static void One(
        float* q, int qRow, float* k, int kRow, float* v, int vRow, int t, int s, int width, bool causal, float* mixed, int mixedRow, float* weights, float* turned)
    {
        int padded = (s + 7) / 8 * 8;
        Transpose(k, kRow, s, width, turned, padded);
        SmallProduct.Multiply(q, qRow, 1, turned, padded, weights, padded, t, padded, width);
        for (int i = 0; i < t; i++)
        {
            Softmax(weights + (i * padded), padded, causal ? Math.Min(i + 1, s) : s, (float)(1 / Math.Sqrt(width)));
        }

        SmallProduct.Multiply(weights, padded, 1, v, vRow, mixed, mixedRow, t, width, s, causal ? SmallProduct.Part.Lower : SmallProduct.Part.All);
    }

    /// <summary>Writes the gradients of Q, K and V, given that of the mixed values.</summary>
    /// <param name="queries">As in <see cref="Forward"/>.</param>
    /// <param name="keys">As in <see cref="Forward"/>.</param>
    /// <param name="values">As in <see cref="Forward"/>.</param>
    /// <param name="causal">As in <see cref="Forward"/>.</param>
    /// <param name="weights">What <see cref="Forward"/> gave, [B, T, P].</param>
    /// <param name="gradient">Of the mixed values, [B, T, D].</param>
    /// <param name="ofQueries">Where to write.</param>
    /// <param name="ofKeys">Where to write.</param>
    /// <param name="ofValues">Where to write.</param>
    public static void Backward(
        Columns queries, Columns keys, Columns values, bool causal, torch.Tensor weights, Columns gradient, Columns ofQueries, Columns ofKeys, Columns ofValues)
    {
        var (examples, t, s, width) = (queries.Examples, queries.Length, keys.Length, queries.Width);
        int padded = (s + 7) / 8 * 8;
        float* weightsAt = Address(weights);
        float* turned = (float*)NativeMemory.AlignedAlloc((nuint)((width + t) * padded * sizeof(float)), 64);
        float* d = turned + (width * padded);
        var (rows, columns) = causal ? (SmallProduct.Part.Lower, SmallProduct.Part.Upper) : (SmallProduct.Part.All, SmallProduct.Part.All);
        try
        {
            for (int b = 0; b < examples; b++)
            {
                float* w = weightsAt + ((long)b * t * padded);
                float* g = gradient.At(b);
                Transpose(values.At(b), values.Row, s, width, turned, padded);
                SmallProduct.Multiply(g, gradient.Row, 1, turned, padded, d, padded, t, padded, width); // of the weights
                for (int i = 0; i < t; i++)
                {
                    OfScores(w + (i * padded), d + (i * padded), padded, (float)(1 / Math.Sqrt(width)));
                }

                SmallProduct.Multiply(d, padded, 1, keys.At(b), keys.Row, ofQueries.At(b), ofQueries.Row, t, width, s, rows);
                SmallProduct.Multiply(d, 1, padded, queries.At(b), queries.Row, ofKeys.At(b), ofKeys.Row, s, width, t, columns);
                SmallProduct.Multiply(w, 1, padded, g, gradient.Row, ofValues.At(b), ofValues.Row, s, width, t, columns);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(turned);
        }
    }

    /// <summary>gradient * (output > 0) of a ReLU, like <paramref name="output"/>.</summary>
    public static torch.Tensor OfRelu(torch.Tensor output, torch.Tensor gradient)
    {
        var result = torch.empty_like(output);
        float* y = Address(output), g = Address(gradient), r = Address(result);
        long count = output.numel();
        for (long i = 0L; i < count; i += 8)
        {
            var passes = Vector256.GreaterThan(Vector256.Load(y + i), Vector256<float>.Zero);
            (Vector256.Load(g + i) & passes).Store(r + i);
        }

        GC.KeepAlive(output);
        GC.KeepAlive(gradient);
        return result;
    }

    public static float* Address(torch.Tensor tensor) =>
        (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    private static void Transpose(float* from, int row, int rows, int columns, float* to, int padded)
    {
        for (int r = 0; r < padded; r++)
        {
            float* line = from + (r * row), place = to + r;
            if (r < rows)
            {
                for (int c = 0; c < columns; c++)
                {
                    place[c * padded] = line[c];
                }
            }
            else
            {
                for (int c = 0; c < columns; c++)
                {
                    place[c * padded] = 0;
                }
            }
        }
    }

    private static void Softmax(float* row, int padded, int count, float scale)
    {
        var lanes = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        var most = Vector256.Create(float.NegativeInfinity);
        for (int j = 0; j < padded; j += 8)
        {
            var seen = Vector256.LessThan(lanes + Vector256.Create((float)j), Vector256.Create((float)count));
            var score = Vector256.ConditionalSelect(seen, Vector256.Load(row + j) * scale, Vector256.Create(float.NegativeInfinity));
            score.Store(row + j);
            most = Vector256.Max(most, score);
        }

        float highest = float.NegativeInfinity;
        for (int lane = 0; lane < 8; lane++)
        {
            highest = Math.Max(highest, most[lane]);
        }

        var sum = Vector256<float>.Zero;
        for (int j = 0; j < padded; j += 8)
        {
            var e = Exp(Vector256.Load(row + j) - Vector256.Create(highest));
            e.Store(row + j);
            sum += e;
        }

        float inverse = 1 / Vector256.Sum(sum);
        for (int j = 0; j < padded; j += 8)
        {
            (Vector256.Load(row + j) * inverse).Store(row + j);
        }
    }

    /// <summary>
    /// e^x for x at most 0, within 2e-7 of it and exactly 0 below -87: 2^n e^r with |r| at most ln(2)/2 and the series of
    /// e^r to its seventh term. Vector256.Exp works in double and takes some five times as long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Exp(Vector256<float> x)
    {
        var safe = Vector256.Max(x, Vector256.Create(-87f));
        var n = Vector256.Round(safe * 1.44269504f);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), safe);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        var e = Vector256.Create(1f / 720);
        e = Vector256.FusedMultiplyAdd(e, r, Vector256.Create(1f / 120));
        e = Vector256.FusedMultiplyAdd(e, r, Vector256.Create(1f / 24));
        e = Vector256.FusedMultiplyAdd(e, r, Vector256.Create(1f / 6));
        e = Vector256.FusedMultiplyAdd(e, r, Vector256.Create(0.5f));
        e = Vector256.FusedMultiplyAdd(e, r, Vector256.Create(1f));
        e = Vector256.FusedMultiplyAdd(e, r, Vector256.Create(1f));
        var power = (Vector256.ConvertToInt32(n) + Vector256.Create(127)) << 23;
        return (e * power.AsSingle()) & Vector256.GreaterThan(x, Vector256.Create(-87f));
    }

    /// <summary>d becomes w (d - sum(w d)) scale: the derivative of the softmax and of the scaling.</summary>
    private static void OfScores(float* w, float* d, int padded, float scale)
    {
        var sum = Vector256<float>.Zero;
        for (int j = 0; j < padded; j += 8)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(w + j), Vector256.Load(d + j), sum);
        }

        var mean = Vector256.Create(Vector256.Sum(sum));
        for (int j = 0; j < padded; j += 8)
        {
            (Vector256.Load(w + j) * (Vector256.Load(d + j) - mean) * scale).Store(d + j);
        }
    }

    /// <summary>Some columns of a contiguous [B, T, C] tensor on the processor, which must outlive this.</summary>
    public readonly struct Columns
    {
        private readonly float* start;

        public Columns(torch.Tensor tensor, int first, int width)
        {
            long[] shape = tensor.shape;
            (Examples, Length, Row, Width) = ((int)shape[0], (int)shape[1], (int)shape[2], width);
            start = Address(tensor) + first;
        }

        public int Examples { get; }

        public int Length { get; }

        public int Row { get; }

        public int Width { get; }

        public float* At(int example) => start + ((long)example * Length * Row);
    }
}
