using System.Globalization;
using Sextant.Scaling;

namespace Sextant.Experiments.Measurements;

/// <summary>
/// The rows of a file that count, with their numbers. A row that cannot be used is left out with its reason and never ends the reading; rows that
/// --where does not choose are not of the data and are only counted.
/// </summary>
internal sealed class MeasurementRows
{
    private readonly List<ExcludedRow> excluded = [];
    private readonly MeasurementOptions options;
    private readonly Formula? weight;

    private MeasurementRows(MeasurementFile file, MeasurementOptions options)
    {
        File = file;
        this.options = options;
        weight = options.Weight is null ? null
            : file.Columns.Contains(options.Weight) ? Formula.Parse($"[{options.Weight}]")
            : Formula.Parse(options.Weight);
    }

    public MeasurementFile File { get; }

    /// <summary>Rows left out so far, each with its reason.</summary>
    public IReadOnlyList<ExcludedRow> Excluded => excluded;

    /// <summary>Rows that --where chose.</summary>
    public int Chosen { get; private set; }

    /// <summary>Reads the rows as things of a kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which cells and rows.</param>
    /// <param name="columns">The columns that <paramref name="make"/> reads, found in the file.</param>
    /// <param name="make">Makes a thing of a row, or throws <see cref="UnusableRow"/>.</param>
    /// <param name="loss">The loss of a thing, for rules that speak of it.</param>
    public static (IReadOnlyList<T> Things, MeasurementRows Rows) Read<T>(
        string path, MeasurementOptions options, Func<MeasurementFile, IReadOnlyList<string>> columns, Func<Cells, T> make, Func<T, double> loss)
    {
        var file = MeasurementFile.Open(path);
        var rows = new MeasurementRows(file, options);
        return (rows.Read(columns(file), make, loss), rows);
    }

    private IReadOnlyList<T> Read<T>(IReadOnlyList<string> columns, Func<Cells, T> make, Func<T, double> loss)
    {
        RowCondition[] where = [.. options.Where.SelectMany(text => RowCondition.ParseAll("--where", text))];
        RowExclusion[] exclusions = [.. options.Exclude.Select(RowExclusion.Parse)];
        var conditions = exclusions.OfType<RowExclusion.Matching>().ToArray();
        string[] all =
        [
            .. columns,
            .. where.Select(w => MeasurementColumns.Named(File, w.Column, $"--where {w}")),
            .. conditions.Select(c => MeasurementColumns.Named(File, c.Condition.Column, $"--exclude {c.Text}")),
            .. weight?.Names.Select(n => MeasurementColumns.Named(File, n, $"--weight {options.Weight}")) ?? [],
        ];
        string[] distinct = [.. all.Distinct()];
        var place = distinct.Index().ToDictionary(column => column.Item, column => column.Index);
        var things = new List<(int Row, T Thing)>();
        int last = 0;
        var met = new HashSet<RowExclusion>();
        foreach (var row in File.Rows(distinct))
        {
            last = row.Row;
            if (row.Problem is not null)
            {
                excluded.Add(new ExcludedRow(row.Row, row.Problem));
                continue;
            }

            var cells = new Cells(row, place, weight);
            if (!where.All(w => w.Holds(cells[w.Column])))
            {
                continue;
            }

            Chosen++;
            met.UnionWith(exclusions.OfType<RowExclusion.Matching>().Where(rule => !met.Contains(rule) && rule.Condition.Holds(cells[rule.Condition.Column])));
            if (Reason(cells, exclusions) is string reason)
            {
                excluded.Add(new ExcludedRow(row.Row, reason));
                continue;
            }

            try
            {
                things.Add((row.Row, make(cells)));
            }
            catch (UnusableRow e)
            {
                excluded.Add(new ExcludedRow(row.Row, e.Message));
            }
        }

        if (Chosen == 0 && options.Where.Count > 0 && last > 0)
        {
            throw new UserError($"--where {string.Join(" --where ", options.Where)} keeps none of the {last} rows of {File.Path}; look at what its columns hold.");
        }

        foreach (var rule in exclusions.OfType<RowExclusion.Rows>().Where(rule => rule.Last > last))
        {
            throw new UserError($"--exclude {rule.Text}: {File.Path} has {last} rows.");
        }

        foreach (var rule in exclusions.OfType<RowExclusion.Matching>().Where(rule => !met.Contains(rule)))
        {
            throw new UserError($"--exclude {rule.Text} leaves out no row of {File.Path}; look at what its column holds.");
        }

        foreach (var extreme in exclusions.OfType<RowExclusion.Extreme>())
        {
            LeaveOut(things, extreme, loss);
        }

        excluded.Sort((a, b) => a.Row.CompareTo(b.Row));
        return [.. things.Select(t => t.Thing)];
    }

