using System.Text.Json;

namespace Sextant.Data.Labelled;

/// <summary>A file of rows with named cells: a table with a header, or a JSON object a line.</summary>
internal abstract class LabelledTable(string path) : IDisposable
{
    private static readonly char[] Separators = [',', '\t', ';'];

    protected string Path => path;

    /// <summary>The names of the columns; of JSON objects the keys of the first.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>The cells of some columns, row by row; a cell that is not there is null.</summary>
    public abstract IEnumerable<LabelledCells> Rows(IReadOnlyList<string> columns);

    public abstract void Dispose();

    /// <summary>Opens a file as what its name says it is, or else its first line.</summary>
    /// <exception cref="UserError">It cannot be read, is empty, or is no table.</exception>
    public static LabelledTable Open(string path) => SeparatorOf(path) is char separator ? new Delimited(path, separator) : new JsonLines(path);

    /// <summary>What stands between the cells of a file; null where its lines are JSON objects.</summary>
    /// <exception cref="UserError">It cannot be read, or is empty.</exception>
    internal static char? SeparatorOf(string path)
    {
        string first = FirstLine(path);
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return System.IO.Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" or ".json" => null,
            ".tsv" or ".tab" => '\t',
            ".csv" => Separator(first),
            _ => SeparatorIn(first),
        };
    }

    /// <summary>The same by the first line alone.</summary>
    internal static char? SeparatorIn(string first) => first.TrimStart().StartsWith('{') ? null : Separator(first);

    /// <summary>What stands most often in the header.</summary>
    private static char Separator(string header) => Separators.MaxBy(separator => header.Count(c => c == separator));

    private static string FirstLine(string path)
    {
        using var lines = new TextLines(path, LabelledFile.MaximumRowBytes);
        return FirstLine(lines, path);
    }

    /// <summary>The first line that is not blank.</summary>
    /// <exception cref="UserError">There is none, or it cannot be the header of a table.</exception>
    internal static string FirstLine(ILines lines, string path)
    {
        while (lines.TryRead(out string? line))
        {
            if (line is null)
            {
                throw new UserError($"{path}: its first line is longer than {LabelledFile.MaximumRowBytes >> 20} MiB; give a table whose first line names its columns, or a JSON object a line.");
            }

            if (line.Contains('\r', StringComparison.Ordinal))
            {
                throw new UserError($"{path}: its lines end with a carriage return alone; save it with line feeds.");
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                return line;
            }
        }

        throw new UserError($"{path} is empty; give a table whose first line names its columns, or a JSON object a line.");
    }

    private sealed class Delimited : LabelledTable
    {
        private readonly DelimitedRows rows;

        public Delimited(string path, char separator)
            : base(path)
        {
            rows = new DelimitedRows(path, separator, LabelledFile.MaximumRowBytes);
            rows.TryRead(out var header);
            Columns = [.. header.Cells.Select(name => name.Trim())];
            if (Columns.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                rows.Dispose();
                throw new UserError($"{path} names the column '{twice.Key}' twice; rename one of them in its first line.");
            }
        }

        public override IReadOnlyList<string> Columns { get; }

        public override IEnumerable<LabelledCells> Rows(IReadOnlyList<string> columns)
        {
            int[] places = [.. columns.Select(name => Columns.ToList().IndexOf(name))];
            for (int row = 1; rows.TryRead(out var read); row++)
            {
                var problem = read.Problem ?? (read.Cells.Count == Columns.Count ? null : RowProblem.WrongNumberOfCells);
                yield return problem is null ? new LabelledCells(row, [.. places.Select(place => read.Cells[place])]) : new LabelledCells(row, [], new LeftOutRow(row, problem.Value));
            }
        }

        public override void Dispose() => rows.Dispose();
    }

    private sealed class JsonLines : LabelledTable
    {
        private readonly TextLines lines;

        public JsonLines(string path)
            : base(path)
        {
            using (var first = new TextLines(path, LabelledFile.MaximumRowBytes))
            {
                string? line;
                while (first.TryRead(out line) && string.IsNullOrWhiteSpace(line))
                {
                }

                Columns = Keys(line!) ?? throw new UserError(
                    $"{path}: its first line is not a JSON object; give one object a line{(line!.TrimStart().StartsWith('[') ? ", not one list" : "")}, such as {{\"text\": \"good\", \"label\": 1}}.");
            }

            lines = new TextLines(path, LabelledFile.MaximumRowBytes);
        }

        public override IReadOnlyList<string> Columns { get; }

        public override IEnumerable<LabelledCells> Rows(IReadOnlyList<string> columns)
        {
            int row = 0;
            while (lines.TryRead(out string? line))
            {
                if (line is null || !string.IsNullOrWhiteSpace(line))
                {
                    row++;
                    yield return line is null ? new LabelledCells(row, [], new LeftOutRow(row, RowProblem.TooLong)) : Cells(row, line, columns);
                }
            }
        }

        public override void Dispose() => lines.Dispose();

        private static string[]? Keys(string line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                return json.RootElement.ValueKind == JsonValueKind.Object ? [.. json.RootElement.EnumerateObject().Select(p => p.Name).Distinct()] : null;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return null;
            }
        }

        private static LabelledCells Cells(int row, string line, IReadOnlyList<string> columns)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.ValueKind != JsonValueKind.Object)
                {
                    return new LabelledCells(row, [], new LeftOutRow(row, RowProblem.NotJson));
                }

                string?[] cells = new string?[columns.Count];
                for (int i = 0; i < cells.Length; i++)
                {
                    if (json.RootElement.TryGetProperty(columns[i], out var value) && !TryText(value, out cells[i]))
                    {
                        return new LabelledCells(row, [], new LeftOutRow(row, RowProblem.NotText, columns[i]));
                    }
                }

                return new LabelledCells(row, cells);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException) // the second: half of a surrogate pair
            {
                return new LabelledCells(row, [], new LeftOutRow(row, RowProblem.NotJson));
            }
        }

        private static bool TryText(JsonElement value, out string? text)
        {
            text = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => null,
            };
            return value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object);
        }
    }
}

/// <summary>Some cells of a row.</summary>
/// <param name="Row">From 1, the header not counted.</param>
/// <param name="Cells">Those asked for, in that order; none if there is a problem.</param>
/// <param name="Bad">Why it cannot be read; null if it can.</param>
internal readonly record struct LabelledCells(int Row, IReadOnlyList<string?> Cells, LeftOutRow? Bad = null);
