using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

public sealed class WordPieceTests
{
    [Fact]
    public void Words_are_divided_into_the_longest_pieces_and_each_knows_its_place()
    {
        const string text = "UNwantéd,running";
        var encoded = Vocabularies.WordPiece().Encode(text);
        Assert.Equal([2, 5, 6, 7, 8, 9, 10, 3], encoded.Ids);
        Assert.Equal(["un", "##want", "##ed", ",", "run", "##ning"], encoded.Spans.Where(s => s.Part == 0).Select(s => s.Token));
        Assert.Equal(["UN", "want", "éd", ",", "run", "ning"], Spans.Of(encoded, text));
        Assert.Equal([new TokenSpan(2, "[CLS]", -1, 0, 0), new TokenSpan(3, "[SEP]", -1, 0, 0)], new[] { encoded.Spans[0], encoded.Spans[^1] });
    }

    [Fact]
    public void Marks_written_by_themselves_belong_to_no_token_or_to_one_that_spans_them()
    {
        const string text = "e\u0301E\u0301x"; // é É x: x is no piece, so that the word is unknown as a whole
        var encoded = Vocabularies.WordPiece().Encode(text[..4]);
        Assert.Equal(["e", "##e"], encoded.Spans.Where(s => s.Part == 0).Select(s => s.Token));
        Assert.Equal(["e", "E"], Spans.Of(encoded, text));
        Assert.Equal([text], Spans.Of(Vocabularies.WordPiece().Encode(text), text));
    }

    [Theory]
    [InlineData("a\0\u200B\uFFFDe", "[UNK]")] // nothing in it stays but a and e
    [InlineData("e\u0007e", "e ##e")]
    [InlineData("e \u0378 e", "e [UNK] e")] // no character yet
    [InlineData("$1", "$ 1")]
    [InlineData("11", "1 ##1")]
    [InlineData("狐狐", "狐 狐")]
    [InlineData("Σσς", "[UNK]")]
    [InlineData("ΣΣ", "σ ##σ")]
    [InlineData("İi", "i ##i")]
    [InlineData("un [MASK] un", "un [MASK] un")]
    [InlineData("un[MASK]want", "un [MASK] [UNK]")]
    [InlineData("[mask]", "[UNK] [UNK] [UNK]")]
    [InlineData("e\u2028e\u00A0e\u3000e\te", "e e e e e")]
    [InlineData("", "")]
    [InlineData(" \n ", "")]
    public void Text_is_cleaned_as_BERT_does(string text, string tokens) =>
        Assert.Equal(tokens, string.Join(' ', Vocabularies.WordPiece().Encode(text).Spans.Where(s => s.Part == 0).Select(s => s.Token)));

    [Fact]
    public void A_cased_model_keeps_case_and_accents()
    {
        var cased = Vocabularies.WordPiece(new() { LowerCases = false });
        Assert.Equal([13, 14, 1, 11], cased.Encode("E É Un e").Ids[1..^1]);
        Assert.Equal([13, 13], Vocabularies.WordPiece(new() { LowerCases = false, StripsAccents = true }).Encode("E É").Ids[1..^1]);
        Assert.Equal([11, 1], Vocabularies.WordPiece(new() { StripsAccents = false }).Encode("E É").Ids[1..^1]);
    }

    [Fact]
    public void Chinese_characters_are_words_unless_the_model_says_not()
    {
        Assert.Equal([15, 15], Vocabularies.WordPiece().Encode("狐狐").Ids[1..^1]);
        Assert.Equal([1], Vocabularies.WordPiece(new() { SeparatesChinese = false }).Encode("狐狐").Ids[1..^1]);
    }

    [Fact]
    public void A_word_of_more_than_a_hundred_characters_is_unknown()
    {
        var tokenizer = Vocabularies.WordPiece();
        Assert.Equal(100, tokenizer.Encode(new('e', 100)).Ids[1..^1].Length);
        Assert.Equal([1], tokenizer.Encode(new('e', 101)).Ids[1..^1]);
    }

    [Fact]
    public void A_pair_has_types_and_loses_tokens_of_the_longer_text_first()
    {
        var tokenizer = Vocabularies.WordPiece();
        var whole = tokenizer.Encode("e e e e e", "1 1");
        Assert.Equal([2, 11, 11, 11, 11, 11, 3, 17, 17, 3], whole.Ids);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 1, 1], whole.TypeIds);
        Assert.Equal([2, 11, 11, 3, 17, 17, 3], tokenizer.Encode("e e e e e", "1 1", 7).Ids);
        Assert.Equal([2, 11, 11, 3, 17, 3], tokenizer.Encode("e e e e e", "1 1", 6).Ids);
        Assert.Equal([2, 11, 3, 17, 17, 3], tokenizer.Encode("e e", "1 1 1 1", 6).Ids);
        Assert.Equal([2, 3, 3], tokenizer.Encode("e", "1", 3).Ids);
    }

    [Fact]
    public void The_most_frequent_pairs_become_pieces()
    {
        var tokenizer = WordPieceTokenizer.Train(["ab ab AB", "abc"], 100);
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##b", "##c", "a", "ab"], Tokens(tokenizer));
        Assert.Equal([8, 6], tokenizer.Encode("ABC").Ids[1..^1]);
        Assert.Equal([0, 1, 2, 3, 4], tokenizer.SpecialIds.Order());
    }

    [Fact]
    public void Training_goes_by_counts_and_not_by_the_order_of_texts()
    {
        string[] texts = ["seven plus nine is sixteen", "nineteen minus seven is twelve", "twelve plus seven is nineteen", "six is less than sixteen"];
        string[] tokens = Tokens(WordPieceTokenizer.Train(texts, 40));
        Assert.Equal(40, tokens.Length);
        Assert.Equal(tokens.Distinct(), tokens);
        Assert.Equal(tokens, Tokens(WordPieceTokenizer.Train(texts.Reverse(), 40)));
        Assert.Equal(tokens[..36], Tokens(WordPieceTokenizer.Train(texts, 36)));
    }

    [Fact]
    public void Characters_that_have_no_room_are_the_rarest()
    {
        var tokenizer = WordPieceTokenizer.Train(["aa aa aa b"], 7);
        Assert.Equal(["##a", "a"], Tokens(tokenizer)[5..]);
        Assert.Equal([6, 5, 1], tokenizer.Encode("aa b").Ids[1..^1]);
    }

    private static string[] Tokens(WordPieceTokenizer tokenizer) => [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenOf)];
}
