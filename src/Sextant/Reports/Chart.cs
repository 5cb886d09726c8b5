namespace Sextant.Reports;

/// <summary>A chart of y against x.</summary>
public sealed record Chart : Picture
{
    public required Axis X { get; init; }

    public required Axis Y { get; init; }

    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Lines across the whole chart, each with its text.</summary>
    public IReadOnlyList<ReferenceLine> References { get; init; } = [];
}

/// <summary>One axis of a chart.</summary>
/// <param name="Label">What is measured.</param>
/// <param name="Unit">In what; null for a pure number.</param>
public sealed record Axis(string Label, string? Unit = null)
{
    public Scale Scale { get; init; } = Scale.Linear;

    /// <summary>Where ticks stand and what they say, for categories and for sizes that were chosen; null places them by the scale.</summary>
    public IReadOnlyList<Tick>? Ticks { get; init; }

    /// <summary>What stands beside the axis. A scale of chosen ticks or of powers of ten is not seen to be one of logarithms, so it is said.</summary>
    internal string Title
    {
        get
        {
            string[] notes = [.. Unit is null ? [] : new[] { Unit }, .. Scale == Scale.Logarithmic ? ["log scale"] : Array.Empty<string>()];
            return notes.Length == 0 ? Label : $"{Label} ({string.Join(", ", notes)})";
        }
    }
}

/// <summary>How values lie along an axis. On a logarithmic axis values that are not positive are left out.</summary>
public enum Scale
{
    Linear,
    Logarithmic,
}

/// <summary>A tick of an axis.</summary>
public readonly record struct Tick(double Value, string Label);

/// <summary>Points that belong together.</summary>
public sealed record Series
{
    public required string Name { get; init; }

    public required IReadOnlyList<ChartPoint> Points { get; init; }

    public Mark Mark { get; init; } = Mark.LineAndPoints;

    public Spread Spread { get; init; } = Spread.Bars;

    /// <summary>Which colour, marker and dash: series with one number look alike. Null takes the series' place in the chart.</summary>
    public int? Look { get; init; }

    /// <summary>Whether the legend names it; a second series of one look need not be named twice.</summary>
    public bool InLegend { get; init; } = true;
}

/// <summary>A point, with the lowest and highest value it stands for where there are several.</summary>
public readonly record struct ChartPoint(double X, double Y, double? Low = null, double? High = null)
{
    /// <summary>The same along x; null where it has none.</summary>
    public double? XLow { get; init; }

    /// <summary>The same along x; null where it has none.</summary>
    public double? XHigh { get; init; }
}

/// <summary>How points are drawn.</summary>
public enum Mark
{
    Line,
    Points,
    LineAndPoints,

    /// <summary>Small and pale: the single measurements behind a summary.</summary>
    PalePoints,
}

/// <summary>How <see cref="ChartPoint.Low"/> and <see cref="ChartPoint.High"/> are drawn.</summary>
public enum Spread
{
    Bars,
    Band,
}

/// <summary>A line across the whole chart. Choices are closed: see the nested records.</summary>
public abstract record ReferenceLine
{
    private ReferenceLine(double at, string text)
    {
        At = at;
        Text = text;
    }

    /// <summary>Where it crosses its axis, in that axis's values.</summary>
    public double At { get; }

    public string Text { get; }

    /// <summary>At one x, from bottom to top.</summary>
    public sealed record Vertical(double X, string Label) : ReferenceLine(X, Label);

    /// <summary>At one y, from left to right.</summary>
    public sealed record Horizontal(double Y, string Label) : ReferenceLine(Y, Label);
}
