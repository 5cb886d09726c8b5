using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sextant.Models.Encoders;

namespace Sextant.Models;

/// <summary>Functions of a row of floats, in place and in one pass while the row is in the first cache.</summary>
internal static unsafe class CellFunctions
{
    private interface IFunction
    {
        static abstract Vector256<float> Of(Vector256<float> x);
    }

    /// <summary>Every cell of the row, within 2e-7 max(1, |x|) of the exact value.</summary>
    public static void Apply(Activation activation, Span<float> row)
    {
        switch (activation)
        {
            case Activation.Gelu:
                Each<Gelu>(row);
                break;
            case Activation.GeluTanh:
                Each<GeluTanh>(row);
                break;
            case Activation.Relu:
                Each<Relu>(row);
                break;
            case Activation.QuickGelu:
                Each<QuickGelu>(row);
                break;
            default:
                throw new NotSupportedException(activation.ToString());
        }
    }

    /// <summary>(x - mean) / sqrt(variance + epsilon) * weight + bias (Ba 2016, equation 4).</summary>
    public static void Normalise(float* x, int width, float* weight, float* bias, double epsilon)
    {
        float mean = Sum(x, width) / width;
        float scale = (float)(1 / Math.Sqrt((SquaredDifferences(x, width, mean) / width) + epsilon));
        int i = 0;
        for (; i + 8 <= width; i += 8)
        {
            var centred = (Vector256.Load(x + i) - Vector256.Create(mean)) * scale;
            Vector256.FusedMultiplyAdd(centred, Vector256.Load(weight + i), Vector256.Load(bias + i)).Store(x + i);
        }

        for (; i < width; i++)
        {
            x[i] = ((x[i] - mean) * scale * weight[i]) + bias[i];
        }
    }

    private static float Sum(float* x, int width)
    {
        var (sum, i) = (Vector256<float>.Zero, 0);
        for (; i + 8 <= width; i += 8)
        {
            sum += Vector256.Load(x + i);
        }

        float rest = 0;
        for (; i < width; i++)
        {
            rest += x[i];
        }

        return Vector256.Sum(sum) + rest;
    }

    private static float SquaredDifferences(float* x, int width, float mean)
    {
        var (sum, i) = (Vector256<float>.Zero, 0);
        for (; i + 8 <= width; i += 8)
        {
            var difference = Vector256.Load(x + i) - Vector256.Create(mean);
            sum = Vector256.FusedMultiplyAdd(difference, difference, sum);
        }

        float rest = 0;
        for (; i < width; i++)
        {
            rest += (x[i] - mean) * (x[i] - mean);
        }

        return Vector256.Sum(sum) + rest;
    }

    private static void Each<T>(Span<float> row)
        where T : struct, IFunction
    {
        int whole = row.Length / 8 * 8;
        foreach (ref var eight in MemoryMarshal.Cast<float, Vector256<float>>(row[..whole]))
        {
            eight = T.Of(eight);
        }

        if (whole < row.Length)
        {
            Span<float> rest = stackalloc float[8];
            row[whole..].CopyTo(rest);
            T.Of(Vector256.Create<float>(rest)).CopyTo(rest);
            rest[..(row.Length - whole)].CopyTo(row[whole..]);
        }
    }

    /// <summary>
    /// x Phi(x) as max(x, 0) - |x| Phi(-|x|), so that nothing cancels far below zero. Phi(-u) is e^(-u^2/2) times a polynomial in t = 1 / (1 + 0.28 u), the form of Abramowitz and
    /// Stegun (1964), 7.1.26, with coefficients fitted for the least largest error of the whole: 2e-9 before rounding.
    /// </summary>
    private readonly struct Gelu : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> x)
        {
            var size = Vector256.Abs(x);
            var t = Vector256<float>.One / Vector256.FusedMultiplyAdd(size, Vector256.Create(0.28f), Vector256<float>.One);
            var p = Vector256.Create(-0.107782118f);
            p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(0.397838428f));
            p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(-0.249771912f));
            p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(0.279098539f));
            p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(0.0634608727f));
            p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(0.117156066f));
            return Vector256.Max(x, Vector256<float>.Zero) - (size * p * t * ShortAttention.Exp(x * x * -0.5f));
        }
    }

    /// <summary>x (1 + tanh u) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3) (Hendrycks and Gimpel 2016, section 2), as max(x, 0) - |x| e / (1 + e) with e = e^(-2|u|).</summary>
    private readonly struct GeluTanh : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> x)
        {
            var size = Vector256.Abs(x);
            var cubic = Vector256.FusedMultiplyAdd(size * size * 0.044715f, size, size);
            var e = ShortAttention.Exp(cubic * (-2 * 0.79788456f));
            return Vector256.Max(x, Vector256<float>.Zero) - (size * e / (e + Vector256<float>.One));
        }
    }

    /// <summary>x / (1 + e^(-1.702 x)), as max(x, 0) - |x| e / (1 + e) with e = e^(-1.702|x|).</summary>
    private readonly struct QuickGelu : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> x)
        {
            var size = Vector256.Abs(x);
            var e = ShortAttention.Exp(size * -1.702f);
            return Vector256.Max(x, Vector256<float>.Zero) - (size * e / (e + Vector256<float>.One));
        }
    }

    private readonly struct Relu : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> x) => Vector256.Max(x, Vector256<float>.Zero);
    }
}
