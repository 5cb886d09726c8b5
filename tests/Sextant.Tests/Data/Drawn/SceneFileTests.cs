using Sextant.Data.Drawn;
using Xunit;

namespace Sextant.Tests.Data.Drawn;

public sealed class SceneFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        DrawnPicture[] pictures = [.. SomeScenes.First(20).Select((scene, i) => new DrawnPicture($"{i}.png", scene with { Seed = ulong.MaxValue - (ulong)i }))];
        SceneFile.Write(folder.Path, pictures);
        Assert.True(SceneFile.IsIn(folder.Path));
        Assert.Equal(pictures, SceneFile.Read(folder.Path));
        Assert.Contains("\"colour\": \"", File.ReadAllText(folder.Combine(SceneFile.Name)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is not a list of scenes")]
    [InlineData("null", "is not a list of scenes")]
    [InlineData("[{}]", "is not a list of scenes at [0]")]
    [InlineData("[null]", "entry 1 is null")]
    [InlineData("""[{"picture": "a.png", "kind": "zebra", "colour": "red", "count": 1, "size": "small", "place": "left", "background": "sea", "seed": 1}]""", "at [0].kind (line 1)")]
    [InlineData("""[{"picture": "a.png", "kind": 3, "colour": "red", "count": 1, "size": "small", "place": "left", "background": "sea", "seed": 1}]""", "at [0].kind")]
    [InlineData("""[{"picture": "a.png", "kind": "cup", "colour": "red", "count": 9, "size": "small", "place": "left", "background": "sea", "seed": 1}]""", "entry 1 has a count of 9")]
    [InlineData("""[{"picture": "", "kind": "cup", "colour": "red", "count": 1, "size": "small", "place": "left", "background": "sea", "seed": 1}]""", "entry 1 names no picture")]
    public void A_broken_file_is_named_with_what_is_wrong(string text, string part)
    {
        File.WriteAllText(folder.Combine(SceneFile.Name), text);
        string message = Assert.Throws<UserError>(() => SceneFile.Read(folder.Path)).Message;
        Assert.Contains(folder.Combine(SceneFile.Name), message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Assert.False(SceneFile.IsIn(folder.Path));
        Assert.Contains(SceneFile.Name, Assert.Throws<UserError>(() => SceneFile.Read(folder.Path)).Message, StringComparison.Ordinal);
    }
}
