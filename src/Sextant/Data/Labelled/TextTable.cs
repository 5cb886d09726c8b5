using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Data.Labelled;

/// <summary>
/// A table of texts that are to be classified, read row by row and written again with what was said of each: CSV, TSV or JSONL as <see cref="LabelledFile"/> reads
/// them, from a file or from standard input.
/// </summary>
public sealed class TextTable : IDisposable
{
    private const string StandardInput = "Standard input";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string name;
    private readonly ILines lines;
    private readonly DelimitedRows? cells;
    private readonly char separator;
    private readonly IReadOnlyList<string> columns;
    private readonly string text;
    private readonly string? pair;

    /// <summary>A line of JSON that was read for its keys and is the first row too.</summary>
    private string? pending;

    private TextTable(string name, ILines lines, char? separator, LabelledColumns wanted, LabelledColumns? usual)
    {
        (this.name, this.lines, this.separator) = (name, lines, separator ?? ',');
        if (separator is char between)
        {
            cells = new DelimitedRows(lines, name, between, LabelledFile.MaximumRowBytes);
            cells.TryRead(out var header);
            columns = [.. header.Cells.Select(column => column.Trim())];
            if (columns.Where(column => column.Length > 0).GroupBy(column => column).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                throw new UserError($"{name} names the column '{twice.Key}' twice; rename one of them in its first line.");
            }
        }
        else
        {
            while (lines.TryRead(out pending) && string.IsNullOrWhiteSpace(pending))
            {
            }

            columns = [.. Object(pending!, 1).Select(property => property.Key)];
        }

        text = Named(wanted.Text, "--text") ?? Among(usual?.Text) ?? Usual();
        pair = Named(wanted.Pair, "--pair") ?? Among(usual?.Pair);
        if (pair == text)
        {
            throw new UserError($"{name}: text and pair are different columns, and '{text}' would be both; say which with --text and --pair.");
        }
    }

    /// <summary>The column that the texts are in.</summary>
    public string TextColumn => text;

    /// <summary>The column of second texts; null where there is none.</summary>
    public string? PairColumn => pair;

    /// <summary>Opens a file as what its name says it is, or else its first line.</summary>
    /// <param name="path">The file; gzip is accepted.</param>
    /// <param name="wanted">Columns of text and pair that have to be there; what is null is looked for.</param>
    /// <param name="usual">Columns to take where they are there, such as those that a classifier was trained on; null for the usual names alone.</param>
    /// <exception cref="UserError">It cannot be read, is no table, or a column is not there.</exception>
    public static TextTable Open(string path, LabelledColumns? wanted = null, LabelledColumns? usual = null)
    {
        char? separator = LabelledTable.SeparatorOf(path);
        return Opened(path, new TextLines(path, LabelledFile.MaximumRowBytes), separator, wanted, usual);
    }

    /// <summary>Reads standard input as what its first line is: JSON objects, or a table.</summary>
    /// <param name="reader">Not owned.</param>
    /// <param name="wanted">As for a file.</param>
    /// <param name="usual">As for a file.</param>
    /// <exception cref="UserError">It is no table, or a column is not there.</exception>
    public static TextTable Read(TextReader reader, LabelledColumns? wanted = null, LabelledColumns? usual = null)
    {
        var lines = new ReaderLines(reader, StandardInput, LabelledFile.MaximumRowBytes);
        string first = LabelledTable.FirstLine(lines, StandardInput);
        lines.Return(first);
        return Opened(StandardInput, lines, LabelledTable.SeparatorIn(first), wanted, usual);
    }

    /// <summary>The rows, one at a time as they are asked for.</summary>
    /// <exception cref="UserError">A row cannot be read; those before it were given.</exception>
    public IEnumerable<TextRow> Rows() => cells is null ? Objects() : Cells(cells);

    /// <summary>The first line of what is written; null where rows name their values themselves.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <exception cref="UserError">The table has a column of such a name already.</exception>
    public string? Header(IReadOnlyList<string> classes)
    {
        string[] added = ["predicted", "probability", .. classes.Select(c => $"p({c})")];
        if (added.FirstOrDefault(column => columns.Contains(column)) is { } there)
        {
            throw new UserError($"{name} has a column '{there}' already, which the table that comes out would have twice; rename it.");
        }

        return cells is null ? null : Line([.. columns, .. added]);
    }

