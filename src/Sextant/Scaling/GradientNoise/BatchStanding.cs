using Sextant.Scaling.BatchSize;

namespace Sextant.Scaling.GradientNoise;

/// <summary>Where a batch stands beside the noise scale, and what follows.</summary>
public sealed record BatchStanding
{
    /// <summary>B, examples a step takes.</summary>
    public required double Examples { get; init; }

    /// <summary>The same in tokens; null where examples have none.</summary>
    public double? Tokens { get; init; }

    /// <summary>By the noise scale in place of the critical batch.</summary>
    public required Regime Regime { get; init; }

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
            Regime = RegimeWords.RegimeOf(share),
            Share = at,
            ShareInterval = share,
            StepsOfTwice = at is double ratio ? ((2 * ratio) + 1) / (2 * (ratio + 1)) : null,
            ExamplesOfTwice = at is double again ? ((2 * again) + 1) / (again + 1) : null,
            Meaning = [],
        };
        return standing with { Meaning = [.. BatchWords.Of(standing)] };
    }
}
