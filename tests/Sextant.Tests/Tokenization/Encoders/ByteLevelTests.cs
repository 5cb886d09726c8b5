using Sextant.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>Expectations by hand: a byte's token has the byte's number, behind RoBERTa's four special tokens.</summary>
public sealed class ByteLevelTests
{
    private const int Byte = 4;

    [Fact]
    public void The_space_before_a_word_belongs_to_its_token_and_not_to_its_place()
    {
        const string text = "hi hi  lo";
        var encoded = Vocabularies.Roberta().Encode(text);
        Assert.Equal([0, 261, 262, Byte + ' ', Byte + ' ', 263, 2], encoded.Ids);
        Assert.Equal(["hi", "hi", " ", " ", "lo"], Spans.Of(encoded, text));
    }

    [Fact]
    public void The_mask_takes_the_space_before_it()
    {
        Assert.Equal([0, 261, 265, Byte + ' ', 263, 2], Vocabularies.Roberta().Encode("hi <mask> lo").Ids);
        Assert.Equal([0, 261, Byte + 0x1F, 265, 2], Vocabularies.Roberta().Encode("hi\u001F <mask>").Ids);
        Assert.Equal([0, 261, Byte + ' ', 0, 263, 2], Vocabularies.Roberta().Encode("hi <s>lo").Ids);
    }

    [Fact]
    public void A_first_word_may_count_as_one_behind_a_space()
    {
        Assert.Equal([0, 262, 2], Vocabularies.Roberta(addsSpace: true).Encode("hi").Ids);
        Assert.Equal([0, 262, 2], Vocabularies.Roberta(addsSpace: true).Encode(" hi").Ids);
        Assert.Equal([0, 261, 2], Vocabularies.Roberta().Encode("hi").Ids);
    }

    [Fact]
    public void A_pair_has_two_separators_and_no_types()
    {
        var encoded = Vocabularies.Roberta().Encode("hi", "lo");
        Assert.Equal([0, 261, 2, 2, 263, 2], encoded.Ids);
        Assert.Equal(new int[6], encoded.TypeIds);
        Assert.Equal([0, 2, 2, 2], Vocabularies.Roberta().Encode("hi", "lo", 4).Ids);
    }

    [Fact]
    public void The_longer_text_of_a_pair_is_the_one_that_has_more_tokens_when_its_words_are_enough()
    {
        // Room for 3: of "l l ..." seven tokens are looked at, of the other the whole first word, nine.
        Assert.Equal((1, 2), Kept("l l l l l l l l l l l l", "lllllllll l"));
        Assert.Equal((2, 1), Kept("l l l l l", "l l l l"));

        static (int, int) Kept(string text, string pair)
        {
            var spans = Vocabularies.Clip().Encode(text, pair, 7).Spans;
            return (spans.Count(s => s.Part == 0), spans.Count(s => s.Part == 1));
        }
    }

    [Fact]
    public void Tokens_of_one_characters_bytes_share_its_place()
    {
        const string text = "é🦊";
        var encoded = Vocabularies.Roberta().Encode(text);
        Assert.Equal([0, 264, Byte + 0xF0, Byte + 0x9F, Byte + 0xA6, Byte + 0x8A, 2], encoded.Ids);
        Assert.Equal(["é", "🦊", "🦊", "🦊", "🦊"], Spans.Of(encoded, text));
    }

    [Fact]
    public void Letters_above_the_first_plane_go_on_a_word() // a pattern on halves of them would see two symbols
    {
        (string, string)[] merges = [("ð", "Ŀ"), ("s", "ð")];
        var ids = Vocabularies.RobertaIds();
        ids.Add("ðĿ", ids.Count);
        ids.Add("sð", ids.Count);
        var encoded = new RobertaTokenizer(ids, [merges[1]]).Encode("s𝒽"); // U+1D4BD is F0 9D 92 BD
        Assert.Equal("sð", encoded.Spans[1].Token);
    }

    [Fact]
    public void CLIP_folds_case_and_ends_its_words()
    {
        const string text = "HI lo E\u0301!";
        var encoded = Vocabularies.Clip().Encode(text);
        Assert.Equal([515, 512, 'l', 256 + 'o', 514, 256 + '!', 516], encoded.Ids);
        Assert.Equal(["HI", "l", "o", "E\u0301", "!"], Spans.Of(encoded, text));
        Assert.Equal([515, 512, 'l', 516], Vocabularies.Clip().Encode(text, maximum: 4).Ids);
        Assert.Equal([515, 512, 516, 516, 514, 516], Vocabularies.Clip().Encode("hi", "é").Ids);
    }

    [Fact]
    public void CLIP_takes_numbers_apart_and_leaves_the_end_token_whole() =>
        Assert.Equal([515, 256 + '1', 256 + '2', 516, 512, 516], Vocabularies.Clip().Encode("12<|endoftext|>hi").Ids);

    [Theory]
    [InlineData("aaaa", 3)] // aa, aa: from the left; then nothing joins aa and aa
    [InlineData("aaa", 2)]
    [InlineData("a", 1)]
    public void Pairs_are_joined_from_the_left(string text, int count)
    {
        var merges = new PairMerges([(1, 1, 2), (2, 1, 3)]);
        int[] symbols = [.. text.Select(_ => 1)], lengths = new int[text.Length];
        int left = merges.Join(symbols, lengths);
        Assert.Equal(text.Length, lengths[..left].Sum());
        Assert.Equal(text.Length switch { 4 => [2, 2], 3 => [3], _ => [1] }, symbols[..left]);
        Assert.True(left <= count);
    }
}
