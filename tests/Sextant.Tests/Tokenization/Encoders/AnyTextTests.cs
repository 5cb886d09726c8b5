using FsCheck;
using FsCheck.Fluent;
using Sextant.Tokenization;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>What holds for every tokeniser and every text.</summary>
public sealed class AnyTextTests
{
    private static readonly string[] Pieces =
    [
        "a", "B", "hi", " ", "\n", "\t", "\0", "\u0085", "\u2028", "\uFFFD", "\uD83D", "\uDE00", "😀", "👍🏽", "é", "e\u0301", "İ", "Σ", "ß", "한", "각", "狐", "𠀀", "𝒽", "१", "½",
        "'", "'s ", "n't ", "cannot ", " p . m .", "&amp;", "&#x80;", "&bogus;", "&", "#tag", "@user", "@", "http://x.y/(a(b))", "www.x.org", "(800) 555-0199", ":-)", "<3",
        "[MASK]", "<mask>", "<s>", "</s>", "<|endoftext|>", "<|startoftext|>", "...", ". . .", "!!!!!!", "…", "’", "\uFE0F", "\u200D", "\u0301",
    ];

    private static readonly Arbitrary<string> Texts = Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void Places_lie_in_the_text_and_in_its_order()
    {
        foreach (var tokenizer in Vocabularies.All)
        {
            Prop.ForAll(Texts, Texts, (text, pair) =>
            {
                Spans.Check(tokenizer.Encode(text), text);
                var both = tokenizer.Encode(text, pair);
                Spans.Check(both, text, pair);
                Assert.Equal(
                    both.Ids.Length,
                    tokenizer.Encode(text).Ids.Length + tokenizer.Encode(pair).Ids.Length + tokenizer.AddedTokens(isPair: true) - (2 * tokenizer.AddedTokens(isPair: false)));
            }).QuickCheckThrowOnFailure();
        }
    }

    [Fact]
    public void No_text_is_longer_than_the_maximum_and_a_shorter_one_is_left_whole()
    {
        foreach (var tokenizer in Vocabularies.All)
        {
            Prop.ForAll(Texts, Texts, Gen.Choose(4, 40).ToArbitrary(), (text, pair, maximum) =>
            {
                var whole = tokenizer.Encode(text, pair);
                var cut = tokenizer.Encode(text, pair, maximum);
                Assert.Equal(Math.Min(maximum, whole.Ids.Length), cut.Ids.Length);
                Assert.Equal(whole.Ids[^1], cut.Ids[^1]);
                Assert.Equal(Math.Min(maximum, tokenizer.Encode(text).Ids.Length), tokenizer.Encode(text, maximum: maximum).Ids.Length);
                for (int part = 0; part < 2; part++)
                {
                    var kept = cut.Spans.Where(s => s.Part == part).ToArray();
                    Assert.Equal(whole.Spans.Where(s => s.Part == part).Take(kept.Length), kept);
                }
            }).QuickCheckThrowOnFailure();
        }
    }

    [Fact]
    public void Any_chars_have_ids_that_have_tokens()
    {
        foreach (var tokenizer in Vocabularies.All)
        {
            Prop.ForAll<NonNull<string>>(text =>
            {
                var encoded = tokenizer.Encode(text.Get);
                Spans.Check(encoded, text.Get);
                Assert.All(encoded.Ids, id => Assert.NotEmpty(tokenizer.TokenOf(id)));
            }).QuickCheckThrowOnFailure();
        }
    }

    [Fact]
    public void A_text_without_spaces_takes_no_longer_than_its_length_asks_for()
    {
        string[] texts = [new('a', 20_000), new('.', 20_000), string.Concat(Enumerable.Repeat("hi", 10_000)), string.Concat(Enumerable.Repeat("http://(a", 500)), string.Concat(Enumerable.Repeat(".,:;", 500)), "http://" + string.Concat(Enumerable.Repeat(".,:;", 500))];
        foreach (var tokenizer in Vocabularies.All)
        {
            foreach (string text in texts)
            {
                Spans.Check(tokenizer.Encode(text), text);
            }
        }
    }

    [Fact]
    public void The_special_tokens_must_have_room()
    {
        foreach (var tokenizer in Vocabularies.All)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Encode("hi", maximum: 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Encode("hi", "hi", maximum: tokenizer.AddedTokens(isPair: true) - 1));
            Assert.Equal(2, tokenizer.Encode("hi", maximum: 2).Ids.Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.TokenOf(tokenizer.VocabularySize));
        }
    }

    [Fact]
    public void What_is_saved_is_read_as_it_was()
    {
        foreach (var tokenizer in Vocabularies.All)
        {
            using var folder = new TemporaryFolder();
            tokenizer.Save(folder.Combine("new"));
            var read = EncoderTokenizer.Load(folder.Combine("new"));
            Assert.Equal(tokenizer.GetType(), read.GetType());
            Assert.Equal((tokenizer.VocabularySize, tokenizer.PaddingId, tokenizer.MaskId), (read.VocabularySize, read.PaddingId, read.MaskId));
            Assert.Equal(tokenizer.SpecialIds.Order(), read.SpecialIds.Order());
            foreach (string text in Pieces)
            {
                Assert.Equal(tokenizer.Encode(text + "hi do ab").Ids, read.Encode(text + "hi do ab").Ids);
            }
        }
    }
}