    /// <summary>Where the numbers come from, as a fit keeps it.</summary>
    public Provenance Provenance(int used)
    {
        var kept = new SortedDictionary<string, string>();
        Keep("columns", string.Join(",", options.Columns.Select(p => $"{p.Key}={p.Value}")));
        Keep("where", string.Join(",", options.Where));
        Keep("exclude", string.Join(",", options.Exclude));
        Keep("weight", options.Weight ?? "");
        return new Provenance { Source = Path.GetFullPath(File.Path), Sha256 = File.Sha256(), Used = used, Options = kept };

        void Keep(string name, string value)
        {
            if (value.Length > 0)
            {
                kept[name] = value;
            }
        }
    }

    private static string? Reason(Cells cells, RowExclusion[] exclusions) => exclusions.FirstOrDefault(rule => rule switch
    {
        RowExclusion.Rows rows => cells.Row >= rows.First && cells.Row <= rows.Last,
        RowExclusion.Matching matching => matching.Condition.Holds(cells[matching.Condition.Column]),
        _ => false,
    }) is { } rule ? $"left out by --exclude {rule.Text}" : null;

    private void LeaveOut<T>(List<(int Row, T Thing)> things, RowExclusion.Extreme rule, Func<T, double> loss)
    {
        var ordered = rule.IsHighest ? things.OrderByDescending(t => loss(t.Thing)) : things.OrderBy(t => loss(t.Thing));
        var gone = ordered.Take(rule.Count).Select(t => t.Row).ToHashSet();
        excluded.AddRange(gone.Select(row => new ExcludedRow(row, $"one of the {rule.Count} {(rule.IsHighest ? "highest" : "lowest")} losses (--exclude {rule.Text})")));
        things.RemoveAll(t => gone.Contains(t.Row));
    }
}

/// <summary>The cells of a row by the file's column names.</summary>
internal sealed class Cells(MeasuredRow row, IReadOnlyDictionary<string, int> place, Formula? weight)
{
    /// <summary>From 1.</summary>
    public int Row => row.Row;

    public string this[string column] => row.Cells[place[column]];

    /// <summary>A number above 0.</summary>
    /// <exception cref="UnusableRow">It is none.</exception>
    public double Positive(string column) => Optional(column) ?? throw new UnusableRow($"{column} is empty");

    /// <summary>A number above 0, or null where the cell is empty.</summary>
    /// <exception cref="UnusableRow">It holds something else.</exception>
    public double? Optional(string? column)
    {
        if (column is null || this[column].Length == 0)
        {
            return null;
        }

        double value = Number(column);
        return value > 0 ? value : throw new UnusableRow($"{column} is {this[column]}, not above 0");
    }

    /// <summary>The row's weight, 1 where none was asked for.</summary>
    /// <exception cref="UnusableRow">It has none above 0.</exception>
    public double Weight()
    {
        if (weight is null)
        {
            return 1;
        }

        double value = weight.At([.. weight.Names.Select(Number)]);
        return double.IsFinite(value) && value > 0 ? value : throw new UnusableRow(string.Create(CultureInfo.InvariantCulture, $"its weight is {value}, not a number above 0"));
    }

    /// <summary>A yes or a no, however it is written; null where the cell is empty.</summary>
    /// <exception cref="UnusableRow">It is neither.</exception>
    public bool? YesOrNo(string column) => this[column].ToLowerInvariant() switch
    {
        "" => null,
        "true" or "yes" or "y" or "t" or "1" or "1.0" => true,
        "false" or "no" or "n" or "f" or "0" or "0.0" => false,
        _ => throw new UnusableRow($"{column} is '{Shortened(this[column])}', neither true nor false"),
    };

    private static string Shortened(string cell) => cell.Length > 40 ? cell[..40] + "..." : cell;

    private double Number(string column)
    {
        string cell = this[column];
        return cell.Length == 0 ? throw new UnusableRow($"{column} is empty")
            : !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? throw new UnusableRow($"{column} is '{Shortened(cell)}', not a number")
            : !double.IsFinite(value) ? throw new UnusableRow($"{column} is {cell}, not a finite number")
            : value;
    }
}

/// <summary>Why a row takes no part.</summary>
internal sealed class UnusableRow(string reason) : Exception(reason);