    /// <summary>A row with what was said of it.</summary>
    /// <param name="row">Of <see cref="Rows"/>.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="predicted">Name of the likeliest class; null where there was no text.</param>
    /// <param name="probabilities">Of the classes; empty where there was no text.</param>
    public string Line(TextRow row, IReadOnlyList<string> classes, string? predicted, IReadOnlyList<double> probabilities)
    {
        if (row.Values is { } json)
        {
            json["predicted"] = predicted;
            json["probability"] = probabilities.Count == 0 ? null : probabilities.Max();
            foreach (var (i, c) in classes.Index())
            {
                json[$"p({c})"] = probabilities.Count == 0 ? null : probabilities[i];
            }

            return json.ToJsonString(Relaxed);
        }

        string[] said = probabilities.Count == 0
            ? new string[classes.Count + 2]
            : [predicted!, .. probabilities.Prepend(probabilities.Max()).Select(p => p.ToString("R", CultureInfo.InvariantCulture))];
        return Line([.. row.Cells, .. said]);
    }

    public void Dispose()
    {
        cells?.Dispose();
        lines.Dispose();
    }

    private static TextTable Opened(string name, ILines lines, char? separator, LabelledColumns? wanted, LabelledColumns? usual)
    {
        try
        {
            return new TextTable(name, lines, separator, wanted ?? new LabelledColumns(), usual);
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    private string? Named(string? column, string option) => column is null || columns.Contains(column)
        ? column
        : throw new UserError($"{name} has no column '{column}' ({option}); it has {LabelledColumns.List(columns)}.");

    private string? Among(string? column) => column is not null && columns.Contains(column) ? column : null;

    private string Usual()
    {
        string[] there = [.. columns.Where(column => LabelledColumns.UsualText.Contains(column, StringComparer.OrdinalIgnoreCase))];
        return there switch
        {
            [string one] => one,
            [] => throw new UserError($"{name} has no column {string.Join(", ", LabelledColumns.UsualText[..^1])} or {LabelledColumns.UsualText[^1]}; it has {LabelledColumns.List(columns)}: say with --text which one holds the text."),
            _ => throw new UserError($"{name} has the columns {LabelledColumns.List(there)}: say with --text which one holds the text."),
        };
    }

    private IEnumerable<TextRow> Cells(DelimitedRows rows)
    {
        int textAt = columns.ToList().IndexOf(text), pairAt = pair is null ? -1 : columns.ToList().IndexOf(pair);
        for (int number = 1; rows.TryRead(out var row); number++)
        {
            if ((row.Problem ?? (row.Cells.Count == columns.Count ? null : RowProblem.WrongNumberOfCells)) is { } problem)
            {
                throw Bad(new LeftOutRow(number, problem), $" (line {row.Line})");
            }

            yield return new TextRow(number, row.Cells[textAt], pairAt < 0 ? null : row.Cells[pairAt]) { Cells = row.Cells };
        }
    }

    private IEnumerable<TextRow> Objects()
    {
        int number = 0;
        while (Next(out string? line))
        {
            if (line is null)
            {
                throw Bad(new LeftOutRow(number + 1, RowProblem.TooLong));
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                var json = Object(line, ++number);
                yield return new TextRow(number, Text(json, text, number) ?? "", pair is null ? null : Text(json, pair, number) ?? "") { Values = json };
            }
        }
    }

    private bool Next(out string? line)
    {
        line = pending;
        pending = null;
        return line is not null || lines.TryRead(out line);
    }

    private JsonObject Object(string line, int number)
    {
        try
        {
            var json = JsonNode.Parse(line) as JsonObject;
            _ = json?.Count; // its keys are read only now
            return json ?? throw Bad(new LeftOutRow(number, RowProblem.NotJson));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Bad(new LeftOutRow(number, RowProblem.NotJson));
        }
    }

    private string? Text(JsonObject json, string column, int number)
    {
        try
        {
            return json[column] switch
            {
                null => null,
                JsonValue value => value.ToString(),
                _ => throw Bad(new LeftOutRow(number, RowProblem.NotText, column)),
            };
        }
        catch (InvalidOperationException) // half of a surrogate pair
        {
            throw Bad(new LeftOutRow(number, RowProblem.NotJson));
        }
    }

    private UserError Bad(LeftOutRow row, string where = "") => new($"{name}, row {row.Row}{where} {row.Reason}; correct or delete it.");

    private string Line(IEnumerable<string?> row) => string.Join(separator, row.Select(cell => DelimitedRows.Quoted(cell ?? "", separator)));
}

/// <summary>A row of a <see cref="TextTable"/>.</summary>
/// <param name="Row">From 1, the header not counted.</param>
/// <param name="Text">As it stands in the table; may be empty.</param>
/// <param name="Pair">Its second text; null where the table has none.</param>
public sealed record TextRow(int Row, string Text, string? Pair)
{
    internal IReadOnlyList<string> Cells { get; init; } = [];

    internal JsonObject? Values { get; init; }
}
