using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Experiments.Measurements;

/// <summary>Steps to target losses that someone measured, with what was left out of the file and why.</summary>
public sealed record StepsFile
{
    public required IReadOnlyList<StepsMeasurement> Measurements { get; init; }

    public required IReadOnlyList<ExcludedRow> Excluded { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>
    /// Reads the columns batch, target, steps (or examples, which are steps times batch) and, where they are there, reached or censored and run and seed, a row a training and target. Where a target was not reached, steps are those
    /// that were made.
    /// </summary>
    /// <exception cref="UserError">The file, its columns or the options are not usable.</exception>
    public static StepsFile Read(string path, MeasurementOptions options)
    {
        if (options.Exclude.Any(rule => rule.Contains("-loss:", StringComparison.Ordinal)))
        {
            throw new UserError("--exclude: steps to a target have no losses to leave the highest or lowest of out; name rows or a condition.");
        }

        string batch = "", target = "";
        string? steps = null, examples = null, reached = null, censored = null, run = null, seed = null, rate = null;
        var rates = new Dictionary<int, string>();
        var (measurements, rows) = MeasurementRows.Read(
            path,
            options,
            file =>
            {
                batch = MeasurementColumns.Required(file, options, MeasurementColumns.Batch);
                target = MeasurementColumns.Required(file, options, MeasurementColumns.Target);
                examples = MeasurementColumns.Find(file, options, MeasurementColumns.Examples);
                steps = examples is null ? MeasurementColumns.Required(file, options, MeasurementColumns.Steps) : MeasurementColumns.Find(file, options, MeasurementColumns.Steps);
                reached = MeasurementColumns.Find(file, options, MeasurementColumns.Reached);
                censored = MeasurementColumns.Find(file, options, MeasurementColumns.Censored);
                run = MeasurementColumns.Seeded(file, options);
                seed = MeasurementColumns.Find(file, options, MeasurementColumns.Seed);
                rate = MeasurementColumns.Find(file, options, MeasurementColumns.Rate);
                return [batch, target, .. new[] { steps, examples, reached, censored, run, seed, rate }.OfType<string>().Distinct()];
            },
            cells =>
            {
                double size = cells.Positive(batch);
                rates[cells.Row] = rate is null ? "" : cells[rate];
                return new StepsMeasurement
                {
                    Row = cells.Row,
                    Batch = size,
                    Target = cells.Positive(target),
                    Steps = cells.Optional(steps) ?? (cells.Optional(examples) / size) ?? throw new UnusableRow($"{steps ?? examples} is empty"),
                    IsCensored = (reached is not null && cells.YesOrNo(reached) == false) || (censored is not null && cells.YesOrNo(censored) == true),
                    Run = run is null || cells[run].Length == 0 ? null : cells[run],
                    Seed = seed is null || cells[seed].Length == 0 ? null : cells[seed],
                };
            },
            measurement => measurement.Target);
        if (rate is not null && measurements.GroupBy(measurement => (measurement.Batch, measurement.Target)).FirstOrDefault(cell => cell.Select(measurement => rates[measurement.Row]).Distinct().Count() > 1) is { Key: var (ofBatch, ofTarget) })
        {
            throw new UserError($"{path} has several learning rates ({rate}) at batch {ofBatch} to {ofTarget}; steps are those of the best rate, so keep each batch's rows of that one (of a study: steps.csv, not trials.csv).");
        }

        var provenance = rows.Provenance(measurements.Count);
        if (steps is null)
        {
            provenance = provenance with { Options = new SortedDictionary<string, string>(provenance.Options.ToDictionary()) { ["derived"] = "steps = examples / batch" } };
        }

        return new StepsFile { Measurements = measurements, Excluded = rows.Excluded, Provenance = provenance };
    }
}
