using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Sextant.Models.Encoders;

namespace Sextant.Models;

/// <summary>
/// Y = X W^T for hundreds of rows where a vector holds sixteen floats, at more than twice the rate of libtorch on processors whose wide vectors its products leave unused
/// (docs/findings.md, "Encoders against onnxruntime"). A panel of 48 rows of W is packed so that a column of it lies in three vectors, in blocks of 192 terms that stay in the first
/// cache, and meets eight rows of X at a time: 24 sums in registers. The order of each sum does not depend on the number of threads.
/// </summary>
internal static unsafe class PackedProduct
{
    private const int Tile = 8;
    private const int Panel = 48;
    private const int Terms = 192;

    /// <summary>Whether this processor has the vectors.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx.IsSupported;

    /// <summary>y[i, j] = sum over l of x[i, l] w[j, l] + bias[j], or y += that.</summary>
    /// <param name="x">Of <paramref name="rows"/>.</param>
    /// <param name="rows">Of x and y.</param>
    /// <param name="terms">Of each sum.</param>
    /// <param name="w">Of <paramref name="columns"/> rows.</param>
    /// <param name="bias">One for each column; null for none.</param>
    /// <param name="columns">Of y.</param>
    /// <param name="y">Contiguous.</param>
    /// <param name="adds">Whether y holds what the product is added to.</param>
    /// <param name="activation">Of every cell of the sum; null for none.</param>
    /// <param name="threads">That take part.</param>
    public static void Multiply(
        Matrix x, int rows, int terms, Matrix w, float* bias, int columns, float* y, bool adds, Activation? activation, int threads)
    {
        Workers.Run((columns + Panel - 1) / Panel, threads, panel =>
        {
            const int Room = ((Terms + 1 + Tile) * Panel) + (Terms * Tile);
            float* packed = (float*)NativeMemory.AlignedAlloc(Room * sizeof(float), 64);
            new Span<float>(packed, Room).Clear(); // columns and rows beyond the last ones are zero
            float* start = packed + (Terms * Panel), edge = start + Panel, lastRows = edge + (Tile * Panel);
            int first = panel * Panel, width = Math.Min(Panel, columns - first);
            if (bias != null)
            {
                new Span<float>(bias + first, width).CopyTo(new(start, width));
            }

            for (int term = 0; term < terms; term += Terms)
            {
                int count = Math.Min(Terms, terms - term);
                Pack(w.From(first, term), width, count, packed);
                for (int row = 0; row < rows; row += Tile)
                {
                    int height = Math.Min(Tile, rows - row);
                    var block = x.From(row, term);
                    if (height < Tile)
                    {
                        block = block.Copy(height, count, new(lastRows, Terms, 1));
                    }

                    float* to = y + ((long)row * columns) + first;
                    bool grows = adds || term > 0;
                    if (height == Tile && width == Panel)
                    {
                        Sum(block, packed, count, term == 0 ? start : null, grows, to, columns);
                    }
                    else
                    {
                        new Matrix(to, columns, 1).Copy(height, width, new(edge, Panel, 1));
                        Sum(block, packed, count, term == 0 ? start : null, grows, edge, Panel);
                        new Matrix(edge, Panel, 1).Copy(height, width, new(to, columns, 1));
                    }

                    for (int i = 0; activation is { } function && term + count == terms && i < height; i++)
                    {
                        CellFunctions.Apply(function, new(to + ((long)i * columns), width));
                    }
                }
            }

            NativeMemory.AlignedFree(packed);
        });
    }

    /// <summary>Rows of W to columns of a panel.</summary>
    private static void Pack(Matrix w, int columns, int terms, float* packed)
    {
        if (w.Row == 1)
        {
            for (int l = 0; l < terms; l++)
            {
                new Span<float>(w.Start + (l * (long)w.Term), columns).CopyTo(new(packed + (l * Panel), columns));
            }

            return;
        }

        for (int c = 0; c < columns; c += 8)
        {
            for (int l = 0; l < terms; l += 8)
            {
                var square = w.From(c, l);
                if (w.Term == 1 && c + 8 <= columns && l + 8 <= terms)
                {
                    Turn(square.Start, w.Row, packed + (l * Panel) + c);
                }
                else
                {
                    square.Copy(Math.Min(8, columns - c), Math.Min(8, terms - l), new(packed + (l * Panel) + c, 1, Panel));
                }
            }
        }
    }

