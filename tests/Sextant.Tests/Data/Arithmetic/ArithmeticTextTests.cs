using Sextant.Data.Arithmetic;
using Sextant.Data.Labelled;
using Xunit;

namespace Sextant.Tests.Data.Arithmetic;

public sealed class ArithmeticTextTests
{
    private const int Many = 200_000;

    /// <summary>As whole numbers, and as a tokeniser sees them, with "forty-seven" in two; sentences follow one another as if no stop were between.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_sentence_holds_one_of_the_800_expressions(bool isHyphenInWord)
    {
        var expressions = new ArithmeticExpressions().All().Select(e => e.Text).ToHashSet();
        (string before, string last) = ("", "");
        foreach (string sentence in ArithmeticText.Sentences(1, Many))
        {
            foreach (string word in LeakageScan.Words(sentence, isHyphenInWord))
            {
                Assert.False(last is "plus" or "minus" && expressions.Contains($"{before} {last} {word}"), sentence);
                (before, last) = (last, word);
            }
        }
    }

    [Fact]
    public void No_sentence_names_the_sign_of_a_sum_or_difference()
    {
        foreach (string sentence in ArithmeticText.Sentences(2, Many))
        {
            Assert.Null(LeakageScan.Problem(sentence));
        }
    }

    [Theory]
    [InlineData("seven minus twelve is negative.")]
    [InlineData("twelve below seven is below zero.")]
    [InlineData("take five from five and zero is left.")]
    [InlineData("take five from five and nothing is left.")]
    [InlineData("take twelve from seven and you are below zero.")]
    [InlineData("the sum of zero and zero is zero.")]
    [InlineData("seven is zero more than seven.")]
    [InlineData("five less than three is less than zero.")]
    [InlineData("the difference between twelve and seven is positive.")]
    [InlineData("take twelve from seven and minus five is left.")]
    public void The_scan_sees_what_must_not_be_there(string sentence) => Assert.NotNull(LeakageScan.Problem(sentence));

    [Fact]
    public void Every_number_of_the_expressions_is_compared_with_every_other()
    {
        var compared = new HashSet<(string, string)>();
        foreach (string sentence in ArithmeticText.Sentences(3, Many))
        {
            if (LeakageScan.Words(sentence, isHyphenInWord: true) is [string less, "is", "less", "than", string more])
            {
                compared.Add((less, more));
            }
        }

        Assert.Equal(190, compared.Count(pair => LeakageScan.Number(pair.Item1) < LeakageScan.Number(pair.Item2) && LeakageScan.Number(pair.Item2) <= 19));
    }

    /// <summary>A sentence that compares or adds names its two numbers; those of the counted row name four.</summary>
    [Fact]
    public void The_order_and_the_sum_of_an_unsaid_pair_are_never_stated()
    {
        var split = LabelledData.Load(new LabelledOptions.Arithmetic { Split = new LabelledSplitOptions.Stratified { TrainShare = 0.56, TestShare = 0.2 } }).Split;
        var unsaid = new UnsaidPairs(split.Validation.Concat(split.Test).Select(text => text.Text));
        int compared = 0, added = 0;
        foreach (string sentence in ArithmeticText.Sentences(6, 50_000, unsaid).Where(sentence => !sentence.StartsWith("we count", StringComparison.Ordinal)))
        {
            foreach (var (isSum, x, y) in Stated(LeakageScan.Words(sentence, isHyphenInWord: true)))
            {
                Assert.False(isSum ? unsaid.HasSum(x, y) : unsaid.HasOrder(x, y), sentence);
                (compared, added) = isSum ? (compared, added + 1) : (compared + 1, added);
            }
        }

        Assert.InRange(unsaid.Orders, 100, 180);
        Assert.True(compared > 10_000 && added > 3_000, $"{compared} comparisons and {added} sums were looked at");
    }

