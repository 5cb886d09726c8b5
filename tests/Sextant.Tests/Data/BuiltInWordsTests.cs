using System.Text.RegularExpressions;
using Sextant.Data;
using Xunit;

namespace Sextant.Tests.Data;

public sealed partial class BuiltInWordsTests
{
    [Theory]
    [InlineData(WordList.Small, 4_000, 14)]
    [InlineData(WordList.Large, 20_000, 24)]
    public void A_list_is_long_plain_unique_and_in_ordinal_order(WordList list, int least, int longest)
    {
        var words = BuiltInWords.Get(list);

        Assert.True(words.Count >= least, $"{list} has {words.Count} words.");
        Assert.All(words, word => Assert.Matches(PlainWord(), word));
        Assert.All(words, word => Assert.InRange(word.Length, 1, longest));
        Assert.Equal(words.Distinct().Order(StringComparer.Ordinal), words);
    }

    [Fact]
    public void The_large_list_holds_the_small_one() =>
        Assert.Empty(BuiltInWords.Get(WordList.Small).Except(BuiltInWords.Get(WordList.Large)));

    [Theory]
    [InlineData("children")]
    [InlineData("cities")]
    [InlineData("admitted")]
    [InlineData("rewritten")]
    [InlineData("overslept")]
    [InlineData("misunderstood")]
    [InlineData("happiest")]
    [InlineData("unkindness")]
    [InlineData("impossibility")]
    [InlineData("spoonfuls")]
    [InlineData("friendships")]
    [InlineData("actors")]
    [InlineData("moonlight")]
    [InlineData("twenty-one")]
    public void The_large_list_has_natural_forms(string word) => Assert.Contains(word, BuiltInWords.Get(WordList.Large));

    [Theory]
    [InlineData("childs")]
    [InlineData("informations")]
    [InlineData("informationed")]
    [InlineData("goed")]
    [InlineData("writed")]
    [InlineData("acter")]
    [InlineData("undergoed")]
    public void Irregular_words_get_no_regular_forms(string word) => Assert.DoesNotContain(word, BuiltInWords.Get(WordList.Large));

    [Theory]
    [InlineData("nouns", "lLkfFphsiyYE")]
    [InlineData("regular-verbs", "eoaArduptvmbUnMiz")]
    [InlineData("adjectives", "clntuivh")]
    [InlineData("other-words", "")]
    public void A_list_repeats_no_word_and_uses_only_its_own_marks(string list, string marks)
    {
        MarkedWord[] words = [.. MarkedWord.ReadAll(list)];

        Assert.Empty(words.GroupBy(word => word.Text).Where(group => list != "other-words" && group.Count() > 1).Select(group => group.Key));
        Assert.All(words, word => Assert.All(word.Marks, mark => Assert.Contains(mark, marks)));
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex PlainWord();
}
