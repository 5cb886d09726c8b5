using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace Sextant.Scaling.BatchSize;

/// <summary>
/// Steps and examples to one target loss by batch size: S = S_min (1 + B_crit / B), so that E = B S = E_min (1 + B / B_crit) and
/// (S / S_min - 1) (E / E_min - 1) = 1 (McCandlish 2018, equation 2.11 and appendix D).
/// </summary>
public sealed record TargetTradeOff
{
    /// <summary>The loss aimed at, nats.</summary>
    public required double Target { get; init; }

    public required FitStatus Status { get; init; }

    /// <summary>S_min, the steps that remain however large the batch; null where they cannot be told.</summary>
    public double? MinSteps { get; init; }

    /// <summary>E_min, the examples that remain however small the batch; null where they cannot be told.</summary>
    public double? MinExamples { get; init; }

    /// <summary>B_crit = E_min / S_min, where steps and examples are both twice their least; null where it cannot be told.</summary>
    public double? CriticalBatch { get; init; }

    /// <summary>The standard deviation of ln steps about the fit, from training to training; null where there is no fit.</summary>
    public double? Spread { get; init; }

    /// <summary>Trainings that took part, censored ones among them.</summary>
    public int Used { get; init; }

    /// <summary>Trainings among them that ended above the target.</summary>
    public int Censored { get; init; }

    /// <summary>How the form is tested against what was measured; null where nothing can test it.</summary>
    public FormTest? LackOfFit { get; init; }

    /// <summary>By rising batch; empty where there is no fit.</summary>
    public IReadOnlyList<BatchRegime> Regimes { get; init; } = [];

    /// <summary>A, C and B; empty where there is no critical batch.</summary>
    public IReadOnlyList<TradeOffPoint> Points { get; init; } = [];

    /// <summary>Of "minSteps", "minExamples" and "criticalBatch".</summary>
    public IReadOnlyDictionary<string, Interval> Intervals { get; init; } = new Dictionary<string, Interval>();

    /// <summary>A sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The fitted steps at a batch size; null where there are none.</summary>
    public double? StepsAt(double batch) => MinSteps is null && MinExamples is null ? null : (MinSteps ?? 0) + ((MinExamples ?? 0) / batch);
}

/// <summary>A test of a form against measurements.</summary>
/// <param name="By">repeats: what the batches' means miss the form by, against how trainings of one batch differ (F); runs: whether residuals of one sign follow each other along the batches (Wald and Wolfowitz 1940).</param>
/// <param name="P">How often chance alone does as much.</param>
public sealed record FormTest(string By, double P);

/// <summary>How the critical batch moves with the loss aimed at: B_crit ~ loss^exponent. Kaplan 2020 has -1/0.21 = -4.8 for language.</summary>
/// <param name="Exponent">Negative where lower losses have larger critical batches.</param>
/// <param name="Interval">As if the targets were independent. They are read off the same trainings, whose errors they share: it is too wide rather than too narrow.</param>
/// <param name="Targets">How many took part.</param>
public sealed record CriticalBatchTrend(double Exponent, Interval Interval, int Targets)
{
    /// <summary>At other levels the interval is as of a normal distribution.</summary>
    [JsonIgnore]
    internal Estimated Estimate => new(Exponent, level =>
    {
        double share = Normal.InvCDF(0, 1, (1 + level) / 2) / Normal.InvCDF(0, 1, (1 + Interval.Level) / 2);
        return new Interval(Exponent - (share * (Exponent - Interval.Low)), Exponent + (share * (Interval.High - Exponent)), level);
    });
}
