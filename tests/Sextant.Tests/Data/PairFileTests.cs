using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sextant.Data;
using Xunit;

namespace Sextant.Tests.Data;

public sealed class PairFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_line_is_two_fields_with_a_tab_or_else_white_space_between()
    {
        var reading = Read("# a comment\n\nthe ethay\r\n  \nsay that\tay-say atthay\n狐\té\n");
        Assert.Equal([new("the", "ethay"), new("say that", "ay-say atthay"), new("狐", "é")], reading.Pairs);
        Assert.Equal([3, 5, 6], reading.PairLines);
        Assert.Equal(3, reading.Lines);
        Assert.Empty(reading.LeftOut);
    }

    [Fact]
    public void Bad_lines_and_duplicates_are_named_by_number()
    {
        var reading = Read("a b\na b c\nd\ne\t\nf\tg\th\na b\n", maximumBadShare: 1);
        Assert.Equal([new("a", "b")], reading.Pairs);
        Assert.Equal(
            [
                new(2, LeftOutReason.WrongNumberOfFields),
                new(3, LeftOutReason.WrongNumberOfFields),
                new(4, LeftOutReason.EmptySide),
                new(5, LeftOutReason.WrongNumberOfFields),
                new(6, LeftOutReason.Duplicate),
            ],
            reading.LeftOut);
    }

    [Fact]
    public void Too_many_bad_lines_are_an_error_that_names_them()
    {
        string message = Error("a b\nc\nd e\n");
        Assert.Contains("1 of 3 lines", message, StringComparison.Ordinal);
        Assert.Contains("(line 2)", message, StringComparison.Ordinal);
        Assert.Contains("put a tab", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lower_case_makes_duplicates_of_lines_that_differ_in_case()
    {
        string path = folder.Write("pairs.txt", "The ETHAY\nthe ethay\n");
        Assert.Equal([new("the", "ethay")], PairFile.Read(path, lowerCase: true).Pairs);
        Assert.Equal(2, PairFile.Read(path).Pairs.Count);
    }

    [Fact]
    public void Gzip_and_a_byte_order_mark_read_as_the_plain_file()
    {
        byte[] plain = [.. Encoding.UTF8.Preamble, .. "a b\nc d"u8];
        Assert.Equal([new("a", "b"), new("c", "d")], PairFile.Read(folder.Write("mark.txt", plain)).Pairs);
        Assert.Equal([new("a", "b"), new("c", "d")], PairFile.Read(folder.Write("any-name", Gzip(plain))).Pairs);
        Assert.Equal([new("a", "b"), new("c", "d")], PairFile.Read(folder.Write("joined", [.. Gzip("a b\n"u8.ToArray()), .. Gzip("c d"u8.ToArray())])).Pairs);
    }

    [Fact]
    public void A_line_of_ten_megabytes_is_a_bad_line()
    {
        string path = folder.Write("long.txt", "a b\n" + new string('x', 10_000_000) + "\nc d\n" + new string('y', 3_000_000));
        var reading = PairFile.Read(path, maximumBadShare: 1);
        Assert.Equal([new("a", "b"), new("c", "d")], reading.Pairs);
        Assert.Equal([new(2, LeftOutReason.LongLine), new(4, LeftOutReason.LongLine)], reading.LeftOut);
        Assert.Throws<UserError>(() => PairFile.Read(path));
    }

    [Fact]
    public void Lines_survive_any_buffer_boundary()
    {
        Prop.ForAll(Gen.Choose(0, 9).ListOf().ToArbitrary(), widths =>
        {
            string[] expected = [.. widths.Select((w, i) => new string((char)('a' + (i % 26)), w))];
            string path = folder.Write("lines.txt", string.Concat(expected.Select(l => l + "\n")));
            using var lines = new TextLines(path, maximumBytes: 8);
            var read = new List<string?>();
            while (lines.TryRead(out string? line))
            {
                read.Add(line);
            }

            return read.SequenceEqual(expected.Select(l => l.Length > 8 ? null : l));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_is_not_utf8_text_is_an_error_that_names_file_and_line()
    {
        Assert.Contains("line 2 is not valid UTF-8", Error([.. "a b\nc "u8, 0xE9, .. "\n"u8]), StringComparison.Ordinal);
        Assert.Contains("line 2 holds a NUL", Error([.. "a b\nc "u8, 0, .. "\n"u8]), StringComparison.Ordinal);
        Assert.Contains("UTF-16", Error([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a b\n")]), StringComparison.Ordinal);
        Assert.Contains("damaged gzip", Error([0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]), StringComparison.Ordinal);
        string many = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i * 7919} {i * 104729}\n"));
        Assert.Contains("damaged gzip", Error(Gzip(Encoding.UTF8.GetBytes(many))[..^5000]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    public void A_file_without_pairs_is_one_clear_sentence(string text) =>
        Assert.Contains("holds no pairs", Error(text), StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_and_a_folder_are_told_apart()
    {
        Assert.Contains("no file", Assert.Throws<UserError>(() => PairFile.Read(folder.Combine("none.txt"))).Message, StringComparison.Ordinal);
        Assert.Contains("folder", Assert.Throws<UserError>(() => PairFile.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_courses_large_file_gives_its_unique_pairs()
    {
        string path = SharedData.Path("data/pig-latin/large.txt");
        var reading = PairFile.Read(path, lowerCase: true);
        Assert.Equal(22_525, reading.Lines);
        Assert.Equal(22_402, PairSplitTests.Course(reading).Reading.Pairs.Count);
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return memory.ToArray();
    }

    private PairReading Read(string text, double maximumBadShare = 0.01) =>
        PairFile.Read(folder.Write("pairs.txt", text), maximumBadShare: maximumBadShare);

    private string Error(string text) => Error(Encoding.UTF8.GetBytes(text));

    private string Error(byte[] bytes)
    {
        string path = folder.Write("bad.txt", bytes);
        string message = Assert.Throws<UserError>(() => PairFile.Read(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        return message;
    }
}
