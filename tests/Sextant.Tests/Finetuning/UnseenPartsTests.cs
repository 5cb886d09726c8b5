using Sextant.Finetuning;
using Sextant.Tests.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Finetuning;

public sealed class UnseenPartsTests
{
    [Theory]
    [InlineData("run unwanted, running", null, 20, "")]
    [InlineData("run zebra 1", null, 20, "no token for 'zebra'")]
    [InlineData("zebra run zebra yak", null, 20, "no token for 'zebra', 'yak'")]
    [InlineData("run run run run", null, 4, "cut off 'run run'")]
    [InlineData("run run ...", null, 4, "")] // what is cut holds no word
    [InlineData("zebra run run running", null, 4, "no token for 'zebra'; cut off 'run running'")]
    [InlineData("run", "zebra", 20, "no token for 'zebra'")]
    [InlineData("run", "run run run 1", 6, "cut off 'run 1'")]
    [InlineData("[UNK] run", null, 20, "")]
    [InlineData("", null, 20, "")]
    public void What_has_no_token_and_what_is_cut_off_is_said_in_the_words_of_the_text(string text, string? pair, int most, string expected)
    {
        var encoded = Vocabularies.WordPiece().Encode(text, pair, most);
        Assert.Equal(expected, UnseenParts.Of(text, pair, encoded));
        Assert.Equal(expected.Contains("cut off", StringComparison.Ordinal), UnseenParts.IsCut(text, pair, encoded));
    }

    [Fact]
    public void A_long_rest_is_shortened()
    {
        string text = "run " + string.Concat(Enumerable.Repeat("running ", 20));
        string said = UnseenParts.Of(text, null, Vocabularies.WordPiece().Encode(text, maximum: 3));
        Assert.Equal($"cut off '{text[4..44]}...'", said);
    }
}
