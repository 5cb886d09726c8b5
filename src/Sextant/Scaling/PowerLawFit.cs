namespace Sextant.Scaling;

/// <summary>A straight line of log10 y on log10 x through anyone's points, by weighted least squares.</summary>
public sealed record PowerLawFit : Fit
{
    /// <summary>The exponent; null where there is no line.</summary>
    public double? Slope { get; init; }

    /// <summary>log10 y at x = 1; null where there is no line.</summary>
    public double? Intercept { get; init; }

    /// <summary>Root mean square residual of log10 y at average weight, degrees of freedom taken off; null for two points.</summary>
    public double? ResidualDeviation { get; init; }

    /// <summary>The line at the x asked for.</summary>
    public IReadOnlyList<PowerLawValue> At { get; init; } = [];

    /// <summary>How sure the line is at other places and levels; null where there is no line.</summary>
    public LineSpread? Spread { get; init; }

    /// <summary>The line through the points; what cannot take part is left out with its reason.</summary>
    public static PowerLawFit Of(IReadOnlyList<PowerLawPoint> points, PowerLawOptions? options = null)
    {
        options ??= new PowerLawOptions();
        var used = points.Where(point => Reason(point) is null).ToList();
        var excluded = points.Where(point => Reason(point) is not null).Select(point => new ExcludedRow(point.Row, Reason(point)!)).ToList();
        // Relative weights: their size cancels, and a largest of 1 keeps sums finite.
        double heaviest = used.Select(point => point.Weight).DefaultIfEmpty(1).Max();
        var line = WeightedLine.Of(
            [.. used.Select(point => Math.Log10(point.X))], [.. used.Select(point => Math.Log10(point.Y))], [.. used.Select(point => point.Weight / heaviest)]);
        if (line is null)
        {
            string why = used.Count < 2 ? $"A line needs at least two points; {used.Count} of {points.Count} rows can be used." : "All points have the same x, so there is no line.";
            return new PowerLawFit { Status = FitStatus.TooFewPoints, Warnings = [why], Excluded = excluded };
        }

        bool isIdentified = line.Spread.Slope(Identifiability.Level).Width <= Identifiability.WidestExponent;
        List<string> warnings = used.Count == 2 ? ["Two points fit any line exactly: nothing says how sure it is."]
            : isIdentified ? []
            : [$"The exponent's {Identifiability.Percent} interval is wider than {Identifiability.WidestExponent}: these points do not determine it."];
        var intervals = new Dictionary<string, Interval> { ["slope"] = line.Spread.Slope(options.Level), ["intercept"] = line.Spread.Intercept(options.Level) };
        foreach (var (i, x) in options.At.Where(x => double.IsFinite(x) && x > 0).Index())
        {
            intervals[$"at[{i}].y"] = line.Spread.At(x, options.Level);
        }

        return new PowerLawFit
        {
            Status = isIdentified ? FitStatus.Converged : FitStatus.NotIdentified,
            Warnings = warnings,
            Excluded = excluded,
            Slope = line.Line.Slope,
            Intercept = line.Line.Intercept,
            ResidualDeviation = line.ResidualDeviation,
            At = [.. options.At.Where(x => double.IsFinite(x) && x > 0).Select(x => new PowerLawValue(x, line.Line.At(x)))],
            Spread = line.Spread,
            Intervals = intervals,
        };
    }

    private static string? Reason(PowerLawPoint point) => point switch
    {
        _ when !double.IsFinite(point.X) => "x is missing or not a number",
        _ when !double.IsFinite(point.Y) => "y is missing or not a number",
        { X: <= 0 } => "x is not above 0, so it has no logarithm",
        { Y: <= 0 } => "y is not above 0, so it has no logarithm",
        _ when !double.IsFinite(point.Weight) => "its weight is missing or not a number",
        { Weight: <= 0 } => "its weight is not above 0",
        _ => null,
    };
}

/// <summary>A point of a power law.</summary>
/// <param name="Row">Where it stood in what was read, from 1.</param>
/// <param name="X">Above 0; NaN where it is missing.</param>
/// <param name="Y">Above 0; NaN where it is missing.</param>
/// <param name="Weight">Of its squared residual in log10 y, a relative inverse variance.</param>
public sealed record PowerLawPoint(int Row, double X, double Y, double Weight = 1);

/// <summary>The line's value at an x.</summary>
public sealed record PowerLawValue(double X, double Y);

/// <summary>How a power law is fitted.</summary>
public sealed record PowerLawOptions
{
    /// <summary>Of the intervals.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>x to evaluate the line at.</summary>
    public IReadOnlyList<double> At { get; init; } = [];
}
