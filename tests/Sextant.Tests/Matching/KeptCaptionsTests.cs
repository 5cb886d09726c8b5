using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class KeptCaptionsTests : IDisposable
{
    private const int RowBytes = 32 + (2 * sizeof(float));

    private static readonly string _identity = new('a', 64);

    private readonly TemporaryFolder folder = new();
    private readonly List<string> encoded = [], notices = [];

    private string File => folder.Combine("cache", "captions.bin");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_caption_is_encoded_once_and_is_the_same_to_the_bit()
    {
        var first = Features(["a", "bcd"]);
        var again = Features(["bcd", "e", "a"]);

        Assert.Equal(["a", "bcd", "e"], encoded);
        Assert.Equal(first.Row(1).ToArray(), again.Row(0).ToArray());
        Assert.Equal(first.Row(0).ToArray(), again.Row(2).ToArray());
        Assert.Empty(notices);
    }

    [Fact]
    public void What_the_table_no_longer_says_goes_when_the_file_is_next_written()
    {
        Features(["a", "b", "c"]);
        Features(["a"]);
        long before = new FileInfo(File).Length;
        Features(["a", "d"]);

        Assert.Equal(before - RowBytes, new FileInfo(File).Length);
    }

    [Fact]
    public void No_more_is_kept_than_has_room_and_the_rest_is_encoded_each_time()
    {
        Features(["a", "b", "c"], room: 2);
        Features(["a", "b", "c"], room: 2);

        Assert.Equal(["a", "b", "c", "c"], encoded);
    }

    [Fact]
    public void Another_model_and_a_damaged_file_give_way()
    {
        Features(["a"]);
        Features(["a"], new string('b', 64));
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        bytes[^40] ^= 1;
        System.IO.File.WriteAllBytes(File, bytes);
        Features(["a"], new string('b', 64));

        Assert.Equal(["a", "a", "a"], encoded);
        Assert.Contains("damaged", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_can_be_written_that_is_said_and_all_goes_on()
    {
        folder.Write("cache", "a file where the folder would be");

        Assert.Equal(1, Features(["a"]).Rows);
        Assert.Contains("--cache", Assert.Single(notices), StringComparison.Ordinal);
    }

    private FeatureTable Features(string[] captions, string? identity = null, int room = 100) => KeptCaptions.Features(captions, Texts, File, identity ?? _identity, 2, room * RowBytes, notices.Add);

    private FeatureTable Texts(IReadOnlyList<string> texts)
    {
        encoded.AddRange(texts);
        return FeatureTable.Of(texts.Count, 2, [.. texts.SelectMany(text => new float[] { text.Length, text[0] })]);
    }
}
