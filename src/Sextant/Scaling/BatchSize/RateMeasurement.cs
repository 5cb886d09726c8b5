namespace Sextant.Scaling.BatchSize;

/// <summary>The loss that a training at a batch size and a learning rate came to.</summary>
public sealed record RateMeasurement
{
    /// <summary>Where it stood in what was read, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>Examples (or tokens) an update.</summary>
    public required double Batch { get; init; }

    /// <summary>The (peak) learning rate.</summary>
    public required double Rate { get; init; }

    /// <summary>Nats; null where it diverged.</summary>
    public required double? Loss { get; init; }

    /// <summary>The training, or its seed; null where nobody says.</summary>
    public string? Run { get; init; }

    /// <summary>The seed: trainings of one seed are compared with each other where two or more were trained throughout; null where nobody says.</summary>
    public string? Seed { get; init; }
}

/// <summary>Which law the best rates are taken to follow.</summary>
public enum RateForm
{
    /// <summary>That of exponent 1, unless the rates contradict it (95 %): then that of a free exponent.</summary>
    Measured,

    /// <summary>Exponent 1: plain stochastic gradient descent (McCandlish 2018, equation 2.6).</summary>
    Sgd,

    /// <summary>A free exponent, as adaptive optimisers have it.</summary>
    Free,
}

/// <summary>How learning rates are fitted against batch size.</summary>
public sealed record RateCurveOptions
{
    /// <summary>Of the intervals.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Which law the values at the top are of; both are fitted.</summary>
    public RateForm Form { get; init; } = RateForm.Measured;

    /// <summary>The least exponent that is searched.</summary>
    public double LowestExponent { get; init; } = 0.1;

    /// <summary>The largest exponent that is searched.</summary>
    public double HighestExponent { get; init; } = 2;

    /// <summary>The noise batch is not identified where the high end of its 95 % interval is more than so many times the low one.</summary>
    public double WidestRatio { get; init; } = 10;

    /// <exception cref="ArgumentException">An option has a problem.</exception>
    internal void Require()
    {
        if (!(Level is > 0 and < 1) || !(WidestRatio > 1) || !(LowestExponent > 0) || !(HighestExponent > LowestExponent) || !double.IsFinite(HighestExponent))
        {
            throw new ArgumentException("The level lies between 0 and 1, the widest ratio above 1, and exponents are above 0, the highest above the lowest.");
        }
    }
}
