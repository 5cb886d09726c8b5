using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sextant.Models.Encoders;

namespace Sextant.Models;

/// <summary>
/// Y = X W^T for hundreds of rows where a vector holds sixteen floats, at more than twice the rate of libtorch on processors whose wide vectors its products leave unused
/// (docs/findings.md, "Encoders against onnxruntime"). A panel of 48 rows of W is packed so that a column of it lies in three vectors, in blocks of 192 terms that stay in the first
/// cache, and meets eight rows of X at a time: 24 sums in registers. The order of each sum does not depend on the number of threads.
/// </summary>
internal static unsafe class PackedProduct
{
    /// <summary>Rows that are computed together: the rows of X and Y are a multiple of it.</summary>
    public const int Tile = 8;

    private const int Panel = 48;
    private const int Terms = 192;

    /// <summary>Whether this processor has the vectors.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>So many rows in whole tiles.</summary>
    public static int Padded(int rows) => (rows + Tile - 1) / Tile * Tile;

    /// <summary>y = x W^T + bias, or y += that.</summary>
    /// <param name="x">Rows of <paramref name="k"/> floats.</param>
    /// <param name="rows">Of x and y, a multiple of <see cref="Tile"/>.</param>
    /// <param name="k">Terms of a sum.</param>
    /// <param name="weight">[n, k].</param>
    /// <param name="bias">[n].</param>
    /// <param name="n">Columns of y.</param>
    /// <param name="y">Rows of <paramref name="n"/> floats.</param>
    /// <param name="adds">Whether y holds what the product is added to.</param>
    /// <param name="activation">Of every cell of the sum; null for none.</param>
    /// <param name="threads">That take part.</param>
    public static void Multiply(
        float* x, int rows, int k, float* weight, float* bias, int n, float* y, bool adds, Activation? activation, int threads) =>
        Workers.Run((n + Panel - 1) / Panel, threads, panel =>
        {
            int first = panel * Panel, columns = Math.Min(Panel, n - first);
            float* packed = (float*)NativeMemory.AlignedAlloc((Terms + 1 + Tile) * Panel * sizeof(float), 64);
            float* start = packed + (Terms * Panel), edge = start + Panel;
            new Span<float>(packed, (Terms + 1 + Tile) * Panel).Clear(); // columns beyond the last one are zero
            for (int term = 0; term < k; term += Terms)
            {
                int terms = Math.Min(Terms, k - term);
                Pack(weight + ((long)first * k) + term, k, columns, terms, packed);
                new Span<float>(bias + first, columns).CopyTo(new(start, columns));
                bool isLast = term + terms == k;
                for (int row = 0; row < rows; row += Tile)
                {
                    float* from = x + ((long)row * k) + term, to = y + ((long)row * n) + first;
                    bool growing = adds || term > 0;
                    if (columns == Panel)
                    {
                        Sum(from, k, packed, terms, term == 0 ? start : null, growing, to, n);
                    }
                    else
                    {
                        Copy(to, n, edge, Panel, columns);
                        Sum(from, k, packed, terms, term == 0 ? start : null, growing, edge, Panel);
                        Copy(edge, Panel, to, n, columns);
                    }

                    for (int i = 0; isLast && activation is { } function && i < Tile; i++)
                    {
                        CellFunctions.Apply(function, new(to + ((long)i * n), columns));
                    }
                }
            }

            NativeMemory.AlignedFree(packed);
        });

    private static void Copy(float* from, int fromRow, float* to, int toRow, int columns)
    {
        for (int i = 0; i < Tile; i++)
        {
            new Span<float>(from + ((long)i * fromRow), columns).CopyTo(new(to + ((long)i * toRow), columns));
        }
    }

    /// <summary>Rows of W to columns of a panel, in squares of 16 that fit into the first cache.</summary>
    private static void Pack(float* weight, int k, int columns, int terms, float* packed)
    {
        for (int c = 0; c < columns; c += 16)
        {
            for (int l = 0; l < terms; l += 16)
            {
                int end = Math.Min(l + 16, terms);
                for (int column = c; column < Math.Min(c + 16, columns); column++)
                {
                    float* line = weight + ((long)column * k);
                    for (int term = l; term < end; term++)
                    {
                        packed[(term * Panel) + column] = line[term];
                    }
                }
            }
        }
    }