    /// <summary>Eight rows of eight to columns of a panel: cell by cell, packing takes as long as the products of some forty rows.</summary>
    private static void Turn(float* from, long row, float* to)
    {
        var (a, b) = Pairs(from, row);
        var (c, d) = Pairs(from + (2 * row), row);
        var (e, f) = Pairs(from + (4 * row), row);
        var (g, h) = Pairs(from + (6 * row), row);
        Columns(Avx.Shuffle(a, c, 0x44), Avx.Shuffle(e, g, 0x44), to);
        Columns(Avx.Shuffle(a, c, 0xEE), Avx.Shuffle(e, g, 0xEE), to + Panel);
        Columns(Avx.Shuffle(b, d, 0x44), Avx.Shuffle(f, h, 0x44), to + (2 * Panel));
        Columns(Avx.Shuffle(b, d, 0xEE), Avx.Shuffle(f, h, 0xEE), to + (3 * Panel));

        // Cells of two rows in turn: 0 and 1 of each half of the row, then 2 and 3.
        static (Vector256<float> Low, Vector256<float> High) Pairs(float* at, long row)
        {
            var (one, other) = (Vector256.Load(at), Vector256.Load(at + row));
            return (Avx.UnpackLow(one, other), Avx.UnpackHigh(one, other));
        }

        // A column of the first half of the rows' cells, and one of the second half, four further.
        static void Columns(Vector256<float> upper, Vector256<float> lower, float* to)
        {
            Avx.Permute2x128(upper, lower, 0x20).Store(to);
            Avx.Permute2x128(upper, lower, 0x31).Store(to + (4 * Panel));
        }
    }

    /// <summary>Cell [i, l] lies at start + i row + l term.</summary>
    public readonly struct Matrix(float* start, int row, int term)
    {
        public float* Start => start;

        public int Row => row;

        public int Term => term;

        public Matrix From(int i, int l) => new(start + ((long)i * row) + ((long)l * term), row, term);

        public Matrix Copy(int rows, int terms, Matrix to)
        {
            for (int i = 0; i < rows; i++)
            {
                float* from = start + ((long)i * row), into = to.Start + ((long)i * to.Row);
                for (int l = 0; l < terms; l++)
                {
                    into[l * to.Term] = from[l * (long)term];
                }
            }

            return to;
        }
    }

    /// <summary>An 8 x 48 tile of y: a sum over terms, with what y held and with a start for all rows where asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(Matrix block, float* packed, int terms, float* start, bool adds, float* y, int yRow)
    {
        float* x = block.Start, x3 = x + (3L * block.Row), x6 = x + (6L * block.Row);
        long one = block.Row, two = 2L * block.Row, step = block.Term;
        Vector512<float> y00, y01, y02, y10, y11, y12, y20, y21, y22, y30, y31, y32, y40, y41, y42, y50, y51, y52, y60, y61, y62, y70, y71, y72;
        y00 = y01 = y02 = y10 = y11 = y12 = y20 = y21 = y22 = y30 = y31 = y32 = Vector512<float>.Zero;
        y40 = y41 = y42 = y50 = y51 = y52 = y60 = y61 = y62 = y70 = y71 = y72 = Vector512<float>.Zero;
        for (int l = 0; l < terms; l++)
        {
            var (w0, w1, w2) = (Vector512.Load(packed), Vector512.Load(packed + 16), Vector512.Load(packed + 32));
            var a = Vector512.Create(*x);
            (y00, y01, y02) = (Vector512.FusedMultiplyAdd(a, w0, y00), Vector512.FusedMultiplyAdd(a, w1, y01), Vector512.FusedMultiplyAdd(a, w2, y02));
            a = Vector512.Create(x[one]);
            (y10, y11, y12) = (Vector512.FusedMultiplyAdd(a, w0, y10), Vector512.FusedMultiplyAdd(a, w1, y11), Vector512.FusedMultiplyAdd(a, w2, y12));
            a = Vector512.Create(x[two]);
            (y20, y21, y22) = (Vector512.FusedMultiplyAdd(a, w0, y20), Vector512.FusedMultiplyAdd(a, w1, y21), Vector512.FusedMultiplyAdd(a, w2, y22));
            a = Vector512.Create(*x3);
            (y30, y31, y32) = (Vector512.FusedMultiplyAdd(a, w0, y30), Vector512.FusedMultiplyAdd(a, w1, y31), Vector512.FusedMultiplyAdd(a, w2, y32));
            a = Vector512.Create(x3[one]);
            (y40, y41, y42) = (Vector512.FusedMultiplyAdd(a, w0, y40), Vector512.FusedMultiplyAdd(a, w1, y41), Vector512.FusedMultiplyAdd(a, w2, y42));
            a = Vector512.Create(x3[two]);
            (y50, y51, y52) = (Vector512.FusedMultiplyAdd(a, w0, y50), Vector512.FusedMultiplyAdd(a, w1, y51), Vector512.FusedMultiplyAdd(a, w2, y52));
            a = Vector512.Create(*x6);
            (y60, y61, y62) = (Vector512.FusedMultiplyAdd(a, w0, y60), Vector512.FusedMultiplyAdd(a, w1, y61), Vector512.FusedMultiplyAdd(a, w2, y62));
            a = Vector512.Create(x6[one]);
            (y70, y71, y72) = (Vector512.FusedMultiplyAdd(a, w0, y70), Vector512.FusedMultiplyAdd(a, w1, y71), Vector512.FusedMultiplyAdd(a, w2, y72));
            x += step;
            x3 += step;
            x6 += step;
            packed += Panel;
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
