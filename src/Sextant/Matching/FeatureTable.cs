using System.Numerics;
using System.Runtime.InteropServices;
using Sextant.Models;

namespace Sextant.Matching;

/// <summary>Features of texts or of pictures: rows of Euclidean norm 1, so that the product of two rows is their cosine.</summary>
public sealed class FeatureTable
{
    /// <summary>Least rows a thread takes of a product: fewer are not worth its start.</summary>
    private const int RowsAPart = 64;

    private readonly float[] values;

    private FeatureTable(int rows, int width, float[] values) => (Rows, Width, this.values) = (rows, width, values);

    public int Rows { get; }

    public int Width { get; }

    /// <summary>Row by row.</summary>
    internal ReadOnlySpan<float> Values => values;

    /// <summary>A row, of norm 1.</summary>
    public ReadOnlySpan<float> Row(int i) => values.AsSpan(checked(i * Width), Width);

    /// <summary>A table of vectors, each divided by its norm.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="width">Of each.</param>
    /// <param name="values">Row by row; not kept.</param>
    /// <exception cref="ArgumentException">There are not so many values, or a row has no direction: it is zero or not finite.</exception>
    public static FeatureTable Of(int rows, int width, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (values.Length != (long)rows * width)
        {
            throw new ArgumentException($"{rows} rows of {width} are {(long)rows * width} values, not {values.Length}.", nameof(values));
        }

        float[] normed = values.ToArray();
        for (int i = 0; i < rows; i++)
        {
            var row = normed.AsSpan(i * width, width);
            double squares = 0;
            foreach (float value in row)
            {
                squares += (double)value * value;
            }

            double norm = Math.Sqrt(squares);
            if (!double.IsFinite(norm) || norm == 0)
            {
                throw new ArgumentException($"Row {i} has no direction: its norm is {norm}.", nameof(values));
            }

            foreach (ref float value in row)
            {
                value = (float)(value / norm);
            }
        }

        return new FeatureTable(rows, width, normed);
    }

    /// <summary>A table of rows that are of norm 1 already; the array is kept.</summary>
    internal static FeatureTable OfUnit(int rows, int width, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)rows * width, nameof(values));
        return new FeatureTable(rows, width, values);
    }

    /// <summary>Some of the rows, in the order given; a row may come again.</summary>
    public FeatureTable Selected(IReadOnlyList<int> rows)
    {
        float[] selected = new float[rows.Count * Width];
        for (int i = 0; i < rows.Count; i++)
        {
            Row(rows[i]).CopyTo(selected.AsSpan(i * Width));
        }

        return new FeatureTable(rows.Count, Width, selected);
    }

    /// <summary>The rows of several tables of one width, one after the other.</summary>
    /// <exception cref="ArgumentException">They differ in width, or there are none.</exception>
    public static FeatureTable Joined(params IReadOnlyList<FeatureTable> tables)
    {
        if (tables.Count == 0 || tables.Any(table => table.Width != tables[0].Width))
        {
            throw new ArgumentException("Tables of one width are joined, one or more.", nameof(tables));
        }

        return new FeatureTable(tables.Sum(table => table.Rows), tables[0].Width, [.. tables.SelectMany(table => table.values)]);
    }

    /// <summary>Cosines of all rows with all rows of another table: [Rows, others.Rows], row by row. A cosine depends on its two rows alone, not on what else is asked for.</summary>
    /// <param name="others">Of the same width.</param>
    public float[] Products(FeatureTable others) => Products(others, 0, Rows);

    /// <summary>The same of some of the rows: [rows, others.Rows].</summary>
    /// <param name="others">Of the same width.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    internal float[] Products(FeatureTable others, int first, int rows)
    {
        float[] products = new float[checked(rows * others.Rows)];
        Products(others, first, rows, products);
        return products;
    }

    /// <summary>The same into an array that is there already, from its start.</summary>
    /// <param name="others">Of the same width.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="products">Of rows times others.Rows or more.</param>
    internal void Products(FeatureTable others, int first, int rows, float[] products)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(others.Width, Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + rows, Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(products.Length, checked(rows * others.Rows));
        if (rows == 0 || others.Rows == 0)
        {
            return;
        }

        if (PackedProduct.IsSupported)
        {
            Packed(others, first, rows, products);
        }
        else
        {
            Workers.Run((others.Rows + RowsAPart - 1) / RowsAPart, Environment.ProcessorCount, part =>
            {
                for (int j = part * RowsAPart; j < Math.Min(others.Rows, (part + 1) * RowsAPart); j++)
                {
                    for (int i = 0; i < rows; i++)
                    {
                        products[(i * others.Rows) + j] = Dot(Row(first + i), others.Row(j));
                    }
                }
            });
        }
    }

    private unsafe void Packed(FeatureTable others, int first, int rows, float[] products)
    {
        fixed (float* mine = values, theirs = others.values, y = products)
        {
            PackedProduct.Multiply(new(mine + ((long)first * Width), Width, 1), rows, Width, new(theirs, Width, 1), null, others.Rows, y, adds: false, activation: null, Environment.ProcessorCount);
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(a);
        var y = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = Vector<float>.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            sums += x[i] * y[i];
        }

        float sum = Vector.Sum(sums);
        for (int i = x.Length * Vector<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
