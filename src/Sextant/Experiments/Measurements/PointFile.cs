using Sextant.Scaling;

namespace Sextant.Experiments.Measurements;

/// <summary>Points that someone measured, with what was left out of the file and why.</summary>
public sealed record PointFile
{
    public required IReadOnlyList<ScalingPoint> Points { get; init; }

    public required IReadOnlyList<ExcludedRow> Excluded { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>Reads one point a row. Of parameters N, tokens D and FLOPs C the file may lack one: it follows from C = 6 N D (Kaplan 2020, section 2.1).</summary>
    /// <exception cref="UserError">The file, its columns or the options are not usable.</exception>
    public static PointFile Read(string path, MeasurementOptions options)
    {
        string loss = "";
        string? n = null, d = null, c = null, run = null, unique = null;
        var (points, rows) = MeasurementRows.Read(
            path,
            options,
            file =>
            {
                loss = MeasurementColumns.Required(file, options, MeasurementColumns.Loss);
                n = MeasurementColumns.Find(file, options, MeasurementColumns.Parameters);
                d = MeasurementColumns.Find(file, options, MeasurementColumns.Tokens);
                c = MeasurementColumns.Find(file, options, MeasurementColumns.Flops);
                run = MeasurementColumns.Training(file, options);
                unique = MeasurementColumns.Find(file, options, MeasurementColumns.UniqueTokens);
                string?[] found = [n, d, c];
                if (found.Count(name => name is not null) < 2)
                {
                    string lacks = n is null ? MeasurementColumns.Parameters : d is null ? MeasurementColumns.Tokens : MeasurementColumns.Flops;
                    MeasurementColumns.Required(file, options, lacks); // says what is there and what to do
                }

                return [loss, .. new[] { n, d, c, run, unique }.OfType<string>()];
            },
            cells => Point(cells, loss, n, d, c, run, unique),
            point => point.Loss);
        var provenance = rows.Provenance(points.Count);
        string? derived = d is null ? "tokens = flops / (6 parameters)" : c is null ? "flops = 6 parameters tokens" : n is null ? "parameters = flops / (6 tokens)" : null;
        if (derived is not null)
        {
            provenance = provenance with { Options = new SortedDictionary<string, string>(provenance.Options.ToDictionary()) { ["derived"] = derived } };
        }

        return new PointFile { Points = points, Excluded = rows.Excluded, Provenance = provenance };
    }

    /// <summary>Reads one point a row for a law of one variable: the others may be missing, and are then not numbers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variable">What must be there beside the loss.</param>
    /// <param name="options">Which rows.</param>
    /// <exception cref="UserError">The file, its columns or the options are not usable.</exception>
    public static PointFile Read(string path, LawVariable variable, MeasurementOptions options)
    {
        string x = "", loss = "";
        string? run = null;
        var (points, rows) = MeasurementRows.Read(
            path,
            options,
            file =>
            {
                x = MeasurementColumns.Required(file, options, variable switch
                {
                    LawVariable.Parameters => MeasurementColumns.Parameters,
                    LawVariable.Tokens => MeasurementColumns.Tokens,
                    _ => MeasurementColumns.Flops,
                });
                loss = MeasurementColumns.Required(file, options, MeasurementColumns.Loss);
                run = MeasurementColumns.Training(file, options);
                return [x, loss, .. new[] { run }.OfType<string>()];
            },
            cells => new ScalingPoint
            {
                Row = cells.Row,
                Parameters = variable == LawVariable.Parameters ? cells.Positive(x) : double.NaN,
                Tokens = variable == LawVariable.Tokens ? cells.Positive(x) : double.NaN,
                Flops = variable == LawVariable.Flops ? cells.Positive(x) : double.NaN,
                Loss = cells.Positive(loss),
                Weight = cells.Weight(),
                Run = run is null || cells[run].Length == 0 ? null : cells[run],
            },
            point => point.Loss);
        return new PointFile { Points = points, Excluded = rows.Excluded, Provenance = rows.Provenance(points.Count) };
    }

    private static ScalingPoint Point(Cells cells, string loss, string? n, string? d, string? c, string? run, string? unique)
    {
        const double FlopsPerParameterAndToken = 6;
        double? parameters = cells.Optional(n), tokens = cells.Optional(d), flops = cells.Optional(c);
        parameters ??= flops / (FlopsPerParameterAndToken * tokens);
        tokens ??= flops / (FlopsPerParameterAndToken * parameters);
        flops ??= FlopsPerParameterAndToken * parameters * tokens;
        return new ScalingPoint
        {
            Row = cells.Row,
            Parameters = parameters ?? throw new UnusableRow("parameters are not given and do not follow from tokens and FLOPs"),
            Tokens = tokens ?? throw new UnusableRow("tokens are not given and do not follow from parameters and FLOPs"),
            Flops = flops ?? throw new UnusableRow("FLOPs are not given and do not follow from parameters and tokens"),
            Loss = cells.Positive(loss),
            Weight = cells.Weight(),
            Run = run is null || cells[run].Length == 0 ? null : cells[run],
            UniqueTokens = cells.Optional(unique),
        };
    }
}
