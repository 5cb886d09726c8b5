using Sextant.Decoding.Measures;
using Xunit;

namespace Sextant.Tests.Decoding.Measures;

public sealed class ChrFTests
{
    [Theory]
    [InlineData("a", "a", 100)]
    [InlineData("", "reference", 0)]
    [InlineData("", "c", 0)]
    [InlineData("a b c", "a b c", 100)]
    [InlineData("a b c", "abc", 100)] // white space does not count
    [InlineData("aa", "ab", 25)] // 1/2 and 0/1, both ways
    [InlineData("abcdefg", "hijklmnop", 0)]
    public void Cases_of_sacreBLEU(string hypothesis, string reference, double expected) => // test_chrf.py, effective order
        Assert.Equal(expected, Of(hypothesis, reference), 9);

    [Fact]
    public void The_example_of_sacreBLEUs_readme() // chrF2 = 59.73
    {
        double score = ChrF.OfCorpus(
            ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."],
            [
                ["The dog bit the man.", "The dog had bit the man."],
                ["It was not unexpected.", "No one was surprised."],
                ["The man bit him first.", "The man had bitten the dog."],
            ]);
        Assert.Equal(59.73, score, 2);
    }

    [Fact]
    public void Recall_weighs_twice_as_much_as_precision()
    {
        // abc against ab: precision (2/3 + 1/2) / 2 = 7/12, recall (2/2 + 1/1) / 2 = 1 (the reference has no third order)
        // 5 x 7/12 / (4 x 7/12 + 1) = (35/12) / (40/12) = .875
        Assert.Equal(87.5, Of("abc", "ab"), 9);
        // ab against abc: precision 1, recall 7/12: (35/12) / (4 + 7/12) = 35/55
        Assert.Equal(100 * 35.0 / 55, Of("ab", "abc"), 9);
    }

    [Fact]
    public void Counts_are_summed_over_the_corpus() // 1 of 2 characters
    {
        Assert.Equal(50, ChrF.OfCorpus(["a", "b"], [["a"], ["c"]]), 9);
    }

    [Fact]
    public void Of_several_references_the_best_counts() => Assert.Equal(100, ChrF.OfCorpus(["ab"], [["xy", "ab", "a"]]), 9);

    [Fact]
    public void A_character_is_a_unicode_scalar_value() => Assert.Equal(25, Of("😀😀", "😀😁"), 9); // as aa against ab

    [Fact]
    public void With_words_punctuation_is_a_word_of_its_own()
    {
        // "ab c." against "ab d.": characters abc. and abd.: 3/4 (a, b, .), 1/3 (ab), 0/2, 0/1
        // words ab c . and ab d .: 2/3, 0/2; six orders: (3/4 + 1/3 + 2/3) / 6 = 1.75 / 6 both ways
        Assert.Equal(100 * 1.75 / 6, ChrF.PlusPlusOfCorpus(["ab c."], [["ab d."]]), 9);
    }

    private static double Of(string hypothesis, string reference) => ChrF.OfCorpus([hypothesis], [[reference]]);
}
