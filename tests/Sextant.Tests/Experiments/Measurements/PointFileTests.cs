using System.IO.Compression;
using System.Text;
using Sextant.Experiments.Measurements;
using Xunit;

namespace Sextant.Tests.Experiments.Measurements;

public sealed class PointFileTests
{
    [Fact]
    public void Rows_that_cannot_be_used_are_left_out_each_with_its_reason_and_none_ends_the_reading()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("points.csv", "n,flops,loss\n1e6,6e12,3\nabc,6e12,3\n1e6,,3\n1e6,6e12,-1\n1e6,6e12,NaN\n1e6,6e12\n1e6,6e12,inf\n2e6,1.2e13,2.5\n");

        var read = PointFile.Read(path, new MeasurementOptions());

        Assert.Equal([1, 8], read.Points.Select(point => point.Row));
        Assert.Equal(
            [
                (2, "n is 'abc', not a number"),
                (3, "tokens are not given and do not follow from parameters and FLOPs"),
                (4, "loss is -1, not above 0"),
                (5, "loss is NaN, not a finite number"),
                (6, "it has 2 cells, the header 3"),
                (7, "loss is 'inf', not a number"),
            ],
            read.Excluded.Select(row => (row.Row, row.Reason)));
    }

    [Fact]
    public void The_third_of_parameters_tokens_and_flops_follows_from_the_other_two_and_the_fit_says_so()
    {
        using TemporaryFolder folder = new();
        string Written(string header) => folder.Write(header.Replace(',', '-') + ".csv", $"{header},loss\n2,3,1\n");

        Assert.Equal((2, 3, 36), Of("parameters,tokens"));
        Assert.Equal((2, 3 / 12.0, 3), Of("parameters,flops"));
        Assert.Equal((3 / 12.0, 2, 3), Of("tokens,flops"));
        Assert.Equal("tokens = flops / (6 parameters)", PointFile.Read(Written("n,c"), new MeasurementOptions()).Provenance.Options["derived"]);

        (double, double, double) Of(string header)
        {
            var point = Assert.Single(PointFile.Read(Written(header), new MeasurementOptions()).Points);
            return (point.Parameters, point.Tokens, point.Flops);
        }
    }

    [Fact]
    public void Columns_conditions_rules_and_weights_choose_what_counts()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("points.tsv", "Model Size\tTraining FLOP\tset\tstd\tloss\n1e6\t6e12\trw\t.5\t9\n2e6\t6e12\trw\t.5\t3\n3e6\t6e12\towt\t1\t3\n4e6\t9e12\trw\t0\t3\n5e6\t9e12\trw\t2\t2\n");

        var read = PointFile.Read(path, new MeasurementOptions
        {
            Columns = MeasurementOptions.ParseColumns("parameters=Model Size,flops=Training FLOP"),
            Where = ["set=rw"],
            Exclude = ["highest-loss:1"],
            Weight = "1/std^2",
        });

        Assert.Equal([(2, 4.0), (5, 0.25)], read.Points.Select(point => (point.Row, point.Weight)));
        Assert.Equal(["one of the 1 highest losses (--exclude highest-loss:1)", "its weight is Infinity, not a number above 0"], read.Excluded.Select(row => row.Reason));
        Assert.Equal("set=rw", read.Provenance.Options["where"]);
    }

    [Fact]
    public void A_gzip_file_and_quoted_cells_are_read_like_any()
    {
        using TemporaryFolder folder = new();
        string path = folder.Combine("points.csv.gz");
        using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes("\uFEFF\"n\",\"flops\",\"loss\"\r\n\"1e6\",6e12,\"3\"\r\n"));
        }

        Assert.Equal(1e6, Assert.Single(PointFile.Read(path, new MeasurementOptions()).Points).Parameters);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,b\n1,2\n", "has no column 'validation_loss' or 'loss'; it has a, b. Name yours with --columns loss=COLUMN")]
    [InlineData("loss,n\n1,2\n", "has no column 'tokens' or 'd'")]
    [InlineData("n,n,loss\n1,2,3\n", "names the column 'n' twice")]
    [InlineData("\0\u0001,\u0002\n", "is not a text file")]
    public void A_file_that_is_no_such_table_is_one_sentence(string text, string expected)
    {
        using TemporaryFolder folder = new();

        var error = Assert.Throws<UserError>(() => PointFile.Read(folder.Write("points.csv", text), new MeasurementOptions()));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "write a column, a comparison and a value")]
    [InlineData("=3", "write a column, a comparison and a value")]
    public void A_condition_that_is_none_is_said(string where, string expected)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("points.csv", "n,c,loss\n1,2,3\n");

        Assert.Contains(expected, Assert.Throws<UserError>(() => PointFile.Read(path, new MeasurementOptions { Where = [where] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", "flops<9", false)]
    [InlineData("10", "flops>=1e1", true)]
    [InlineData("10", "flops=10.0", true)]
    [InlineData("rw", "flops=rw", true)]
    [InlineData("rw", "flops!=rw", false)]
    [InlineData("rw", "flops<9", false)]
    public void Numbers_are_held_against_numbers_and_text_against_text(string cell, string condition, bool expected) =>
        Assert.Equal(expected, RowCondition.Parse("--where", condition).Holds(cell));
}
