using FsCheck;
using FsCheck.Fluent;
using Sextant.Decoding.Measures;
using Xunit;

namespace Sextant.Tests.Decoding.Measures;

public sealed class MeasuresTests
{
    [Fact]
    public void Any_of_several_targets_is_an_exact_match()
    {
        Assert.Equal(0.5, ExactMatch.Share(["uadqay", "abc", "", "x"], [["adquay", "uadqay"], ["abcd"], [""], ["X"]]));
        Assert.Equal(0, ExactMatch.Share([], []));
        Assert.Throws<ArgumentException>(() => ExactMatch.Share(["a"], []));
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("ab", "ba", 2)]
    [InlineData("😀", "a", 1)] // one scalar value, two UTF-16 units
    public void The_distance_is_the_fewest_edits(string left, string right, int expected) =>
        Assert.Equal(expected, CharacterErrorRate.Distance(left, right));

    [Fact]
    public void The_character_error_rate_is_edits_over_the_references_length()
    {
        Assert.Equal(3.0 / 7, CharacterErrorRate.Of("kitten", "sitting"), 12);
        Assert.Equal(2, CharacterErrorRate.Of("aab", "x") - 1); // three edits of one character
        Assert.Equal(0, CharacterErrorRate.Of("", ""));
        Assert.Equal(double.PositiveInfinity, CharacterErrorRate.Of("a", ""));
        // (3 + 0) / (7 + 2): of "xxxx" and "ab" the second is nearer
        Assert.Equal(3.0 / 9, CharacterErrorRate.OfCorpus(["kitten", "ab"], [["sitting"], ["xxxx", "ab"]]), 12);
    }

    [Fact]
    public void The_distance_is_symmetric_and_obeys_the_triangle_inequality() =>
        Prop.ForAll<NonNull<string>, NonNull<string>, NonNull<string>>((a, b, c) =>
            CharacterErrorRate.Distance(a.Get, b.Get) == CharacterErrorRate.Distance(b.Get, a.Get)
            && CharacterErrorRate.Distance(a.Get, c.Get) <= CharacterErrorRate.Distance(a.Get, b.Get) + CharacterErrorRate.Distance(b.Get, c.Get))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Scores_stay_on_their_scales() =>
        Prop.ForAll<NonNull<string>, NonNull<string>>((a, b) =>
            ChrF.OfCorpus([a.Get], [[b.Get]]) is >= 0 and <= 100.0001
            && Bleu.OfSentence(a.Get, [b.Get]).Score is >= 0 and <= 100.0001)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_guess_among_thirty_has_a_perplexity_of_thirty() => Assert.Equal(30, Likelihood.Perplexity(Math.Log(30)), 9);
}
