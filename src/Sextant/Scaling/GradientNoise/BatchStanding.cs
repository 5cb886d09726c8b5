namespace Sextant.Scaling.GradientNoise;

/// <summary>Where a batch stands beside the noise scale, and what follows.</summary>
public sealed record BatchStanding
{
    /// <summary>"Near" is within this factor of the noise scale: there both steps and examples are within four times the fewest that any batch needs.</summary>
    public const double NearFactor = 3;

    /// <summary>B, examples a step takes.</summary>
    public required double Examples { get; init; }

    /// <summary>The same in tokens; null where examples have none.</summary>
    public double? Tokens { get; init; }

    public required BatchRegime Regime { get; init; }

    /// <summary>B over the noise scale; null where there is no number.</summary>
    public double? Share { get; init; }

    /// <summary>The interval of <see cref="Share"/>, whose ends are null where nothing bounds it.</summary>
    public required Interval ShareInterval { get; init; }

    /// <summary>
    /// How many times the steps twice the batch would need, by S = S_min (1 + B_noise / B) (McCandlish 2018, section 2.3), each batch at its own best learning rate; null where there
    /// is no number.
    /// </summary>
    public double? StepsOfTwice { get; init; }

    /// <summary>How many times the examples twice the batch would need; null where there is no number.</summary>
    public double? ExamplesOfTwice { get; init; }

    /// <summary>What it means, a sentence each.</summary>
    public required IReadOnlyList<string> Meaning { get; init; }

    /// <summary>Of a batch held against the scale of a window.</summary>
    internal static BatchStanding Of(double examples, double? exampleTokens, NoiseWindow window, double level)
    {
        var scale = window.NoiseScaleInterval ?? new Interval(null, null, level);
        var share = new Interval(examples / scale.High, examples / scale.Low, level);
        double? at = examples / window.NoiseScale;
        var standing = new BatchStanding
        {
            Examples = examples,
            Tokens = examples * exampleTokens,
            Regime = Of(share),
            Share = at,
            ShareInterval = share,
            StepsOfTwice = at is double ratio ? ((2 * ratio) + 1) / (2 * (ratio + 1)) : null,
            ExamplesOfTwice = at is double again ? ((2 * again) + 1) / (again + 1) : null,
            Meaning = [],
        };
        return standing with { Meaning = [.. BatchWords.Of(standing)] };
    }

    /// <summary>The regime that the whole interval lies in.</summary>
    private static BatchRegime Of(Interval share) => share switch
    {
        { High: <= 1 / NearFactor } => BatchRegime.NoiseDominated,
        { Low: >= NearFactor } => BatchRegime.CurvatureDominated,
        { Low: > 1 / NearFactor, High: < NearFactor } => BatchRegime.Near,
        _ => BatchRegime.Undecided,
    };
}

/// <summary>What limits the steps of a batch.</summary>
public enum BatchRegime
{
    /// <summary>Far below the noise scale: twice the batch nearly halves the steps.</summary>
    NoiseDominated,

    /// <summary>Within <see cref="BatchStanding.NearFactor"/> of it.</summary>
    Near,

    /// <summary>Far above it: a larger batch buys next to nothing.</summary>
    CurvatureDominated,

    /// <summary>The interval of the noise scale reaches over a border, or there is none.</summary>
    Undecided,
}
