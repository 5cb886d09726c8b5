namespace Sextant.Experiments.Measurements;

/// <summary>Which cells of a file are which measurement, and which rows count.</summary>
public sealed record MeasurementOptions
{
    /// <summary>The file's name of a column by the name it has here: parameters, tokens, flops, loss, run, layers, hidden, unique_tokens; of batch sizes batch, target, steps, examples, reached, censored, rate, loss, run, seed.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Conditions that a row must fulfil to be of the data at all, such as dataset=rw.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>Rules by which rows are left out, each then named with its reason: highest-loss:5, row:12, run=h16.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The weight of a row's squared residual: a column, or arithmetic over columns such as 1/n_star_std^2; null for equal weights.</summary>
    public string? Weight { get; init; }

    /// <summary>These options, once conditions, rules and formula have been read.</summary>
    /// <exception cref="UserError">One of them cannot be read.</exception>
    public MeasurementOptions Checked()
    {
        foreach (string text in Where)
        {
            _ = RowCondition.ParseAll("--where", text).Count();
        }

        foreach (string text in Exclude)
        {
            RowExclusion.Parse(text);
        }

        return this;
    }

    /// <summary>The options that a fit's <see cref="Scaling.Provenance.Options"/> keep, so that its table can be read again as it was.</summary>
    /// <exception cref="UserError">They cannot be read.</exception>
    public static MeasurementOptions Of(IReadOnlyDictionary<string, string> kept) => new MeasurementOptions
    {
        Columns = kept.TryGetValue("columns", out string? columns) ? ParseColumns(columns) : new Dictionary<string, string>(),
        Where = kept.TryGetValue("where", out string? where) ? [where] : [],
        Exclude = kept.TryGetValue("exclude", out string? exclude) ? exclude.Split(',', StringSplitOptions.RemoveEmptyEntries) : [],
        Weight = kept.GetValueOrDefault("weight"),
    }.Checked();

    /// <summary>Column mappings from text such as "parameters=Model Size,flops=Training FLOP".</summary>
    /// <exception cref="UserError">It is no such text, or names a measurement that there is not.</exception>
    public static IReadOnlyDictionary<string, string> ParseColumns(string text)
    {
        var columns = new Dictionary<string, string>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part.Trim() : part[..equals].Trim();
            if (equals <= 0 || !MeasurementColumns.Names.Contains(name))
            {
                throw new UserError($"--columns {text}: '{part.Trim()}' is not NAME=COLUMN with a NAME of {string.Join(", ", MeasurementColumns.Names)}.");
            }

            columns[name] = part[(equals + 1)..].Trim();
        }

        return columns;
    }
}
