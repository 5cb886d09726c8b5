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
            string[] words = LeakageScan.Words(sentence, isHyphenInWord: true);
            int[] numbers = [.. words.Select(LeakageScan.Number).OfType<int>()];
            if (numbers.Length < 2 || numbers.Any(number => number > 38) || words.Any(word => word is "plus" or "minus" or "take" or "leaves" or "left" or "without" or "difference" or "back" or "keeps" or "how"))
            {
                continue;
            }

            bool isComparison = words.Any(word => word is "less" or "more" or "smaller" or "larger" or "greater" or "before" or "after" or "between" or "same" or "large" or "than" or "above" or "below" or "counting");
            bool isSum = !isComparison && words.Any(word => word is "make" or "makes" or "are" or "sum" or "add" or "together" or "get" or "count");
            foreach (var (a, b) in numbers.SelectMany((a, i) => numbers.Skip(i + 1).Select(b => (a, b))).Where(pair => pair.a <= 19 && pair.b <= 19 && isComparison && !isSum))
            {
                Assert.False(unsaid.HasOrder(a, b), sentence);
                compared++;
            }

            if (isSum && numbers is [int x, int y, ..] && x <= 19 && y <= 19 && (numbers.Length < 3 || x + y == numbers[2]))
            {
                Assert.False(unsaid.HasSum(x, y), sentence);
                added++;
            }
        }

        Assert.InRange(unsaid.Orders, 100, 180);
        Assert.True(compared > 10_000 && added > 3_000, $"{compared} comparisons and {added} sums were looked at");
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