    /// <summary>An 8 x 48 tile of y: a sum over terms, with what y held and with a start for all rows where asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* x, int row, float* packed, int terms, float* start, bool adds, float* y, int yRow)
    {
        Vector512<float> y00, y01, y02, y10, y11, y12, y20, y21, y22, y30, y31, y32, y40, y41, y42, y50, y51, y52, y60, y61, y62, y70, y71, y72;
        y00 = y01 = y02 = y10 = y11 = y12 = y20 = y21 = y22 = y30 = y31 = y32 = Vector512<float>.Zero;
        y40 = y41 = y42 = y50 = y51 = y52 = y60 = y61 = y62 = y70 = y71 = y72 = Vector512<float>.Zero;
        float* x3 = x + (3L * row), x6 = x + (6L * row);
        long one = row, two = 2L * row;
        for (int l = 0; l < terms; l++)
        {
            var (w0, w1, w2) = (Vector512.Load(packed), Vector512.Load(packed + 16), Vector512.Load(packed + 32));
            packed += Panel;
            var a = Vector512.Create(x[l]);
            (y00, y01, y02) = (Vector512.FusedMultiplyAdd(a, w0, y00), Vector512.FusedMultiplyAdd(a, w1, y01), Vector512.FusedMultiplyAdd(a, w2, y02));
            a = Vector512.Create(x[l + one]);
            (y10, y11, y12) = (Vector512.FusedMultiplyAdd(a, w0, y10), Vector512.FusedMultiplyAdd(a, w1, y11), Vector512.FusedMultiplyAdd(a, w2, y12));
            a = Vector512.Create(x[l + two]);
            (y20, y21, y22) = (Vector512.FusedMultiplyAdd(a, w0, y20), Vector512.FusedMultiplyAdd(a, w1, y21), Vector512.FusedMultiplyAdd(a, w2, y22));
            a = Vector512.Create(x3[l]);
            (y30, y31, y32) = (Vector512.FusedMultiplyAdd(a, w0, y30), Vector512.FusedMultiplyAdd(a, w1, y31), Vector512.FusedMultiplyAdd(a, w2, y32));
            a = Vector512.Create(x3[l + one]);
            (y40, y41, y42) = (Vector512.FusedMultiplyAdd(a, w0, y40), Vector512.FusedMultiplyAdd(a, w1, y41), Vector512.FusedMultiplyAdd(a, w2, y42));
            a = Vector512.Create(x3[l + two]);
            (y50, y51, y52) = (Vector512.FusedMultiplyAdd(a, w0, y50), Vector512.FusedMultiplyAdd(a, w1, y51), Vector512.FusedMultiplyAdd(a, w2, y52));
            a = Vector512.Create(x6[l]);
            (y60, y61, y62) = (Vector512.FusedMultiplyAdd(a, w0, y60), Vector512.FusedMultiplyAdd(a, w1, y61), Vector512.FusedMultiplyAdd(a, w2, y62));
            a = Vector512.Create(x6[l + one]);
            (y70, y71, y72) = (Vector512.FusedMultiplyAdd(a, w0, y70), Vector512.FusedMultiplyAdd(a, w1, y71), Vector512.FusedMultiplyAdd(a, w2, y72));
        }

        Store(y, start, adds, y00, y01, y02);
        Store(y += yRow, start, adds, y10, y11, y12);
        Store(y += yRow, start, adds, y20, y21, y22);
        Store(y += yRow, start, adds, y30, y31, y32);
        Store(y += yRow, start, adds, y40, y41, y42);
        Store(y += yRow, start, adds, y50, y51, y52);
        Store(y += yRow, start, adds, y60, y61, y62);
        Store(y + yRow, start, adds, y70, y71, y72);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, float* start, bool adds, Vector512<float> y0, Vector512<float> y1, Vector512<float> y2)
    {
        if (start != null)
        {
            (y0, y1, y2) = (y0 + Vector512.Load(start), y1 + Vector512.Load(start + 16), y2 + Vector512.Load(start + 32));
        }

        if (adds)
        {
            (y0, y1, y2) = (y0 + Vector512.Load(y), y1 + Vector512.Load(y + 16), y2 + Vector512.Load(y + 32));
        }

        y0.Store(y);
        y1.Store(y + 16);
        y2.Store(y + 32);
    }
}
