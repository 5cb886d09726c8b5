using System.Text.Json.Serialization;

namespace Sextant.Scaling.BatchSize;

/// <summary>
/// The best learning rate against batch size: eps(B) = eps_max / (1 + B_noise / B)^alpha. Plain stochastic gradient descent has alpha = 1 (McCandlish 2018, equation 2.6); for Adam it lies between
/// 1/2 and 1. Best rates weigh by their own errors and what they scatter about the law beyond these; a best rate at an end of what was tried is known to lie beyond, and no number.
/// </summary>
public sealed record LearningRateFit : Fit
{
    /// <summary>The law that <see cref="MaxRate"/> and <see cref="NoiseBatch"/> belong to: sgd or free.</summary>
    public required RateForm Form { get; init; }

    /// <summary>eps_max, what the best rate grows to; null where it cannot be told.</summary>
    public double? MaxRate { get; init; }

    /// <summary>B_noise, where the factor on it is a half; null where it cannot be told.</summary>
    public double? NoiseBatch { get; init; }

    /// <summary>alpha where it is free, whichever law the other values belong to; null where it cannot be told.</summary>
    public double? Exponent { get; init; }

    /// <summary>The exponent of best rate ~ batch^slope over the batches measured, without any saturation; null where there are fewer than two.</summary>
    public double? Slope { get; init; }

    /// <summary>The best rate at each batch, by rising batch.</summary>
    public IReadOnlyList<BestRate> Best { get; init; } = [];

    /// <summary>With alpha = 1.</summary>
    public RateLaw? Sgd { get; init; }

    /// <summary>With alpha free.</summary>
    public RateLaw? Free { get; init; }

    /// <summary>By how much the best rate grows where batches double, by the law with a free exponent; null where it cannot be told.</summary>
    public RateGrowth? Growth { get; init; }

    /// <summary>Batches whose best rate is lower than that of a smaller batch by more than their errors; the laws here cannot fall.</summary>
    public IReadOnlyList<double> FallsAt { get; init; } = [];

    /// <summary>What the fit says of the critical batch, to be held against other estimates.</summary>
    [JsonIgnore]
    public CriticalBatchEstimate Estimate => new(CriticalBatchSource.BestRate, Status, NoiseBatch, Intervals.GetValueOrDefault("noiseBatch"));

    /// <summary>Finds the best rate at each batch and fits both laws. What the measurements cannot tell is told by the status and the warnings, never by an exception.</summary>
    /// <exception cref="ArgumentException">An option has a problem.</exception>
    public static LearningRateFit To(IReadOnlyList<RateMeasurement> measurements, RateCurveOptions? options = null) => RateCurveFitting.Of(measurements, options ?? new RateCurveOptions());
}

/// <summary>Which side of a rate the best one lies on.</summary>
public enum RateBound
{
    /// <summary>It is the best one, within its interval.</summary>
    None,

    /// <summary>The best one is this or higher.</summary>
    AtLeast,

    /// <summary>The best one is this or lower.</summary>
    AtMost,
}

/// <summary>The best learning rate at a batch size.</summary>
public sealed record BestRate
{
    /// <summary>Examples (or tokens) an update.</summary>
    public required double Batch { get; init; }

    /// <summary>converged; boundHit: an end of what was tried is the best; notIdentified: the losses differ no more than trainings do; tooFewPoints: fewer than three rates with a loss; failed: every rate diverged.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>The bottom of the parabola of log loss in log rate near the best; a bound of it where an end of what was tried is the best; the best one tried where there is no parabola; null where every rate diverged.</summary>
    public double? Rate { get; init; }

    /// <summary>Whether <see cref="Rate"/> bounds the best one instead of being it: it is then the middle of the last two rates tried, beyond which a parabola through them turns.</summary>
    public RateBound Bound { get; init; }

    /// <summary>Its interval (Fieller 1954); null where nothing tells it.</summary>
    public Interval? RateInterval { get; init; }

    /// <summary>The standard error of ln rate; null where nothing tells it.</summary>
    public double? LogError { get; init; }

    /// <summary>The loss expected there, nats.</summary>
    public double? Loss { get; init; }

    /// <summary>The share by which half or twice the rate raises the loss; null where there is no parabola.</summary>
    public double? CostOfTwofold { get; init; }

    /// <summary>Rates tried.</summary>
    public required int Rates { get; init; }

    /// <summary>Trainings, diverged ones among them.</summary>
    public required int Trainings { get; init; }

    /// <summary>Trainings that diverged.</summary>
    public required int Diverged { get; init; }

    /// <summary>Whether the laws go by it.</summary>
    public required bool IsUsed { get; init; }

    /// <summary>What one must know of it; null where there is nothing.</summary>
    public string? Remark { get; init; }
}

/// <summary>One of the laws.</summary>
public sealed record RateLaw
{
    public required FitStatus Status { get; init; }

    /// <summary>eps_max; null where it cannot be told.</summary>
    public double? MaxRate { get; init; }

    /// <summary>B_noise; null where it cannot be told.</summary>
    public double? NoiseBatch { get; init; }

    /// <summary>alpha; null where it is free and cannot be told.</summary>
    public double? Exponent { get; init; }

    /// <summary>What best rates scatter about the law beyond their own errors: a standard deviation of ln rate.</summary>
    public double ExcessSpread { get; init; }

    /// <summary>Of "maxRate", "noiseBatch" and, where it is free, "exponent".</summary>
    public IReadOnlyDictionary<string, Interval> Intervals { get; init; } = new Dictionary<string, Interval>();

    /// <summary>The best rate at a batch size; null where there is no law.</summary>
    public double? RateAt(double batch) => (MaxRate, NoiseBatch, Exponent) is (double most, double noise, double exponent) ? most / Math.Pow(1 + (noise / batch), exponent) : null;
}

/// <summary>By how much the best rate grows when a batch doubles: 1 is not at all, 2 in proportion.</summary>
public sealed record RateGrowth
{
    /// <summary>The smallest batch that was measured.</summary>
    public required double SmallBatch { get; init; }

    /// <summary>Best rate at twice the smallest batch over that at the smallest.</summary>
    public required double AtSmall { get; init; }

    public required Interval AtSmallInterval { get; init; }

    /// <summary>The largest batch that was measured.</summary>
    public required double LargeBatch { get; init; }

    /// <summary>Best rate at twice the largest batch over that at the largest.</summary>
    public required double AtLarge { get; init; }

    public required Interval AtLargeInterval { get; init; }

    /// <summary>Growth at the smallest over growth at the largest.</summary>
    public required double Ratio { get; init; }

    public required Interval RatioInterval { get; init; }

    /// <summary>Whether the best rate grows more while the batch is small: the 95 % interval of the ratio lies above 1.</summary>
    public required bool IsSignificant { get; init; }
}
