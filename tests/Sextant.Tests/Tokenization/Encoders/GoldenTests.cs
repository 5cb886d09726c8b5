using System.Text.Json;
using Sextant.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>Ids equal those of the published tokenisers.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("bert-base-uncased")]
    [InlineData("bert-base-uncased.official")]
    [InlineData("bert-base-uncased.pairs")]
    public void BERT_texts_have_the_published_ids(string file)
    {
        var tokenizer = Golden.Tokenizer("bert-base-uncased");
        Assert.Equal((30_522, 0, 103), (tokenizer.VocabularySize, tokenizer.PaddingId, tokenizer.MaskId));
        Assert.Equal([0, 100, 101, 102, 103], tokenizer.SpecialIds.Order());
        Assert.All(Golden.Read(file), golden => golden.Check(tokenizer));
    }

    [Theory]
    [InlineData("clip")]
    [InlineData("clip.official")]
    public void CLIP_texts_have_the_published_ids(string file)
    {
        var tokenizer = Golden.Tokenizer("clip");
        Assert.Equal((49_408, 49_407, null), (tokenizer.VocabularySize, tokenizer.PaddingId, tokenizer.MaskId));
        Assert.All(Golden.Read(file), golden => golden.Check(tokenizer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tweets_have_the_published_ids(bool normalize)
    {
        var tokenizer = Golden.Tokenizer("bertweet", normalize);
        Assert.Equal((64_001, 1, 64_000), (tokenizer.VocabularySize, tokenizer.PaddingId, tokenizer.MaskId));
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.Path("data/pretrained/tokenizers/bertweet.json")));
        Assert.All(json.RootElement.GetProperty("cases").EnumerateArray(), tweet =>
        {
            string text = tweet.GetProperty("text").GetString()!;
            var golden = tweet.GetProperty(normalize ? "normalization_true" : "normalization_false").Deserialize<Cut>(JsonSerializerOptions.Web)!;
            new Golden { Text = text, Ids = golden.Ids, Tokens = golden.Tokens, Ids128 = golden.Ids_128 }.Check(tokenizer);
            if (normalize && tweet.TryGetProperty("normalized", out var normalized))
            {
                string written = TweetNormalizer.Normalize(TracedText.Of(text, 0, text.Length)).ToString();
                Assert.Equal(normalized.GetString(), string.Join(' ', written.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
            }
        });
    }

    [Fact]
    public void A_tweet_that_is_normalised_already_has_the_published_ids()
    {
        var tokenizer = Golden.Tokenizer("bertweet", normalize: false);
        Assert.All(Golden.Read("bertweet.official"), golden => golden.Check(tokenizer));
    }

    [Fact]
    public void The_same_characters_have_names_as_in_the_reference_and_no_others()
    {
        var names = Golden.Parse<Dictionary<string, string>>(File.ReadAllText(SharedData.Path("data/pretrained/vocab/bertweet/emoji_names.json")));
        Assert.Equal(1_388, EmojiNames.All.Count);
        Assert.Equal(
            names.OrderBy(n => char.ConvertToUtf32(n.Key, 0)).Select(n => (n.Key, n.Value)),
            EmojiNames.All.OrderBy(n => n.Key).Select(n => (char.ConvertFromUtf32(n.Key), n.Value)));
    }

    private sealed record Cut(int[] Ids, string[] Tokens, int[]? Ids_128);
}
