namespace Sextant.Scaling;

/// <summary>A value that follows from a law, with its interval at any level.</summary>
/// <param name="Value">By the law itself.</param>
/// <param name="Within">The interval at a level; null where nothing tells it.</param>
internal sealed record Estimated(double Value, Func<double, Interval?> Within)
{
    /// <summary>The level of what is said, and that of the narrower interval beside it.</summary>
    public const double Level = 0.95, Inner = 0.8;

    /// <summary>Whether it is a number above 0 that can be read.</summary>
    public bool IsUsable => double.IsFinite(Value) && Value > 0;

    /// <summary>Times a positive number.</summary>
    public Estimated Times(double factor) => Through(value => value * factor, isRising: true);

    /// <summary>What rises, or falls, with this value.</summary>
    public Estimated Through(Func<double, double> monotone, bool isRising) => new(monotone(Value), level =>
    {
        if (Within(level) is not { } interval)
        {
            return null;
        }

        var (low, high) = (Moved(interval.Low, monotone), Moved(interval.High, monotone));
        return isRising ? new Interval(low, high, level) : new Interval(high, low, level);
    });

    /// <summary>Divided by another positive value, as if the two were independent and the worse ends of both came together: wide rather than narrow.</summary>
    public Estimated Over(Estimated other) => new(Value / other.Value, level => Within(level) is { } above && other.Within(level) is { } below ? new Interval(above.Low / below.High, above.High / below.Low, level) : null);

    private static double? Moved(double? end, Func<double, double> monotone) => end is double value && double.IsFinite(monotone(value)) ? monotone(value) : null;
}

/// <summary>Collects the intervals of named values at both levels.</summary>
internal sealed class IntervalBook
{
    private readonly Dictionary<string, Interval> outer = [], inner = [];

    public IReadOnlyDictionary<string, Interval> Outer => outer;

    public IReadOnlyDictionary<string, Interval> Inner => inner;

    /// <summary>The value, null where it is no number; its intervals go into the book.</summary>
    public double? Enter(string name, Estimated? estimate)
    {
        if (estimate is null || !double.IsFinite(estimate.Value))
        {
            return null;
        }

        if (estimate.Within(Estimated.Level) is { } wide && estimate.Within(Estimated.Inner) is { } narrow)
        {
            outer[name] = wide;
            inner[name] = narrow;
        }

        return estimate.Value;
    }
}
