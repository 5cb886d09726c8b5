using System.IO.Compression;
using System.Text;
using Sextant.Data.Labelled;
using Xunit;

namespace Sextant.Tests.Data.Labelled;

public sealed class LabelledFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.csv", ",input,label\n0,good,1\n1,\"so, so\",0\n")]
    [InlineData("semicolons.csv", "label;text\n1;good\n0;so, so\n")]
    [InlineData("a.tsv", "Class\tTweet\n1\tgood\n0\tso, so\n")]
    [InlineData("a.jsonl", "{\"sentence\": \"good\", \"target\": 1}\n\n{\"target\": \"0\", \"sentence\": \"so, so\"}\n")]
    [InlineData("unnamed", "{\"text\": \"good\", \"label\": 1}\n{\"label\": 0, \"text\": \"so, so\", \"more\": [1]}\n")]
    [InlineData("unnamed-too", "text\tlabel\ngood\t 1 \nso, so\t0\n")]
    public void Every_format_gives_the_same_texts_by_usual_names(string name, string content)
    {
        LabelledText[] expected = [new("good", null, "1", 1), new("so, so", null, "0", 2)];
        byte[] plain = Encoding.UTF8.GetBytes(content);
        Assert.Equal(expected, LabelledFile.Read(folder.Write(name, plain)).Texts);
        Assert.Equal(expected, LabelledFile.Read(folder.Write("mark-" + name, [.. Encoding.UTF8.Preamble, .. plain])).Texts);
        Assert.Equal(expected, LabelledFile.Read(folder.Write(name + ".gz", Gzip(plain))).Texts);
    }

    [Fact]
    public void Named_columns_are_taken_before_usual_names_and_a_pair_is_kept()
    {
        string path = folder.Write("pairs.csv", "text,premise,hypothesis,label,gold\nx,it rains,it is wet,0,yes\n");
        var reading = LabelledFile.Read(path, new LabelledColumns { Text = "premise", Pair = "hypothesis", Label = "gold" });
        Assert.Equal([new("it rains", "it is wet", "yes", 1)], reading.Texts);
    }

    [Fact]
    public void Bad_rows_below_the_share_are_left_out_by_row_and_column()
    {
        var reading = Read("a.csv", "text,label\ngood,1\nbad\n,0\nfine,\n\"x\"y,1\nc,2,3\nlast,0\n", maximumBadShare: 1);
        Assert.Equal([new("good", null, "1", 1), new("last", null, "0", 7)], reading.Texts);
        Assert.Equal(7, reading.Rows);
        Assert.Equal(
            [
                new(2, RowProblem.WrongNumberOfCells),
                new(3, RowProblem.Empty, "text"),
                new(4, RowProblem.Empty, "label"),
                new(5, RowProblem.TextAfterQuotation),
                new(6, RowProblem.WrongNumberOfCells),
            ],
            reading.LeftOut);
        var lines = Read("a.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"text\": [], \"label\": 1}\n{\"text\": \"a\"}\nnothing\n[1]\n{\"text\": \"\\ud800\", \"label\": 1}\n", maximumBadShare: 1);
        Assert.Equal(
            [new(2, RowProblem.NotText, "text"), new(3, RowProblem.Empty, "label"), new(4, RowProblem.NotJson), new(5, RowProblem.NotJson), new(6, RowProblem.NotJson)],
            lines.LeftOut);
    }

    [Fact]
    public void A_row_of_many_megabytes_is_a_bad_row()
    {
        var reading = Read("a.csv", "text,label\n" + new string('x', 5_000_000) + ",1\ngood,1\n", maximumBadShare: 0.5);
        Assert.Equal([new(1, RowProblem.TooLong)], reading.LeftOut);
        Assert.Equal([new("good", null, "1", 2)], reading.Texts);
    }

    [Theory]
    [InlineData("a.csv", "body,label\na,1\n", "text, sentence, input or tweet; it has body, label")]
    [InlineData("a.csv", "text,kind\na,1\n", "columns.label")]
    [InlineData("a.csv", "text,tweet,label\na,b,1\n", "has the columns text, tweet")]
    [InlineData("a.csv", "text,text,label\na,b,1\n", "'text' twice")]
    [InlineData("a.csv", "text,label\n", "holds no labelled text")]
    [InlineData("a.csv", "", "is empty")]
    [InlineData("a.csv", "\n\n", "is empty")]
    [InlineData("a.csv", "text,label\ra,1\r", "carriage return")]
    [InlineData("a.csv", "text,label\na,1\nb,\n", "1 of 2 rows cannot be read, more than the share 0.01 of data.maximumBadShare: row 2 has nothing in the column 'label'")]
    [InlineData("a.csv", "text,label\na,1,2\nb,\n", "row 1 has another number of cells than the header (bad rows: 1, 2)")]
    [InlineData("a.json", "[{\"text\": \"a\", \"label\": 1}]\n", "not one list")]
    [InlineData("a.jsonl", "text,label\n", "not a JSON object")]
    public void What_cannot_be_read_is_one_clear_sentence(string name, string content, string part)
    {
        string path = folder.Write(name, content);
        string message = Assert.Throws<UserError>(() => LabelledFile.Read(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_named_column_that_is_not_there_is_an_error_that_lists_those_there_are()
    {
        string path = folder.Write("a.csv", ",text,label\n0,a,1\n");
        Assert.Contains("no column 'kind' (columns.label); it has text, label", Assert.Throws<UserError>(() => LabelledFile.Read(path, new LabelledColumns { Label = "kind" })).Message, StringComparison.Ordinal);
        Assert.Contains("different columns", Assert.Throws<UserError>(() => LabelledFile.Read(path, new LabelledColumns { Label = "text" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_are_ordered_by_value_else_by_letters_else_as_they_are_named()
    {
        Assert.Equal(["-1", "2", "10"], Classes("10", "2", "-1").Labels);
        Assert.Equal(["10", "2", "x"], Classes("x", "10", "2").Labels);
        var named = LabelClasses.Of([Of("1", "0")], new Dictionary<string, string> { ["1"] = "yes", ["0"] = "no", ["2"] = "perhaps" });
        Assert.Equal(["1", "0", "2"], named.Labels);
        Assert.Equal(["yes", "no", "perhaps"], named.Names);
        Assert.Equal((1, -1), (named.IndexOf("0"), named.IndexOf("no")));
    }

    [Fact]
    public void Labels_that_make_no_sense_are_one_clear_sentence()
    {
        Assert.Contains("row 2: the label '7' is not among", Error(() => LabelClasses.Of([Of("1", "7")], new Dictionary<string, string> { ["1"] = "a", ["0"] = "b" })), StringComparison.Ordinal);
        Assert.Contains("nothing to tell apart", Error(() => Classes("1", "1")), StringComparison.Ordinal);
        Assert.Contains("40 different labels in 40 rows", Error(() => Classes([.. Enumerable.Range(0, 40).Select(i => $"{i}")])), StringComparison.Ordinal);
    }

    private static string Error(Func<object> work) => Assert.Throws<UserError>(work).Message;

    private static LabelClasses Classes(params string[] labels) => LabelClasses.Of([Of(labels)]);

    private static LabelledReading Of(params string[] labels) =>
        new() { Origin = "made", Rows = labels.Length, Texts = [.. labels.Select((label, i) => new LabelledText($"text {i}", null, label, i + 1))] };

    private LabelledReading Read(string name, string content, double maximumBadShare) => LabelledFile.Read(folder.Write(name, content), maximumBadShare: maximumBadShare);

    private static byte[] Gzip(byte[] plain)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return memory.ToArray();
    }
}
