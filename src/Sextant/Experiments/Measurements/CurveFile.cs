using Sextant.Scaling;

namespace Sextant.Experiments.Measurements;

/// <summary>Losses along trainings that someone measured, a row an evaluation, with what was left out of the file and why.</summary>
public sealed record CurveFile
{
    /// <summary>A curve for each value of the column run; where there is none, for each number of parameters.</summary>
    public required IReadOnlyList<LossCurve> Curves { get; init; }

    public required IReadOnlyList<ExcludedRow> Excluded { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>Reads the columns run, parameters, flops, tokens, validation_loss or loss, layers and hidden, of which run, tokens, layers and hidden may be missing.</summary>
    /// <exception cref="UserError">The file, its columns or the options are not usable.</exception>
    public static CurveFile Read(string path, MeasurementOptions options)
    {
        string parameters = "", flops = "", loss = "";
        string? run = null, tokens = null, layers = null, hidden = null;
        var (rows, reading) = MeasurementRows.Read(
            path,
            options,
            file =>
            {
                parameters = MeasurementColumns.Required(file, options, MeasurementColumns.Parameters);
                flops = MeasurementColumns.Required(file, options, MeasurementColumns.Flops);
                loss = MeasurementColumns.Required(file, options, MeasurementColumns.Loss);
                run = MeasurementColumns.Find(file, options, MeasurementColumns.Run);
                tokens = MeasurementColumns.Find(file, options, MeasurementColumns.Tokens);
                layers = MeasurementColumns.Find(file, options, MeasurementColumns.Layers);
                hidden = MeasurementColumns.Find(file, options, MeasurementColumns.Hidden);
                return [parameters, flops, loss, .. new[] { run, tokens, layers, hidden }.OfType<string>()];
            },
            cells => new Evaluated(
                run is null ? cells[parameters] : cells[run].Length > 0 ? cells[run] : throw new UnusableRow($"{run} is empty"),
                cells.Positive(parameters),
                cells.Optional(layers),
                cells.Optional(hidden),
                new CurvePoint(cells.Row, cells.Positive(flops), cells.Optional(tokens) ?? double.NaN, cells.Positive(loss))),
            row => row.Point.Loss);
        var excluded = reading.Excluded.ToList();
        LossCurve[] curves = [.. rows.GroupBy(row => row.Run).Select(curve => Curve(curve, excluded))];
        return new CurveFile
        {
            Curves = curves,
            Excluded = [.. excluded.OrderBy(row => row.Row)],
            Provenance = reading.Provenance(curves.Length),
        };
    }

    /// <summary>One training has one size: rows that name another are left out.</summary>
    private static LossCurve Curve(IGrouping<string, Evaluated> rows, List<ExcludedRow> excluded)
    {
        var first = rows.First();
        excluded.AddRange(rows.Where(row => row.Parameters != first.Parameters)
            .Select(row => new ExcludedRow(row.Point.Row, $"the run {row.Run} has {first.Parameters} parameters in row {first.Point.Row} and {row.Parameters} here")));
        return new LossCurve
        {
            Name = rows.Key,
            Parameters = first.Parameters,
            Layers = first.Layers,
            Hidden = first.Hidden,
            Points = [.. rows.Where(row => row.Parameters == first.Parameters).Select(row => row.Point)],
        };
    }

    private sealed record Evaluated(string Run, double Parameters, double? Layers, double? Hidden, CurvePoint Point);
}