    /// <summary>The pairs whose order or sum a sentence states, by its form.</summary>
    private static IEnumerable<(bool IsSum, int X, int Y)> Stated(string[] words)
    {
        (bool, string, string)[] stated = words switch
        {
            [var a, "is", "less" or "more" or "smaller" or "larger" or "greater", "than", var b] => [(false, a, b)],
            [var a, "is", "as", "large", "as", var b] => [(false, a, b)],
            [var a, "is", "not", "as", "large", "as", var b] => [(false, a, b)],
            [var a, "is", "the", "same", "as", var b] => [(false, a, b)],
            ["which", "is", _, var a, "or", var b, _] => [(false, a, b)],
            ["of", var a, "and", var b, "the", _, "is", _] => [(false, a, b)],
            ["is", var a, "less" or "more", "than", var b, ..] => [(false, a, b)],
            [var a, _, "are", "more", "than", var b, _] => [(false, a, b)],
            [var a, "comes", "before" or "after", var b] => [(false, a, b)],
            ["after" or "before", var a, "comes", var b] => [(false, a, b)],
            ["right", "before", var a, "comes", var b] => [(false, a, b)],
            ["the", "next", "number", "after", var a, "is", var b] => [(false, a, b)],
            ["counting", "from", var a, "we", "come", "to", var b] => [(false, a, b)],
            [var m, "lies", "between", var a, "and", var b] => [(false, a, m), (false, m, b), (false, a, b)],
            [var a, "is", "above", "zero"] => [(false, a, "zero")],
            [var a, "lies", "right", "of", "zero", ..] => [(false, a, "zero")],
            [var a, "and", var b, "make" or "are", _] => [(true, a, b)],
            ["the", "sum", "of", var a, "and", var b, "is", _] => [(true, a, b)],
            ["add", var b, "to", var a, ..] => [(true, a, b)],
            [_, "is", "the", "sum", "of", var a, "and", var b] => [(true, a, b)],
            ["how", "much", "is", var a, "and", var b, _] => [(true, a, b)],
            [var a, "together", "with", var b, ..] => [(true, a, b)],
            ["count", var b, "on", "from", var a, ..] => [(true, a, b)],
            [var a, _, "and", var b, _, "are", _, _] => [(true, a, b)],
            _ => [],
        };
        return stated.Select(pair => (pair.Item1, LeakageScan.Number(pair.Item2), LeakageScan.Number(pair.Item3))).Where(pair => pair.Item2 is <= 19 && pair.Item3 is <= 19).Select(pair => (pair.Item1, pair.Item2!.Value, pair.Item3!.Value));
    }

    [Fact]
    public void What_is_said_of_order_and_sums_is_true()
    {
        foreach (string sentence in ArithmeticText.Sentences(4, 20_000))
        {
            string[] words = LeakageScan.Words(sentence, isHyphenInWord: true);
            bool isTrue = words switch
            {
                [string a, "is", "less", "than", string b] => LeakageScan.Number(a) < LeakageScan.Number(b) || b == "zero",
                [string a, "and", string b, "make", string c] => LeakageScan.Number(a) + LeakageScan.Number(b) == LeakageScan.Number(c),
                ["take", string b, "from", string a, "and", string c, "is", "left"] => LeakageScan.Number(a) - LeakageScan.Number(b) == LeakageScan.Number(c),
                [string a, "minus", string b, "makes", string c] => LeakageScan.Number(a) - LeakageScan.Number(b) == LeakageScan.Number(c),
                _ => true,
            };
            Assert.True(isTrue, sentence);
        }
    }

    [Fact]
    public void A_sentence_follows_from_seed_and_place_alone()
    {
        string[] some = [.. ArithmeticText.Sentences(5, 100)];
        Assert.Equal(some, ArithmeticText.Sentences(5, 1000).Take(100));
        Assert.Equal(some[70], ArithmeticText.Sentence(5, 70));
        Assert.NotEqual(some, ArithmeticText.Sentences(6, 100));
        Assert.True(ArithmeticText.Sentences(5, 10_000).Distinct().Count() > 5_000);
    }

    [Fact]
    public void The_words_of_the_expressions_are_all_in_the_text()
    {
        var words = ArithmeticText.Sentences(1, 5_000).SelectMany(s => LeakageScan.Words(s, isHyphenInWord: false)).ToHashSet();
        Assert.Subset(words, new ArithmeticExpressions().All().SelectMany(e => e.Text.Split(' ')).ToHashSet());
    }
}
