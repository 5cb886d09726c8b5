using Sextant.Data;

namespace Sextant.Matching.Search;

/// <summary>What part a word plays in a caption.</summary>
public enum CaptionWordKind
{
    /// <summary>A thing: fish.</summary>
    Noun,

    /// <summary>orange.</summary>
    Colour,

    /// <summary>What a thing is like: small, striped.</summary>
    Attribute,

    /// <summary>How many: three, several.</summary>
    Number,

    /// <summary>Where, with its preposition: in the sea.</summary>
    Place,

    /// <summary>What joins a second thing to the first: with, in front of.</summary>
    Relation,
}

/// <summary>A word, or a few that go together, of which captions are made.</summary>
/// <param name="Kind">Its part.</param>
/// <param name="Text">As it is written; for a noun, one of it.</param>
public sealed record CaptionWord(CaptionWordKind Kind, string Text)
{
    /// <summary>A noun's form for several; null where it is not counted (sand).</summary>
    public string? Plural { get; init; }

    /// <summary>Whether a number asks for the singular.</summary>
    public bool IsOne { get; init; }

    /// <summary>What it says one of, such as a size: of words of one group a caption has one at most, since a second says the same or the contrary. Null for a word that goes with any.</summary>
    public string? Group { get; init; }

    /// <summary>What it says, where other words say the same: "three" of "3". Null for a word that says what no other does.</summary>
    internal string? Sense { get; init; }

    /// <summary>
    /// An entry of a list: "crab", "goose/geese" with a plural of its own, "sand~" for what is not counted, and among numbers "one/1" for what asks for the singular.
    /// </summary>
    public static CaptionWord Parse(CaptionWordKind kind, string entry)
    {
        string text = string.Join(' ', entry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (kind is not (CaptionWordKind.Noun or CaptionWordKind.Number))
        {
            return new CaptionWord(kind, text);
        }

        bool isUncounted = text.EndsWith('~');
        string[] forms = text.TrimEnd('~').Split('/', 2, StringSplitOptions.TrimEntries);
        return kind == CaptionWordKind.Number
            ? new CaptionWord(kind, forms[0]) { IsOne = forms is [_, "1"], Sense = Counted(forms[0]) }
            : new CaptionWord(kind, forms[0]) { Plural = isUncounted ? null : forms is [_, { Length: > 0 } plural] ? plural : Inflection.Plural(forms[0]) };
    }

    private static string? Counted(string number) => number switch
    {
        "a" or "a single" or "1" => "one",
        "2" => "two",
        "3" => "three",
        "4" => "four",
        "5" => "five",
        "6" => "six",
        _ => null,
    };
}
