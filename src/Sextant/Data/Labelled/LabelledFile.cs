using System.Globalization;

namespace Sextant.Data.Labelled;

/// <summary>
/// Files of labelled text: CSV (separated by commas or semicolons, RFC 4180), TSV, or JSONL with an object a line. The ending of the name decides (.csv, .tsv,
/// .tab, .jsonl, .ndjson, .json, each also with .gz), else the first line. UTF-8, with or without a byte order mark, plain or gzip.
/// </summary>
public static class LabelledFile
{
    /// <summary>A longer row is a bad row.</summary>
    public const int MaximumRowBytes = 1 << 20;

    private const int NamedRows = 5;

    /// <summary>Reads the labelled texts of a file, in order; the same text may stand there more than once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which columns hold what; null for the usual names.</param>
    /// <param name="maximumBadShare">The share of rows that cannot be read and is put up with, 0..1.</param>
    /// <param name="splitColumn">The column that names each row's part (train, val or validation, test); null to read none.</param>
    /// <exception cref="UserError">There is no such file, a column is not there, too many rows are bad, or none is good.</exception>
    public static LabelledReading Read(string path, LabelledColumns? columns = null, double maximumBadShare = 0.01, string? splitColumn = null)
    {
        using var table = LabelledTable.Open(path);
        var (text, pair, label) = (columns ?? new LabelledColumns()).In(path, table.Columns);
        if (splitColumn is not null && !table.Columns.Contains(splitColumn))
        {
            throw new UserError($"{path} has no column '{splitColumn}' that names the part of each row; it has {LabelledColumns.List(table.Columns)}.");
        }

        var texts = new List<LabelledText>();
        var parts = new List<SplitPart?>();
        var leftOut = new List<LeftOutRow>();
        int rows = 0;
        foreach (var row in table.Rows([text, label, .. pair is null ? Array.Empty<string>() : [pair], .. splitColumn is null ? Array.Empty<string>() : [splitColumn]]))
        {
            rows++;
            if ((row.Bad ?? Empty(row, text, label, pair)) is { } bad)
            {
                leftOut.Add(bad);
                continue;
            }

            texts.Add(new LabelledText(row.Cells[0]!, pair is null ? null : row.Cells[2], row.Cells[1]!.Trim(), row.Row));
            if (splitColumn is not null)
            {
                parts.Add(Part(path, row, splitColumn));
            }
        }

        Check(path, rows, texts.Count, leftOut, maximumBadShare);
        return new LabelledReading { Origin = path, Rows = rows, Texts = texts, Parts = splitColumn is null ? null : parts, LeftOut = leftOut };
    }

    /// <summary>The part a name stands for, or null.</summary>
    internal static SplitPart? PartOf(string name) => name switch
    {
        "train" => SplitPart.Train,
        "val" or "validation" => SplitPart.Validation,
        "test" => SplitPart.Test,
        _ => null,
    };

    private static LeftOutRow? Empty(LabelledCells row, string text, string label, string? pair)
    {
        string?[] names = [text, label, pair];
        for (int i = 0; i < (pair is null ? 2 : 3); i++)
        {
            if (string.IsNullOrWhiteSpace(row.Cells[i]))
            {
                return new LeftOutRow(row.Row, RowProblem.Empty, names[i]);
            }
        }

        return null;
    }

    private static SplitPart? Part(string path, LabelledCells row, string column)
    {
        string name = row.Cells[^1]?.Trim() ?? "";
        return name.Length == 0 ? null : PartOf(name) ?? throw new UserError($"{path}, row {row.Row}, column '{column}': '{name}' is not train, validation (or val) or test.");
    }

    private static void Check(string path, int rows, int good, List<LeftOutRow> leftOut, double maximumBadShare)
    {
        if (leftOut.Count > maximumBadShare * rows)
        {
            string others = leftOut.Count == 1 ? "" : $" (bad rows: {string.Join(", ", leftOut.Take(NamedRows).Select(l => l.Row))}{(leftOut.Count > NamedRows ? ", ..." : "")})";
            throw new UserError(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {leftOut.Count} of {rows} rows cannot be read, more than the share {maximumBadShare} of data.maximumBadShare: row {leftOut[0].Row} {leftOut[0].Reason}{others}; correct or delete them."));
        }

        if (good == 0)
        {
            throw new UserError($"{path} holds no labelled text: put rows of a text and its label below the header.");
        }
    }
}
