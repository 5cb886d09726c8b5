namespace Sextant.Scaling.BatchSize;

/// <summary>A way to the critical batch.</summary>
public enum CriticalBatchSource
{
    /// <summary>Steps against examples (<see cref="StepsFit"/>).</summary>
    TradeOff,

    /// <summary>The gradient noise scale, tr(Sigma) / |G|^2.</summary>
    NoiseScale,

    /// <summary>The curve of best learning rates (<see cref="LearningRateFit"/>).</summary>
    BestRate,
}

/// <summary>An estimate of the critical batch.</summary>
/// <param name="Source">How it was made.</param>
/// <param name="Status">Whether it is one.</param>
/// <param name="Batch">Examples an update; null where there is none.</param>
/// <param name="Interval">Of 95 %; null where nothing tells it.</param>
public sealed record CriticalBatchEstimate(CriticalBatchSource Source, FitStatus Status, double? Batch, Interval? Interval);

/// <summary>Whether two estimates say the same.</summary>
public enum Accord
{
    /// <summary>They lie within a factor of three.</summary>
    Agree,

    /// <summary>They do not, but their intervals allow it.</summary>
    Unclear,

    /// <summary>They do not, nor do their intervals allow it.</summary>
    Disagree,

    /// <summary>One of them is not identified.</summary>
    Unknown,
}

/// <summary>Two estimates of the critical batch held against each other.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
/// <param name="Ratio">First over second; null where one is not identified.</param>
/// <param name="Interval">Of the ratio, as of independent estimates; null where one is not identified.</param>
/// <param name="Accord">What follows.</param>
/// <param name="Sentence">The same in words.</param>
public sealed record EstimatePair(CriticalBatchSource First, CriticalBatchSource Second, double? Ratio, Interval? Interval, Accord Accord, string Sentence);

/// <summary>The estimates of the critical batch side by side. They measure related and not equal things: a factor of three is agreement.</summary>
public sealed record CriticalBatchAgreement
{
    /// <summary>Two estimates within this factor agree.</summary>
    public const double Factor = 3;

    /// <summary>As they were given; the number of one that is not identified is left out.</summary>
    public required IReadOnlyList<CriticalBatchEstimate> Estimates { get; init; }

    /// <summary>Each with each.</summary>
    public required IReadOnlyList<EstimatePair> Pairs { get; init; }

    /// <summary>agree: every pair does that can be compared; disagree: one does not; unclear: one may not; unknown: no two can be compared.</summary>
    public required Accord Accord { get; init; }

    /// <summary>What they say together.</summary>
    public required string Sentence { get; init; }

    /// <summary>What is not as it should be, a sentence each; empty where all estimates are identified and agree.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Compares the estimates pair by pair.</summary>
    public static CriticalBatchAgreement Of(params IReadOnlyList<CriticalBatchEstimate> estimates) => throw new NotImplementedException();
}
