using System.Text;
using Sextant.Data.Labelled;

namespace Sextant.Data;

/// <summary>
/// The rows of a UTF-8 table, plain or gzip, one at a time. Commas or semicolons: RFC 4180, so that a field in quotes may hold separators, line ends
/// (read as one line feed) and doubled quotes; a quote within a field that does not begin with one stands for itself. Tabs: the same, but a field begins
/// with a quote of its own unless the quotes close before the next tab, since most such files are written without quoting. Blank lines are no rows.
/// </summary>
/// <remarks>
/// Text of people is full of lone quotes. A reader that takes each for the start of a quotation, as the one for measurements does (Sep), joins the rows
/// <c>5" pizza,1</c> and <c>6" pizza,0</c> into one with the second's label; here a quotation that never ends is an error which names the row that began it.
/// </remarks>
/// <param name="lines">Owned.</param>
/// <param name="path">What the lines are called in a message.</param>
/// <param name="separator">Between two cells.</param>
/// <param name="maximumBytes">Of a row.</param>
internal sealed class DelimitedRows(ILines lines, string path, char separator, int maximumBytes) : IDisposable
{
    private readonly StringBuilder field = new();

    /// <summary>The rows of a file.</summary>
    public DelimitedRows(string path, char separator, int maximumBytes)
        : this(new TextLines(path, maximumBytes), path, separator, maximumBytes)
    {
    }

    /// <summary>Rows read so far, the header included.</summary>
    public int Read { get; private set; }

    /// <summary>A cell as it is written: in quotes where it has to be.</summary>
    public static string Quoted(string cell, char separator) =>
        cell.AsSpan().IndexOfAny('"', '\n', '\r') >= 0 || cell.Contains(separator, StringComparison.Ordinal) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    /// <summary>Reads a row; false at the end.</summary>
    /// <exception cref="UserError">The file is not UTF-8 text, or a quotation never ends.</exception>
    public bool TryRead(out DelimitedRow row)
    {
        row = default;
        string? line;
        do
        {
            if (!lines.TryRead(out line))
            {
                return false;
            }
        }
        while (line is { } text && string.IsNullOrWhiteSpace(text.Replace(separator, 'x'))); // a row of empty cells is a row

        Read++;
        row = line is null ? new DelimitedRow(lines.Number, [], RowProblem.TooLong) : Parse(line);
        return true;
    }

    public void Dispose() => lines.Dispose();

    private DelimitedRow Parse(string line)
    {
        int number = lines.Number;
        var cells = new List<string>();
        RowProblem? problem = null;
        int at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"' && (separator != '\t' || ClosesInPlace(line, at)))
            {
                at = ReadQuotation(ref line, at + 1, number, cells.Count + 1, ref problem);
                cells.Add(field.ToString());
            }
            else
            {
                int end = End(line, at);
                cells.Add(line[at..end]);
                at = end;
            }

            if (at >= line.Length)
            {
                return new DelimitedRow(number, cells, problem);
            }

            at++;
        }
    }

    /// <summary>Reads the rest of a field in quotes and says where it ends; a quotation that spans lines goes on in <paramref name="line"/>.</summary>
    private int ReadQuotation(ref string line, int at, int number, int column, ref RowProblem? problem)
    {
        field.Clear();
        while (true)
        {
            int quote = line.IndexOf('"', at);
            if (quote < 0)
            {
                field.Append(line, at, line.Length - at).Append('\n');
                if (field.Length > maximumBytes || !lines.TryRead(out string? next) || next is null)
                {
                    throw new UserError($"{path}, row {Read - 1} (line {number}), column {column} opens a quotation that does not end within {maximumBytes >> 20} MiB: close it, or write each quote in it twice.");
                }

                (line, at) = (next, 0);
                continue;
            }

            field.Append(line, at, quote - at);
            at = quote + 1;
            if (at < line.Length && line[at] == '"')
            {
                field.Append('"');
                at++;
                continue;
            }

            int end = End(line, at);
            if (!line.AsSpan(at, end - at).IsWhiteSpace())
            {
                problem = RowProblem.TextAfterQuotation;
            }

            return end;
        }
    }

    private int End(string line, int at)
    {
        int end = line.IndexOf(separator, at);
        return end < 0 ? line.Length : end;
    }

    /// <summary>Whether the field that begins with a quote ends with one, and has only doubled ones between.</summary>
    private bool ClosesInPlace(string line, int at)
    {
        var content = line.AsSpan(at, End(line, at) - at);
        return content is ['"', .. var inner, '"'] && !inner.ToString().Replace("\"\"", "", StringComparison.Ordinal).Contains('"', StringComparison.Ordinal);
    }
}

/// <summary>A row of a table.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Cells">Its cells; none if it is too long.</param>
/// <param name="Problem">Why it cannot be read; null if it can.</param>
internal readonly record struct DelimitedRow(int Line, IReadOnlyList<string> Cells, RowProblem? Problem);
