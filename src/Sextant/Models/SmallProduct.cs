using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sextant.Models;

/// <summary>
/// C = A B for matrices of a few dozen rows and columns, where calling a BLAS costs more than the product. A has any strides
/// (so it may be a transpose); B and C have rows of contiguous floats, and their columns are a multiple of 8.
/// </summary>
internal static unsafe class SmallProduct
{
    private const int Rows = 4;

    /// <summary>What of A is not zero.</summary>
    public enum Part
    {
        All,

        /// <summary>Row i ends at column i.</summary>
        Lower,

        /// <summary>Row i starts at column i.</summary>
        Upper,
    }

    /// <summary>c[i, j] = sum over l of a[i, l] b[l, j], for m rows, n columns and k terms.</summary>
    public static void Multiply(
        float* a, int aRow, int aColumn, float* b, int bRow, float* c, int cRow, int m, int n, int k, Part part = Part.All)
    {
        if (m < Rows)
        {
            for (int i = 0; i < m; i++)
            {
                var (first, end) = Terms(part, i, 1, k);
                for (int j = 0; j < n; j += 8)
                {
                    Tile1(a + (i * aRow), aColumn, b + j, bRow, c + (i * cRow) + j, first, end);
                }
            }

            return;
        }

        for (int at = 0; at < m; at += Rows)
        {
            int i = Math.Min(at, m - Rows); // the last rows are done twice rather than by a slower tile
            var (first, end) = Terms(part, i, Rows, k);
            int j = 0;
            for (; j + 16 <= n; j += 16)
            {
                Tile4x16(a + (i * aRow), aRow, aColumn, b + j, bRow, c + (i * cRow) + j, cRow, first, end);
            }

            if (j < n)
            {
                Tile4x8(a + (i * aRow), aRow, aColumn, b + j, bRow, c + (i * cRow) + j, cRow, first, end);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int First, int End) Terms(Part part, int row, int rows, int k) => part switch
    {
        Part.Lower => (0, Math.Min(k, row + rows)),
        Part.Upper => (Math.Min(k, row), k),
        _ => (0, k),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x16(float* a, int aRow, int aColumn, float* b, int bRow, float* c, int cRow, int first, int end)
    {
        var (c00, c01) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (c10, c11) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (c20, c21) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (c30, c31) = (Vector256<float>.Zero, Vector256<float>.Zero);
        float* a1 = a + aRow, a2 = a + (2 * aRow), a3 = a + (3 * aRow);
        for (int l = first; l < end; l++)
        {
            var (b0, b1) = (Vector256.Load(b + (l * bRow)), Vector256.Load(b + (l * bRow) + 8));
            var x = Vector256.Create(a[l * aColumn]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a1[l * aColumn]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a2[l * aColumn]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a3[l * aColumn]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
        }

        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 8);
        c20.Store(c + (2 * cRow));
        c21.Store(c + (2 * cRow) + 8);
        c30.Store(c + (3 * cRow));
        c31.Store(c + (3 * cRow) + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x8(float* a, int aRow, int aColumn, float* b, int bRow, float* c, int cRow, int first, int end)
    {
        var (c0, c1) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (c2, c3) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (int l = first; l < end; l++)
        {
            var b0 = Vector256.Load(b + (l * bRow));
            float* at = a + (l * aColumn);
            c0 = Vector256.FusedMultiplyAdd(Vector256.Create(at[0]), b0, c0);
            c1 = Vector256.FusedMultiplyAdd(Vector256.Create(at[aRow]), b0, c1);
            c2 = Vector256.FusedMultiplyAdd(Vector256.Create(at[2 * aRow]), b0, c2);
            c3 = Vector256.FusedMultiplyAdd(Vector256.Create(at[3 * aRow]), b0, c3);
        }

        c0.Store(c);
        c1.Store(c + cRow);
        c2.Store(c + (2 * cRow));
        c3.Store(c + (3 * cRow));
    }

    private static void Tile1(float* a, int aColumn, float* b, int bRow, float* c, int first, int end)
    {
        var sum = Vector256<float>.Zero;
        for (int l = first; l < end; l++)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[l * aColumn]), Vector256.Load(b + (l * bRow)), sum);
        }

        sum.Store(c);
    }
}
