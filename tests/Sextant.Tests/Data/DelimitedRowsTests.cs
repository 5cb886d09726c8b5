using FsCheck;
using FsCheck.Fluent;
using Sextant.Data;
using Sextant.Data.Labelled;
using Xunit;

namespace Sextant.Tests.Data;

public sealed class DelimitedRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    public void What_is_written_is_read_back(char separator)
    {
        var cell = Gen.Elements('a', 'é', '狐', '"', ',', ';', '\t', '\n', ' ', '#').ListOf().Select(chars => new string([.. chars]));
        var rows = cell.ListOf().Where(row => row.Count > 1).ListOf();
        Prop.ForAll(rows.ToArbitrary(), written =>
        {
            string text = string.Concat(written.Select(row => string.Join(separator, row.Select(c => DelimitedRows.Quoted(c, separator))) + "\r\n"));
            var read = Rows(text, separator);
            return read.All(row => row.Problem is null) && read.Select(r => r.Cells).SequenceEqual(written, new SameCells());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_quotation_holds_separators_line_ends_and_doubled_quotes() =>
        Assert.Equal(["a,b", "c\nd", "e\"f", ""], Assert.Single(Rows("\"a,b\",\"c\r\nd\",\"e\"\"f\",\"\"\n")).Cells);

    [Fact]
    public void A_quote_within_a_cell_stands_for_itself_and_joins_no_rows() =>
        Assert.Equal([["5\" pizza", "1"], ["6\" pizza", "0"]], Rows("5\" pizza,1\n6\" pizza,0\n").Select(r => r.Cells));

    [Fact]
    public void Between_tabs_a_quote_that_does_not_close_in_its_cell_stands_for_itself() =>
        Assert.Equal(
            [["\"good\" he said", "1"], ["\"no", "0"], ["a\"b", "0"], ["\"", "1"]],
            Rows("\"good\" he said\t1\n\"no\t0\n\"a\"\"b\"\t0\n\"\t1\n", '\t').Select(r => r.Cells));

    [Fact]
    public void Text_behind_a_closing_quote_is_a_bad_row_and_the_next_row_is_whole()
    {
        var rows = Rows("\"a\"b,1\n\"c\" ,2\n");
        Assert.Equal([RowProblem.TextAfterQuotation, null], rows.Select(r => r.Problem));
        Assert.Equal(["c", "2"], rows[1].Cells);
    }

    [Fact]
    public void A_quotation_that_never_ends_is_an_error_that_names_its_row_and_column()
    {
        string message = Assert.Throws<UserError>(() => Rows("text,label\na,1\n\nb,\"2\nc,3\n")).Message;
        Assert.Contains("row 2 (line 4), column 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blank_lines_are_no_rows_and_empty_cells_are_cells() =>
        Assert.Equal([["", ""], ["a", ""], ["", "b"]], Rows("\n,\n  \na,\n\n,b").Select(r => r.Cells));

    private List<DelimitedRow> Rows(string text, char separator = ',')
    {
        using var rows = new DelimitedRows(folder.Write("table", text), separator, 1 << 20);
        var read = new List<DelimitedRow>();
        while (rows.TryRead(out var row))
        {
            read.Add(row);
        }

        return read;
    }

    private sealed class SameCells : IEqualityComparer<IReadOnlyList<string>>
    {
        public bool Equals(IReadOnlyList<string>? x, IReadOnlyList<string>? y) => x!.SequenceEqual(y!);

        public int GetHashCode(IReadOnlyList<string> cells) => cells.Count;
    }
}
