using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Experiments.Measurements;

/// <summary>Losses over learning rates and batch sizes that someone measured, with what was left out of the file and why.</summary>
public sealed record RateFile
{
    /// <summary>How people write that a training diverged.</summary>
    private static readonly HashSet<string> Diverged = new(StringComparer.OrdinalIgnoreCase) { "", "diverged", "nan", "inf", "+inf", "infinity", "+infinity", "none", "null", "failed" };

    public required IReadOnlyList<RateMeasurement> Measurements { get; init; }

    public required IReadOnlyList<ExcludedRow> Excluded { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>Reads the columns batch, rate, validation_loss or loss and, where it is there, run and seed, a row a training. One whose loss is empty, infinite, no number (nan) or a word such as "diverged" has diverged.</summary>
    /// <exception cref="UserError">The file, its columns or the options are not usable.</exception>
    public static RateFile Read(string path, MeasurementOptions options)
    {
        string batch = "", rate = "", loss = "";
        string? run = null, seed = null;
        var (measurements, rows) = MeasurementRows.Read(
            path,
            options,
            file =>
            {
                batch = MeasurementColumns.Required(file, options, MeasurementColumns.Batch);
                rate = MeasurementColumns.Required(file, options, MeasurementColumns.Rate);
                loss = MeasurementColumns.Required(file, options, MeasurementColumns.Loss);
                run = MeasurementColumns.Seeded(file, options);
                seed = MeasurementColumns.Find(file, options, MeasurementColumns.Seed);
                return [batch, rate, loss, .. new[] { run, seed }.OfType<string>().Distinct()];
            },
            cells => new RateMeasurement
            {
                Row = cells.Row,
                Batch = cells.Positive(batch),
                Rate = cells.Positive(rate),
                Loss = Diverged.Contains(cells[loss]) ? null : cells.Positive(loss),
                Run = run is null || cells[run].Length == 0 ? null : cells[run],
                Seed = seed is null || cells[seed].Length == 0 ? null : cells[seed],
            },
            measurement => measurement.Loss ?? double.PositiveInfinity);
        return new RateFile { Measurements = measurements, Excluded = rows.Excluded, Provenance = rows.Provenance(measurements.Count) };
    }
}
