using System.Collections.Immutable;

namespace Sextant.Matching.Search;

/// <summary>
/// A caption as the search builds it, NUMBER ATTRIBUTES COLOUR NOUN PLACES, each part optional: "3 small orange clownfish in an anemone". More than one part needs a noun, since
/// "red on sand" names nothing.
/// </summary>
internal sealed record CaptionPhrase
{
    private const int MostAttributes = 2, MostPlaces = 2;

    public CaptionWord? Number { get; private init; }

    public ImmutableArray<CaptionWord> Attributes { get; private init; } = [];

    public CaptionWord? Colour { get; private init; }

    public CaptionWord? Noun { get; private init; }

    public ImmutableArray<CaptionWord> Places { get; private init; } = [];

    /// <summary>In the order of the caption.</summary>
    public IEnumerable<CaptionWord> Parts =>
    [
        .. Number is null ? Array.Empty<CaptionWord>() : [Number], .. Attributes, .. Colour is null ? Array.Empty<CaptionWord>() : [Colour],
        .. Noun is null ? Array.Empty<CaptionWord>() : [Noun], .. Places,
    ];

    public string Text => Said(Parts);

    /// <summary>What it says, in whatever words and order: the same of "3 tiny fish" and of "three little fish".</summary>
    public string Sense => string.Join(" / ", Parts.Select(part => part.Sense ?? part.Text).Order(StringComparer.Ordinal));

    /// <summary>How many words a text has.</summary>
    public static int WordsOf(string text) => text.Length == 0 ? 0 : text.Count(c => c == ' ') + 1;

    public static CaptionPhrase Of(CaptionWord word) => new CaptionPhrase().Added(word);

    /// <summary>The phrase with a word more, or null where it has no room for it, says such a thing already ("small large fish") or the noun is not counted.</summary>
    public CaptionPhrase? With(CaptionWord word)
    {
        bool fits = word.Kind switch
        {
            CaptionWordKind.Number => Number is null && Noun is { Plural: not null },
            CaptionWordKind.Attribute => Attributes.Length < MostAttributes && !Attributes.Contains(word),
            CaptionWordKind.Colour => Colour is null,
            CaptionWordKind.Noun => Noun is null && (Number is null || word.Plural is not null),
            CaptionWordKind.Place => Places.Length < MostPlaces && !Places.Contains(word),
            _ => false,
        };
        return fits && (word.Group is null || Parts.All(part => part.Group != word.Group)) && (Noun is not null || word.Kind == CaptionWordKind.Noun) ? Added(word) : null;
    }

    /// <summary>What is left of the caption without one of its parts.</summary>
    public string Without(CaptionWord part) => Said(Parts.Where(other => !ReferenceEquals(other, part)));

    private CaptionPhrase Added(CaptionWord word) => word.Kind switch
    {
        CaptionWordKind.Number => this with { Number = word },
        CaptionWordKind.Attribute => this with { Attributes = [.. Attributes, word] },
        CaptionWordKind.Colour => this with { Colour = word },
        CaptionWordKind.Noun => this with { Noun = word },
        CaptionWordKind.Place => this with { Places = [.. Places, word] },
        _ => throw new ArgumentException($"'{word.Text}' stands with a noun after it alone.", nameof(word)),
    };

    private static string Said(IEnumerable<CaptionWord> parts)
    {
        bool isSeveral = false;
        List<string> words = [];
        foreach (var part in parts)
        {
            isSeveral |= part is { Kind: CaptionWordKind.Number, IsOne: false };
            string text = part.Kind == CaptionWordKind.Noun && isSeveral ? part.Plural ?? part.Text : part.Text;
            if (text.Length > 0)
            {
                words.Add(text);
            }
        }

        return string.Join(' ', words is ["a", [var initial, ..], ..] && "aeiou".Contains(initial, StringComparison.Ordinal) ? ["an", .. words.Skip(1)] : words);
    }
}
