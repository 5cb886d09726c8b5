using Sextant.Finetuning;
using Sextant.Tests.Tokenization.Encoders;
using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
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
        var tokenizer = Vocabularies.WordPiece();
        var encoded = tokenizer.Encode(text, pair, most);
        Assert.Equal(expected, UnseenParts.Of(text, pair, encoded, tokenizer));
        Assert.Equal(expected.Contains("cut off", StringComparison.Ordinal), UnseenParts.IsCut(text, pair, encoded));
    }

    public static TheoryData<string> Kinds => ["WordPiece", "BERTweet", "RoBERTa", "CLIP"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_tokeniser_says_what_it_has_no_token_for_and_takes_its_unknown_token_as_it_stands(string kind)
    {
        EncoderTokenizer tokenizer = kind switch
        {
            "WordPiece" => Vocabularies.WordPiece(),
            "BERTweet" => new BertweetTokenizer(Vocabularies.Tweets, Vocabularies.Codes),
            "RoBERTa" => new RobertaTokenizer(Without(Vocabularies.RobertaIds()), Vocabularies.RobertaMerges),
            _ => new ClipTokenizer(Without(Vocabularies.ClipIds()), Vocabularies.ClipMerges),
        };

        Assert.Equal("no token for 'z'", Said("z"));
        Assert.Equal("", Said(tokenizer.TokenOf(tokenizer.UnknownId)));

        string Said(string text) => UnseenParts.Of(text, null, tokenizer.Encode(text), tokenizer);

        static Dictionary<string, int> Without(Dictionary<string, int> ids)
        {
            ids.Remove("z");
            ids.Remove("z</w>");
            return ids;
        }
    }

    [Fact]
    public void A_long_rest_is_shortened()
    {
        string text = "run " + string.Concat(Enumerable.Repeat("running ", 20));
        var tokenizer = Vocabularies.WordPiece();
        string said = UnseenParts.Of(text, null, tokenizer.Encode(text, maximum: 3), tokenizer);
        Assert.Equal($"cut off '{text[4..44]}...'", said);
    }
}
