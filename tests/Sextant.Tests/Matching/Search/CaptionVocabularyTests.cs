using Sextant.Matching.Search;
using Xunit;

namespace Sextant.Tests.Matching.Search;

public sealed class CaptionVocabularyTests
{
    [Fact]
    public void The_built_in_lists_have_every_kind_and_each_word_once()
    {
        var words = CaptionVocabulary.BuiltIn.Words;

        Assert.All(Enum.GetValues<CaptionWordKind>(), kind => Assert.Contains(words, word => word.Kind == kind));
        Assert.True(CaptionVocabulary.BuiltIn.OfKind(CaptionWordKind.Noun).Count() > 600);
        Assert.Equal(words.Count, words.Select(word => (word.Kind, word.Text)).Distinct().Count());
        Assert.All(words, word => Assert.Matches("^[a-z0-9][a-z0-9 -]*$", word.Text));
        foreach (string noun in new[] { "clownfish", "anemone", "dog", "sailboat", "castle", "sofa", "pizza", "tennis racket", "mountain" })
        {
            Assert.Contains(words, word => word.Kind == CaptionWordKind.Noun && word.Text == noun);
        }
    }

    [Theory]
    [InlineData("crab", "crab", "crabs")]
    [InlineData("goose / geese", "goose", "geese")]
    [InlineData("sand~", "sand", null)]
    [InlineData("sea  turtle", "sea turtle", "sea turtles")]
    [InlineData("butterfly", "butterfly", "butterflies")]
    public void A_noun_has_its_plural(string entry, string one, string? many)
    {
        var word = CaptionWord.Parse(CaptionWordKind.Noun, entry);

        Assert.Equal((one, many), (word.Text, word.Plural));
    }

    [Fact]
    public void A_phrase_agrees_in_number_and_stands_in_order()
    {
        CaptionWord crab = Noun("crab"), sand = Noun("sand~"), orange = new(CaptionWordKind.Colour, "orange"), small = new(CaptionWordKind.Attribute, "small"), three = CaptionWord.Parse(CaptionWordKind.Number, "3");
        CaptionWord a = CaptionWord.Parse(CaptionWordKind.Number, "a/1"), place = new(CaptionWordKind.Place, "on sand");
        var phrase = CaptionPhrase.Of(crab);

        Assert.Equal("3 small orange crabs on sand", phrase.With(place)!.With(orange)!.With(three)!.With(small)!.Text);
        Assert.Equal("an orange crab", phrase.With(a)!.With(orange)!.Text);
        Assert.Equal("a crab", phrase.With(a)!.Text);
        Assert.Equal("crab on sand", phrase.With(three)!.With(place)!.Without(three));
        Assert.Null(CaptionPhrase.Of(sand).With(three)); // what is not counted has no number
        Assert.Null(CaptionPhrase.Of(sand).With(a));
        Assert.Null(CaptionPhrase.Of(orange).With(place)); // "orange on sand" names nothing
        Assert.Null(phrase.With(orange)!.With(new CaptionWord(CaptionWordKind.Colour, "red")));
        Assert.Null(phrase.With(place)!.With(place));
    }

    [Fact]
    public void A_caption_says_one_thing_of_a_group()
    {
        CaptionWord fish = Noun("fish"), small = Size("small"), large = Size("large"), striped = new(CaptionWordKind.Attribute, "striped");

        Assert.Null(CaptionPhrase.Of(fish).With(small)!.With(large));
        Assert.Equal("small striped fish", CaptionPhrase.Of(fish).With(small)!.With(striped)!.Text);

        static CaptionWord Size(string text) => new(CaptionWordKind.Attribute, text) { Group = "size" };
    }

    [Fact]
    public void Words_of_a_users_file_come_with_their_part()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("words.txt", "# mine\nColour: Teal\n\nclownfish / clownfish\nplace: on the pier\ncolor: mint\nadjective: wobbly\n");

        var words = CaptionLists.Words(path);

        Assert.Equal(["Colour teal", "Noun clownfish", "Place on the pier", "Colour mint", "Attribute wobbly"], words.Select(word => $"{word.Kind} {word.Text}"));
        Assert.Equal("clownfish", words[1].Plural);
        Assert.Equal(["a fish", "A  fish: two"], CaptionLists.Sentences(folder.Write("captions.txt", "a fish\n# no\nA  fish: two\n")).Select(text => text == "A fish: two" ? "A  fish: two" : text));
    }

    [Theory]
    [InlineData("verb: swim\n", "line 1: 'verb' is no part of a caption")]
    [InlineData("a\ncolour:\n", "line 2: there is no word after 'colour:'")]
    [InlineData("# nothing\n", "there is no word in it")]
    public void A_file_of_words_that_cannot_be_used_is_one_sentence(string content, string expected)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("words.txt", content);

        Assert.Contains(expected, Assert.Throws<UserError>(() => CaptionLists.Words(path)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no file", Assert.Throws<UserError>(() => CaptionLists.Words(folder.Combine("none.txt"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_that_people_wrote_are_taken_apart()
    {
        var words = CaptionVocabulary.OfCaptions(["two small red cars on a road", "a photo of a fluffy wug near the river", "There are three blickets in a box, at night", "a dog sitting on grass with a ball"]).Words;

        string[] expected = ["Number two", "Attribute small", "Colour red", "Noun car", "Place on a road", "Attribute fluffy", "Noun wug", "Place near the river", "Number three", "Noun blicket", "Place in a box", "Place at night", "Noun dog", "Attribute sitting", "Place on grass"];
        Assert.Equal(expected.Order(), words.Select(word => $"{word.Kind} {word.Text}").Order());
        Assert.Equal("blickets", words.Single(word => word.Text == "blicket").Plural);
    }

    private static CaptionWord Noun(string entry) => CaptionWord.Parse(CaptionWordKind.Noun, entry);
}
