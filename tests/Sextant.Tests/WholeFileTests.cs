using Xunit;

namespace Sextant.Tests;

public sealed class WholeFileTests
{
    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_file_and_nothing_beside_it()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("kept.txt", "old");

        Assert.Throws<IOException>(() => WholeFile.Write(path, file =>
        {
            file.Write("half of the new"u8);
            throw new IOException("no space left");
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void An_error_names_the_file_that_was_meant()
    {
        using TemporaryFolder folder = new();
        string path = folder.Combine("missing/kept.txt");

        var error = Assert.Throws<DirectoryNotFoundException>(() => WholeFile.Write(path, "new"));

        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_replaces_the_file_as_a_whole()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("kept.txt", "a much longer old text");

        WholeFile.Write(path, "new");

        Assert.Equal("new"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }
}
