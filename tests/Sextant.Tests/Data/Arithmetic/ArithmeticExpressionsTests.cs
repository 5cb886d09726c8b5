using System.Globalization;
using Sextant.Data.Arithmetic;
using Sextant.Data.Labelled;
using Xunit;

namespace Sextant.Tests.Data.Arithmetic;

public sealed class ArithmeticExpressionsTests
{
    [Theory]
    [InlineData(0, "zero")]
    [InlineData(19, "nineteen")]
    [InlineData(20, "twenty")]
    [InlineData(21, "twenty-one")]
    [InlineData(99, "ninety-nine")]
    [InlineData(100, "one hundred")]
    [InlineData(105, "one hundred five")]
    [InlineData(342, "three hundred forty-two")]
    [InlineData(9012, "nine thousand twelve")]
    [InlineData(9999, "nine thousand nine hundred ninety-nine")]
    public void A_number_is_said_in_words(int number, string words) => Assert.Equal(words, NumberWords.Of(number));

    [Fact]
    public void The_defaults_are_800_expressions_of_three_classes()
    {
        ArithmeticExpression[] all = [.. new ArithmeticExpressions().All()];
        Assert.Equal(800, all.Select(e => e.Text).Distinct().Count());
        Assert.Equal([190, 21, 589], all.CountBy(e => e.Label).OrderBy(c => c.Key).Select(c => c.Value));
        Assert.Equal(Enumerable.Range(0, 800), all.Select(e => e.Index));
        Assert.Equal(new(578, "eight minus eighteen", -10), all[578]);
        Assert.Equal(new(42, "two plus two", 4), all[42]);
    }

    [Fact]
    public void The_courses_files_hold_the_same_expressions_labels_and_indices()
    {
        string[] course = [.. Course("train"), .. Course("test")];
        string[] ours = [.. new ArithmeticExpressions().All().Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Index},{e.Text},{e.Label}"))];
        Assert.Equal(ours.Order(StringComparer.Ordinal), course.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void More_operands_and_operations_are_evaluated_by_the_rules_of_arithmetic()
    {
        var all = new ArithmeticExpressions { From = 2, To = 4, Operands = 3, Operations = Enum.GetValues<ArithmeticOperation>() }.All().ToDictionary(e => e.Text, e => e.Value);
        Assert.Equal(27 * 9, all.Count);
        Assert.Equal(2 - (3 * 4), all["two minus three times four"]);
        Assert.Equal((2 * 3) - 4, all["two times three minus four"]);
        Assert.Equal(2 - 3 - 4, all["two minus three minus four"]);
        Assert.Equal(2 - 3 + 4, all["two minus three plus four"]);
        Assert.Equal(2 * 3 * 4, all["two times three times four"]);
    }

    [Fact]
    public void What_would_be_too_many_or_too_large_is_refused()
    {
        Assert.Contains("4e12 such expressions", Assert.Single(new ArithmeticExpressions { To = 9999, Operands = 3, From = 0 }.Problems()), StringComparison.Ordinal);
        Assert.Contains("too large", Assert.Single(new ArithmeticExpressions { From = 9999, To = 9999, Operands = 8, Operations = [ArithmeticOperation.Times] }.Problems()), StringComparison.Ordinal);
        Assert.Contains("name each", Assert.Single(new ArithmeticExpressions { Operations = [ArithmeticOperation.Plus, ArithmeticOperation.Plus] }.Problems()), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ArithmeticExpressions { From = -1 }.All());
    }

    [Fact]
    public void As_labelled_text_the_row_before_is_the_index()
    {
        var reading = LabelledData.Read(new ArithmeticExpressions());
        Assert.Equal(new LabelledText("eight minus eighteen", null, "0", 579), reading.Texts[578]);
    }

    private static IEnumerable<string> Course(string part) => File.ReadLines(SharedData.Path($"data/arithmetic/PA03_data_20_{part}.csv")).Skip(1);
}
