using System.Text.Json.Serialization;
using Sextant.Scaling.BatchSize;
using Sextant.Scaling.GradientNoise;

namespace Sextant.Scaling;

/// <summary>A law fitted to points or curves. No number leaves without a status, an interval where one can be had, and the reason for each row left out.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CurvesFit), "curves")]
[JsonDerivedType(typeof(IsoFlopFit), "isoflop")]
[JsonDerivedType(typeof(ParametricFit), "parametric")]
[JsonDerivedType(typeof(SaturatingFit), "saturating")]
[JsonDerivedType(typeof(DataConstrainedFit), "data-constrained")]
[JsonDerivedType(typeof(PowerLawFit), "power-law")]
[JsonDerivedType(typeof(StepsFit), "steps")]
[JsonDerivedType(typeof(LearningRateFit), "learning-rate")]
[JsonDerivedType(typeof(NoiseScaleFit), "noise-scale")]
public abstract record Fit
{
    private protected Fit()
    {
    }

    public required FitStatus Status { get; init; }

    /// <summary>What one must know before believing the numbers, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Rows that took no part.</summary>
    public IReadOnlyList<ExcludedRow> Excluded { get; init; } = [];

    /// <summary>How parameters and FLOPs were counted: course, 6nd, kaplan, hoffmann, everything, palm, exact; null where the data do not say.</summary>
    public string? Convention { get; init; }

    /// <summary>By the path of the value's name, such as "E" or "parameters.slope".</summary>
    public IReadOnlyDictionary<string, Interval> Intervals { get; init; } = new Dictionary<string, Interval>();

    /// <summary>Where the numbers come from.</summary>
    public Provenance? Provenance { get; init; }

    /// <summary>The fit without its resamples, which are for further computing and not for reading.</summary>
    public virtual Fit WithoutDraws() => this;

    /// <summary>The fit with the rows that reading left out, and where its points came from.</summary>
    public Fit Sourced(IEnumerable<ExcludedRow> excluded, Provenance read) => this with
    {
        Excluded = [.. Excluded.Concat(excluded).OrderBy(row => row.Row)],
        Provenance = read with
        {
            Used = Provenance?.Used ?? read.Used,
            Resamples = Provenance?.Resamples ?? 0,
            Seed = Provenance?.Seed ?? 0,
            Options = new SortedDictionary<string, string>((Provenance?.Options ?? new Dictionary<string, string>()).Concat(read.Options).DistinctBy(p => p.Key).ToDictionary()),
        },
    };
}

/// <summary>Whether a fit's numbers mean something.</summary>
public enum FitStatus
{
    /// <summary>The optimum was found and the data determine it.</summary>
    Converged,

    /// <summary>A value lies at the end of the range it was searched in.</summary>
    BoundHit,

    /// <summary>The optimum was found, but the data do not determine it.</summary>
    NotIdentified,

    /// <summary>There are fewer points than the law needs.</summary>
    TooFewPoints,

    /// <summary>No optimum was found.</summary>
    Failed,
}

/// <summary>A row left out of a fit.</summary>
/// <param name="Row">From 1, a header not counted; 0 for a run that has no row, which the reason names.</param>
/// <param name="Reason">Why.</param>
public sealed record ExcludedRow(int Row, string Reason);

/// <summary>An interval of a fitted value.</summary>
/// <param name="Low">Null where it is unbounded below.</param>
/// <param name="High">Null where it is unbounded above.</param>
/// <param name="Level">The share of repetitions whose interval holds the true value, such as 0.95.</param>
public sealed record Interval(double? Low, double? High, double Level)
{
    private const double MostDecades = 6;

    /// <summary>High minus low; infinite where it is unbounded.</summary>
    [JsonIgnore]
    public double Width => (High ?? double.PositiveInfinity) - (Low ?? double.NegativeInfinity);

    /// <summary>Powers of ten between its ends; null where one is open or not above 0.</summary>
    [JsonIgnore]
    public double? Decades => Low is double low and > 0 && High is double high ? Math.Log10(high / low) : null;

    /// <summary>Whether its ends lie so far apart that naming them would only look like knowledge.</summary>
    [JsonIgnore]
    public bool SaysNothing => Decades > MostDecades;
}

/// <summary>A line of log10(value) on log10(FLOPs), or of one logarithm on another.</summary>
/// <param name="Slope">The exponent.</param>
/// <param name="Intercept">log10 of the value at 1.</param>
public sealed record LogLine(double Slope, double Intercept)
{
    /// <summary>The value at <paramref name="x"/>, neither in logarithms.</summary>
    public double At(double x) => Math.Pow(10, Intercept + (Slope * Math.Log10(x)));
}

/// <summary>Where a fit comes from, enough to repeat it.</summary>
public sealed record Provenance
{
    /// <summary>The file, or what else the points were read from.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the file in hexadecimal; null where there is none.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Points or curves that took part.</summary>
    public int Used { get; init; }

    /// <summary>How the numbers were made: the method's options by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Bootstrap resamples behind the intervals; 0 for none.</summary>
    public int Resamples { get; init; }

    /// <summary>The seed of the resamples.</summary>
    public ulong Seed { get; init; }
}
