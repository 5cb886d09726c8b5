using Sextant.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

public sealed class BertweetTests
{
    private static readonly BertweetTokenizer Tokenizer = new(Vocabularies.Tweets, Vocabularies.Codes);

    [Fact]
    public void A_tweet_is_normalised_and_each_token_knows_its_place()
    {
        const string text = "@Some_one don't abc ab &lt;3 ab";
        var encoded = Tokenizer.Encode(text);
        Assert.Equal(["@USER", "do", "n't", "ab@@", "c", "ab", "<@@", "3", "ab"], encoded.Spans.Where(s => s.Part == 0).Select(s => s.Token));
        Assert.Equal([0, 9, 13, 12, 7, 8, 6, 3, 3, 6, 2], encoded.Ids);
        Assert.Equal(["@Some_one", "do", "n't", "ab", "c", "ab", "&lt;", "3", "ab"], Spans.Of(encoded, text));
    }

    [Fact]
    public void A_special_token_takes_the_white_space_around_it()
    {
        var tokenizer = new BertweetTokenizer(Vocabularies.Tweets, Vocabularies.Codes, normalizes: false);
        Assert.Equal([0, 6, 14, 6, 2], tokenizer.Encode("ab\n<mask>\n ab").Ids);
        Assert.Equal(["ab", "<mask>", "ab@@", "\n"], tokenizer.Encode("ab<mask> ab\n").Spans.Where(s => s.Part == 0).Select(s => s.Token)); // a line's end goes on its word
        Assert.Equal([0, 6, 2, 2, 8, 2], tokenizer.Encode("ab", "c").Ids);
        Assert.Equal([0, 0, 0, 0, 0, 0], tokenizer.Encode("ab", "c").TypeIds);
    }

    [Theory]
    [InlineData("AT&T; x", "AT x")] // a reference to nothing is dropped
    [InlineData("&#128; &#x2019; &apos; &xi; &eacute; &#1114112; &; & ;", "€ ' é & ; & ;")]
    [InlineData("@", "@USER")]
    [InlineData("!!!!!! 😀😀😀😀😀 aaaaaa", "! ! ! :grinning_face: :grinning_face: :grinning_face: aaaaaa")]
    [InlineData("HTTPS://A.B/c wwwow", "HTTPURL HTTPURL")]
    [InlineData("http://x.y/a(b(c)d)e, http://x.y/(z).", "HTTPURL , HTTPURL .")]
    [InlineData("a.bc me@a.bc @a.bc", "a.bc me@a.bc @USER . bc")]
    [InlineData("🅰🅱 🅰 Ⓜ", "🅰🅱 :A_button_(blood_type): :circled_M:")] // circled and squared letters make words
    [InlineData("𝒽ello 𝟙𝟚.𝟛", "𝒽ello 𝟙𝟚.𝟛")]
    [InlineData("❤\uFE0Flove ❤\uFE0F", ":red_heart: \uFE0Flove :red_heart:")] // a mark goes on a word
    [InlineData(":-) =D (: <3 --> <- <b>", ":-) =D (: <3 --> <- <b>")]
    [InlineData("#a_b-c's #1", "#a_b-c 's # 1")] // a tag has two characters
    [InlineData("555-123-4567 1/2 -3.5 x-y-", "555-123-4567 1/2 -3.5 x-y -")]
    [InlineData(". . . .... ..", ". . . ... ..")]
    [InlineData("abc.co\u0130 abc.co\u0131", "abc.co\u0130 abc . co\u0131")] // to the reference the dotted capital I is a letter of a site's name and the small i without dot is not
    [InlineData("I cannot; I cannot", "I can not ; I cannot")]
    public void Tweets_are_normalised_as_the_reference_does(string text, string normalized)
    {
        string written = TweetNormalizer.Normalize(TracedText.Of(text, 0, text.Length)).ToString();
        Assert.Equal(normalized, string.Join(' ', written.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }
}
