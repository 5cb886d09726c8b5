using Sextant.Data;
using Xunit;

namespace Sextant.Tests.Data;

public sealed class InflectionTests
{
    [Theory]
    [InlineData("cat", "cats")]
    [InlineData("box", "boxes")]
    [InlineData("church", "churches")]
    [InlineData("bush", "bushes")]
    [InlineData("glass", "glasses")]
    [InlineData("city", "cities")]
    [InlineData("day", "days")]
    [InlineData("soliloquy", "soliloquies")]
    [InlineData("piano", "pianos")]
    public void A_plural_takes_s_es_or_ies(string noun, string expected) => Assert.Equal(expected, Inflection.Plural(noun));

    [Theory]
    [InlineData("go", "goes")]
    [InlineData("shampoo", "shampoos")]
    [InlineData("try", "tries")]
    [InlineData("pass", "passes")]
    [InlineData("make", "makes")]
    public void The_third_person_takes_s_es_or_ies(string verb, string expected) => Assert.Equal(expected, Inflection.ThirdPerson(verb));

    [Theory]
    [InlineData("walk", "walked", "walking")]
    [InlineData("bake", "baked", "baking")]
    [InlineData("stop", "stopped", "stopping")]
    [InlineData("quit", "quitted", "quitting")]
    [InlineData("fix", "fixed", "fixing")]
    [InlineData("row", "rowed", "rowing")]
    [InlineData("play", "played", "playing")]
    [InlineData("cook", "cooked", "cooking")]
    [InlineData("visit", "visited", "visiting")]
    [InlineData("try", "tried", "trying")]
    [InlineData("tie", "tied", "tying")]
    [InlineData("agree", "agreed", "agreeing")]
    [InlineData("dye", "dyed", "dyeing")]
    [InlineData("hoe", "hoed", "hoeing")]
    [InlineData("ski", "skied", "skiing")]
    [InlineData("mimic", "mimicked", "mimicking")]
    public void A_regular_verb_drops_doubles_or_changes_its_last_letter(string verb, string past, string present)
    {
        Assert.Equal(past, Inflection.Past(verb));
        Assert.Equal(present, Inflection.Present(verb));
    }

    [Fact]
    public void A_marked_verb_doubles_where_its_letters_do_not_tell()
    {
        Assert.Equal("admitted", Inflection.Past("admit", doubles: true));
        Assert.Equal("beginning", Inflection.Present("begin", doubles: true));
    }

    [Theory]
    [InlineData("big", "bigger")]
    [InlineData("nice", "nicer")]
    [InlineData("happy", "happier")]
    [InlineData("gray", "grayer")]
    [InlineData("free", "freer")]
    [InlineData("slow", "slower")]
    public void A_comparative_follows_the_same_rules(string adjective, string expected) =>
        Assert.Equal(expected, Inflection.WithVowelEnding(adjective, "er"));

    [Theory]
    [InlineData("sun", "sunny")]
    [InlineData("smoke", "smoky")]
    [InlineData("rain", "rainy")]
    public void A_noun_with_y_becomes_an_adjective(string noun, string expected) =>
        Assert.Equal(expected, Inflection.WithVowelEnding(noun, "y"));

    [Theory]
    [InlineData("use", "usable")]
    [InlineData("notice", "noticeable")]
    [InlineData("manage", "manageable")]
    [InlineData("rely", "reliable")]
    [InlineData("agree", "agreeable")]
    [InlineData("ship", "shippable")]
    public void Able_keeps_a_soft_c_or_g(string verb, string expected) => Assert.Equal(expected, Inflection.Able(verb));

    [Theory]
    [InlineData("quick", "quickly")]
    [InlineData("happy", "happily")]
    [InlineData("shy", "shyly")]
    [InlineData("gentle", "gently")]
    [InlineData("sole", "solely")]
    [InlineData("full", "fully")]
    [InlineData("true", "truly")]
    [InlineData("unique", "uniquely")]
    [InlineData("basic", "basically")]
    [InlineData("public", "publicly")]
    public void An_adverb_of_manner_is_spelt_by_rule(string adjective, string expected) => Assert.Equal(expected, Inflection.Adverb(adjective));

    [Theory]
    [InlineData("kind", "kindness")]
    [InlineData("happy", "happiness")]
    [InlineData("dry", "dryness")]
    public void Ness_turns_y_to_i_in_longer_words(string adjective, string expected) => Assert.Equal(expected, Inflection.Ness(adjective));

    [Theory]
    [InlineData("able", "ability")]
    [InlineData("pure", "purity")]
    [InlineData("equal", "equality")]
    [InlineData("generous", "generosity")]
    public void Ity_makes_a_quality(string adjective, string expected) => Assert.Equal(expected, Inflection.Ity(adjective));

    [Theory]
    [InlineData("possible", "impossible")]
    [InlineData("legal", "illegal")]
    [InlineData("regular", "irregular")]
    [InlineData("active", "inactive")]
    public void In_takes_the_sound_that_follows(string adjective, string expected) => Assert.Equal(expected, Inflection.Negated(adjective));

    [Theory]
    [InlineData("re", "open", "reopen")]
    [InlineData("re", "enter", "re-enter")]
    [InlineData("mis", "spell", "misspell")]
    public void A_prefix_is_hyphenated_between_two_e(string prefix, string word, string expected) =>
        Assert.Equal(expected, Inflection.Prefixed(prefix, word));
}
