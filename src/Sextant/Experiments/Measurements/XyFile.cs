using Sextant.Scaling;

namespace Sextant.Experiments.Measurements;

/// <summary>Pairs of numbers that someone measured, such as optima: two columns of a file.</summary>
public sealed record XyFile
{
    public required IReadOnlyList<PowerLawPoint> Points { get; init; }

    public required IReadOnlyList<ExcludedRow> Excluded { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>Reads a point a row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="x">The column of x: its name, or a measurement's such as flops.</param>
    /// <param name="y">The column of y.</param>
    /// <param name="options">Which rows.</param>
    /// <exception cref="UserError">The file, its columns or the options are not usable.</exception>
    public static XyFile Read(string path, string x, string y, MeasurementOptions options)
    {
        if (options.Exclude.Any(rule => rule.Contains("-loss:", StringComparison.Ordinal)))
        {
            throw new UserError("--exclude: a line has no losses to leave the highest or lowest of out; name rows or a condition.");
        }

        var (points, reading) = MeasurementRows.Read(
            path,
            options,
            file => [MeasurementColumns.Named(file, x, $"--x {x}"), MeasurementColumns.Named(file, y, $"--y {y}")],
            cells => new PowerLawPoint(cells.Row, cells.Positive(x), cells.Positive(y), cells.Weight()),
            point => point.Y);
        var provenance = reading.Provenance(points.Count);
        return new XyFile
        {
            Points = points,
            Excluded = reading.Excluded,
            Provenance = provenance with { Options = new SortedDictionary<string, string>(provenance.Options.ToDictionary()) { ["x"] = x, ["y"] = y } },
        };
    }
}
