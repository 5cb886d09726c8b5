using Sextant.Decoding.Measures;
using Xunit;

namespace Sextant.Tests.Decoding.Measures;

public sealed class BleuTests
{
    [Fact]
    public void The_example_of_sacreBLEUs_readme()
    {
        // sacreBLEU 2, README and test_bleu.py: BLEU = 48.53 82.4/50.0/45.5/37.5 (BP = 0.943 hyp_len = 17 ref_len = 18), 48.530827
        var bleu = Bleu.OfCorpus(
            ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."],
            [
                ["The dog bit the man.", "The dog had bit the man."],
                ["It was not unexpected.", "No one was surprised."],
                ["The man bit him first.", "The man had bitten the dog."],
            ]);
        Assert.Equal(48.530827, bleu.Score, 6);
        Assert.Equal([82.4, 50.0, 45.5, 37.5], bleu.Precisions.Select(precision => Math.Round(precision, 1)));
        Assert.Equal(0.943, bleu.BrevityPenalty, 3);
        Assert.Equal((17, 18), (bleu.HypothesisLength, bleu.ReferenceLength));
    }

    [Fact]
    public void The_same_is_a_hundred() => Assert.Equal(100, Of("this is a test", "this is a test").Score, 10);

    [Fact]
    public void Orders_without_a_match_count_as_a_half_then_a_quarter()
    {
        // a b x d e against a b c d e: 4/5, 2/4 (ab, de), 0/3 -> 1/2 / 3, 0/2 -> 1/4 / 2
        // (.8 x .5 x 1/6 x 1/8)^(1/4) = (.008333...)^(1/4) = .302138
        var bleu = Of("a b x d e", "a b c d e");
        Assert.Equal([80, 50, 16.6667, 12.5], bleu.Precisions.Select(precision => Math.Round(precision, 4)));
        Assert.Equal(100 * Math.Pow(0.8 * 0.5 / 6 / 8, 0.25), bleu.Score, 9);
        Assert.Equal(30.214, bleu.Score, 0.001);
    }

    [Fact]
    public void A_corpus_without_four_words_has_none_but_a_sentence_goes_only_as_far_as_it_can()
    {
        // a little test against a test: 2/3, 0/2 -> 1/2 / 2, 0/1 -> 1/4 / 1: (2/3 x 1/4 x 1/4)^(1/3) = .346681
        Assert.Equal(0, Of("a little test", "a test").Score);
        Assert.Equal(100 * Math.Pow(2.0 / 3 / 4 / 4, 1.0 / 3), Bleu.OfSentence("a little test", ["a test"]).Score, 9);

        // test against a test: 1/1, one word for two: exp(1 - 2/1) = .367879
        Assert.Equal(100 / Math.E, Bleu.OfSentence("test", ["a test"]).Score, 9);
    }

    [Fact]
    public void An_empty_hypothesis_is_nothing_but_counts_in_a_corpus()
    {
        Assert.Equal(0, Of("", "a b c d").Score);
        Assert.Equal(0, Bleu.OfSentence("", ["a b c d"]).Score);
        // four words right of four, against eight: precisions 1, penalty exp(1 - 8/4) = 1/e
        Assert.Equal(100 / Math.E, Bleu.OfCorpus(["a b c d", ""], [["a b c d"], ["e f g h"]]).Score, 9);
    }

    [Fact]
    public void Nothing_in_common_is_nothing_and_not_smoothed() => Assert.Equal(0, Of("a b c d e", "v w x y z").Score);

    [Fact]
    public void A_word_counts_no_more_often_than_in_the_reference_that_has_it_most_often()
    {
        // Papineni 2002, section 2.1: "the" seven times; the references have it twice and once: 2/7
        var bleu = Bleu.OfCorpus(["the the the the the the the"], [["The cat is on the the mat", "there is a cat on the mat"]]);
        Assert.Equal(200.0 / 7, bleu.Precisions[0], 9);
    }

    [Fact]
    public void The_reference_closest_in_length_counts_and_the_shorter_of_two_as_close()
    {
        var bleu = Bleu.OfCorpus(["a b c d e"], [["a b c d e f g", "a b c", "a b c d e f g h"]]); // 5 against 7, 3, 8
        Assert.Equal(3, bleu.ReferenceLength);
        Assert.Equal(1, bleu.BrevityPenalty);
        Assert.Equal(100, bleu.Score, 9); // every n-gram is in one of them
    }

    [Fact]
    public void Lists_of_different_lengths_and_missing_references_are_errors()
    {
        Assert.Throws<ArgumentException>(() => Bleu.OfCorpus(["a"], []));
        Assert.Throws<ArgumentException>(() => Bleu.OfCorpus(["a"], [[]]));
    }

    private static Bleu Of(string hypothesis, string reference) => Bleu.OfCorpus([hypothesis], [[reference]]);
}
