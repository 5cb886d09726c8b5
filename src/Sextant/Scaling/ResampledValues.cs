using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>The constants of a law in each bootstrap resample, so that any quantity that follows from them gets its interval. In JSON one base-64 string.</summary>
public sealed record ResampledValues
{
    /// <summary>More units than this are left out in groups.</summary>
    private const int MostLeftOut = 200;

    /// <summary>Of the constants, in the order they are kept in.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Independent units that were resampled: runs.</summary>
    public required int Units { get; init; }

    /// <summary>The fitted constants.</summary>
    public required IReadOnlyList<double> Estimate { get; init; }

    /// <summary>Resample after resample, each constant as a 32-bit float, little-endian; not a number where a resample could not be fitted.</summary>
    public required byte[] Values { get; init; }

    /// <summary>The same without each unit in turn, or without each of some groups of units.</summary>
    public required byte[] Jackknife { get; init; }

    /// <summary>Resamples.</summary>
    [JsonIgnore]
    public int Count => Names.Count == 0 ? 0 : Values.Length / sizeof(float) / Names.Count;

    /// <summary>The constants of one resample.</summary>
    public double[] this[int resample] => Row(Values, resample);

    /// <summary>
    /// The interval of a quantity that follows from the constants, bias-corrected and accelerated (Efron 1987); null without resamples. In 500 simulated
    /// studies each of 15, 25 and 48 points with 0.5 or 2 % of noise, intervals of 95 % covered the constants, the exponent and N* and its loss at ten times the
    /// largest budget in 92 to 98 % (Huber's objective); plain percentiles covered 96 to 99 %, and percentiles widened by Student's t 98 to 100 %.
    /// </summary>
    public Interval? Interval(Func<double[], double> quantity, double level) => Bootstrap.BiasCorrected(
        [.. Enumerable.Range(0, Count).Select(resample => quantity(this[resample]))],
        quantity([.. Estimate]),
        [.. Enumerable.Range(0, Jackknife.Length / sizeof(float) / Names.Count).Select(left => quantity(Row(Jackknife, left)))],
        level);

    /// <summary>Resamples a fit and leaves out its units: <paramref name="constants"/> are those of the rows counted; null where there are no more units than constants or no resamples are wanted.</summary>
    internal static ResampledValues? Of(IReadOnlyList<string> names, double[] estimate, int[][] units, int resamples, ulong seed, Func<int[], int, double[]> constants) =>
        resamples == 0 || units.Length <= names.Count ? null : new ResampledValues
        {
            Names = names,
            Units = units.Length,
            Estimate = estimate,
            Values = Packed(Bootstrap.Of(units, resamples, seed, constants)),
            Jackknife = Packed(Bootstrap.Jackknife(units, MostLeftOut, constants)),
        };

    private double[] Row(byte[] packed, int row)
    {
        var floats = MemoryMarshal.Cast<byte, float>(packed.AsSpan(row * Names.Count * sizeof(float), Names.Count * sizeof(float)));
        double[] constants = new double[Names.Count];
        for (int i = 0; i < constants.Length; i++)
        {
            constants[i] = floats[i];
        }

        return constants;
    }

    private static byte[] Packed(double[][] rows)
    {
        float[] floats = [.. rows.SelectMany(constants => constants.Select(value => (float)value))];
        return MemoryMarshal.AsBytes(floats.AsSpan()).ToArray();
    }
}
