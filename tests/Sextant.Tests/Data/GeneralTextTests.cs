using Sextant.Data;
using Sextant.Data.Arithmetic;
using Xunit;

namespace Sextant.Tests.Data;

public sealed class GeneralTextTests
{
    [Fact]
    public void Every_word_is_a_built_in_one() =>
        Assert.Empty(Words(GeneralText.Sentences(1, 20_000)).Concat(GeneralText.Vocabulary).Distinct().Except(BuiltInWords.Get(WordList.Large)));

    [Fact]
    public void No_word_is_a_number_or_speaks_of_one()
    {
        string[] ofNumbers =
        [
            .. Enumerable.Range(0, 100).SelectMany(n => NumberWords.Of(n).Split('-')),
            "plus", "minus", "times", "sum", "difference", "less", "more", "first", "second", "half", "double", "hundred", "thousand", "number", "count", "larger", "smaller", "greater",
        ];
        Assert.Empty(Words(GeneralText.Sentences(2, 50_000)).Intersect(ofNumbers));
    }

    [Fact]
    public void Numbers_come_as_often_as_each_other_and_nothing_is_said_of_them()
    {
        string[] sentences = [.. GeneralText.Sentences(4, 50_000, hasNumbers: true)];
        var counts = sentences.SelectMany(s => s.Split([' ', '.', ',', '?'])).CountBy(word => word).ToDictionary(c => c.Key, c => c.Value);
        int[] ofNumbers = [.. Enumerable.Range(0, 20).Select(n => counts.GetValueOrDefault(NumberWords.Of(n)))];

        Assert.True(ofNumbers.Min() > 0.8 * ofNumbers.Max() && ofNumbers.Min() > 500, string.Join(", ", ofNumbers));
        Assert.Empty("plus minus sum less more larger smaller greater than count".Split(" ").Intersect(counts.Keys));
        Assert.Contains(sentences, sentence => sentence.Contains("nineteen", StringComparison.Ordinal) && sentence.Contains("women", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_sentences_are_as_long_as_those_about_numbers()
    {
        int[] general = [.. GeneralText.Sentences(3, 5_000).Select(GeneralText.Tokens)];
        int[] arithmetic = [.. ArithmeticText.Sentences(3, 5_000).Select(GeneralText.Tokens)];
        int equal = general.Zip(arithmetic).Count(p => p.First == p.Second);
        Assert.True(equal > 4_950, $"{equal} of 5,000 are of equal length; {general.Average()} and {arithmetic.Average()} tokens");
    }

    [Fact]
    public void Words_and_marks_are_counted_as_tokens() => Assert.Equal(9, GeneralText.Tokens("how much is twenty-one, yes?"));

    [Fact]
    public void A_sentence_follows_from_seed_and_place_alone()
    {
        string[] some = [.. GeneralText.Sentences(5, 100)];
        Assert.Equal(some, GeneralText.Sentences(5, 200).Take(100));
        Assert.Equal(some[70], GeneralText.Sentence(5, 70));
        Assert.True(GeneralText.Sentences(5, 5_000).Distinct().Count() > 4_000);
    }

    private static IEnumerable<string> Words(IEnumerable<string> sentences) =>
        sentences.SelectMany(s => s.Split([' ', '.', ',', '?'], StringSplitOptions.RemoveEmptyEntries)).Distinct();
}
