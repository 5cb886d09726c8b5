using System.Collections.Immutable;

namespace Sextant.Data;

/// <summary>English words that come with the library, written for it. See Data/Words for the lists and what their marks mean.</summary>
public static class BuiltInWords
{
    private static readonly Lazy<ImmutableArray<string>> Small = new(() => Sorted(BaseWords()));
    private static readonly Lazy<ImmutableArray<string>> Large = new(() => Sorted(BaseWords().Concat(Derived())));

    /// <summary>
    /// The words of a list, each once, in ordinal order and of a to z and '-' only: the base words, or those with their regular
    /// inflections, derivations and compounds.
    /// </summary>
    public static IReadOnlyList<string> Get(WordList list) => list switch
    {
        WordList.Small => Small.Value,
        WordList.Large => Large.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(list), list, "There are two lists: small and large."),
    };

    private static ImmutableArray<string> Sorted(IEnumerable<string> words) =>
        [.. words.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> BaseWords()
    {
        string[] lists = ["nouns", "regular-verbs", "adjectives", "other-words"];
        return lists.SelectMany(MarkedWord.ReadAll).Select(word => word.Text)
            .Concat(MarkedWord.Lines("irregular-verbs").SelectMany(line => line.Split(' ').Select(form => MarkedWord.Parse(form, "").Text)));
    }

    private static IEnumerable<string> Derived() =>
    [
        .. MarkedWord.ReadAll("nouns").SelectMany(WordForms.OfNoun),
        .. MarkedWord.ReadAll("regular-verbs").SelectMany(WordForms.OfRegularVerb),
        .. MarkedWord.Lines("irregular-verbs").SelectMany(WordForms.OfIrregularVerb),
        .. MarkedWord.ReadAll("adjectives").SelectMany(WordForms.OfAdjective),
        .. MarkedWord.Lines("compounds").SelectMany(WordForms.OfCompounds),
    ];
}
