namespace Sextant.Scaling.BatchSize;

/// <summary>How steps are fitted against batch size.</summary>
public sealed record StepsOptions
{
    /// <summary>Of the intervals.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>The critical batch is not identified where the high end of its 95 % interval is more than so many times the low one.</summary>
    public double WidestRatio { get; init; } = 10;

    /// <exception cref="ArgumentException">An option has a problem.</exception>
    internal void Require()
    {
        if (!(Level is > 0 and < 1) || !(WidestRatio > 1))
        {
            throw new ArgumentException("The level lies between 0 and 1, the widest ratio above 1.");
        }
    }
}
