using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>The constants of a law in each bootstrap resample, so that any quantity that follows from them gets its interval. In JSON one base-64 string.</summary>
public sealed record ResampledValues
{
    /// <summary>Of the constants, in the order they are kept in.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Independent units that were resampled: runs.</summary>
    public required int Units { get; init; }

    /// <summary>Resample after resample, each constant as a 32-bit float, little-endian; not a number where a resample could not be fitted.</summary>
    public required byte[] Values { get; init; }

    /// <summary>Resamples.</summary>
    [JsonIgnore]
    public int Count => Names.Count == 0 ? 0 : Values.Length / sizeof(float) / Names.Count;

    /// <summary>The constants of one resample.</summary>
    public double[] this[int resample]
    {
        get
        {
            var floats = MemoryMarshal.Cast<byte, float>(Values.AsSpan(resample * Names.Count * sizeof(float), Names.Count * sizeof(float)));
            double[] constants = new double[Names.Count];
            for (int i = 0; i < constants.Length; i++)
            {
                constants[i] = floats[i];
            }

            return constants;
        }
    }

    /// <summary>
    /// The interval of a quantity that follows from the constants; null without resamples. Its percentiles are widened for the constants fitted
    /// (<see cref="Bootstrap.Widened"/>).
    /// </summary>
    public Interval? Interval(Func<double[], double> quantity, double level) =>
        Bootstrap.Widened([.. Enumerable.Range(0, Count).Select(resample => quantity(this[resample]))], Units, Names.Count, level);

    internal static ResampledValues Of(IReadOnlyList<string> names, int units, IReadOnlyList<double[]> values)
    {
        float[] floats = [.. values.SelectMany(constants => constants.Select(value => (float)value))];
        return new ResampledValues { Names = names, Units = units, Values = MemoryMarshal.AsBytes(floats.AsSpan()).ToArray() };
    }
}
