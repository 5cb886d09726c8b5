using Sextant.Data.Labelled;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class ArithmeticDataCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_defaults_are_the_courses_file_in_order()
    {
        var done = InProcess.Run("data", "arithmetic");
        string[] lines = done.Output.Split('\n');
        Assert.Equal(0, done.ExitCode);
        Assert.Equal(802, lines.Length);
        Assert.Equal([",input,label", "0,zero plus zero,1", "1,zero plus one,2"], lines[..3]);
        Assert.Equal("799,nineteen minus nineteen,1", lines[800]);
    }

    [Theory]
    [InlineData("a.csv", null)]
    [InlineData("a.tsv", null)]
    [InlineData("a.jsonl", null)]
    [InlineData("a.txt", "jsonl")]
    public void What_is_written_reads_as_labelled_text(string name, string? format)
    {
        string path = folder.Combine(name);
        var done = InProcess.Run(["data", "arithmetic", "--to", "3", "--operands", "3", "--operations", "minus,times", "--out", path, "--json", .. format is null ? Array.Empty<string>() : ["--format", format]]);
        Assert.Equal(0, done.ExitCode);
        Assert.Equal(256, done.Json["expressions"]!.GetValue<int>());
        Assert.Equal(256, LabelledFile.Read(path).Texts.Count);
        Assert.Equal(
            done.Json["negative"]!.GetValue<int>(),
            LabelledFile.Read(path).Texts.Count(t => t.Label == "0"));
    }

    [Theory]
    [InlineData("--to 5 --from 6", "--to: 5 is less than the 6 of from")]
    [InlineData("--operands 1", "--operands: 1 is not within")]
    [InlineData("--operations plus,divide", "'divide' is not plus, minus or times")]
    [InlineData("--operations plus,plus", "--operations: name each")]
    [InlineData("--to 9999 --operands 3", "such expressions, more than 10000000")]
    [InlineData("--format xml", "it is one of csv, tsv, jsonl")]
    [InlineData("--json", "give --out FILE")]
    public void Wrong_arguments_are_usage_errors(string arguments, string part)
    {
        var done = InProcess.Run(["data", "arithmetic", .. arguments.Split(' ')]);
        Assert.Equal(2, done.ExitCode);
        Assert.Contains(part, done.Errors, StringComparison.Ordinal);
        Assert.Empty(done.Output);
    }
}
