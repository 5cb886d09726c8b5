using System.Text.Json.Serialization;

namespace Sextant.Verification;

/// <summary>One group of numbers held against a golden file.</summary>
/// <param name="Name">What was compared, such as "padded: logits".</param>
/// <param name="LargestDifference">The largest distance between two numbers of it.</param>
/// <param name="ShareOfTolerance">The largest distance as a share of what is allowed there: at most 1 passes.</param>
/// <param name="Count">How many numbers were compared.</param>
public sealed record GoldenCheck(string Name, double LargestDifference, double ShareOfTolerance, int Count)
{
    [JsonPropertyOrder(1)]
    public bool Passed => ShareOfTolerance <= 1; // false also where it is not a number

    /// <summary>Which of several readings that a reference allows it agrees with; null where there is one only, or it agrees with none.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reading { get; init; }

    /// <summary>Why nothing could be compared; null where it could.</summary>
    [JsonPropertyOrder(3)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }
}

/// <summary>How far two numbers may be apart: absolute + relative * |expected|.</summary>
internal readonly record struct Tolerance(double Absolute, double Relative)
{
    public double At(double expected) => Absolute + (Relative * Math.Abs(expected));

    /// <summary>At least so many times the noise of the reference.</summary>
    public Tolerance OrNoise(double times, double? noise) => noise is double n ? this with { Absolute = Math.Max(Absolute, times * n) } : this;

    public GoldenCheck Check(string name, IReadOnlyList<double> actual, IReadOnlyList<double> expected)
    {
        if (actual.Count != expected.Count)
        {
            return new GoldenCheck($"{name} ({actual.Count} numbers for {expected.Count})", double.NaN, double.NaN, expected.Count);
        }

        double largest = 0, share = 0;
        for (int i = 0; i < actual.Count; i++)
        {
            double difference = Math.Abs(actual[i] - expected[i]);
            largest = Greater(largest, difference);
            share = Greater(share, difference / At(expected[i]));
        }

        return new GoldenCheck(name, largest, share, expected.Count);
    }

    /// <summary>The greater of two, and not a number where either is not.</summary>
    private static double Greater(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);
}
