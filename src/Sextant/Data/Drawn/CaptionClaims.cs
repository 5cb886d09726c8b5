using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Sextant.Data.Drawn;

/// <summary>
/// What a caption claims of a scene: of each attribute, the values that it leaves open. All its words must hold, so that "red blue fish" is true of nothing; a caption without any
/// claim ("a picture") is true of everything.
/// </summary>
/// <remarks>
/// A number word, a digit, "pair" or "couple" says exactly that many; "a", "an" before a singular thing and "single" say one; a plural noun, "several", "some" and the like say more than one; a bare
/// singular noun, "the" and "something" leave the number open. Words that are not known make a caption one that is not understood: it is never guessed at.
/// </remarks>
public sealed partial record CaptionClaims
{
    private const uint Everything = uint.MaxValue;

    private const uint SeveralThings = ~0b11u; // of counts: neither 0 nor 1

    private static readonly FrozenDictionary<string, Word> _words = Words().ToFrozenDictionary(StringComparer.Ordinal);

    private uint kinds = Everything, colours = Everything, counts = Everything, sizes = Everything, places = Everything, backgrounds = Everything;

    private CaptionClaims()
    {
    }

    private enum Role
    {
        Filler,
        Article,
        Adjective,
        Noun,
        Other,
    }

    /// <summary>The attributes that the caption says anything about.</summary>
    public SceneAttributes Mentions =>
        (colours == Everything ? 0 : SceneAttributes.Colour) | (kinds == Everything ? 0 : SceneAttributes.Kind) | (counts == Everything ? 0 : SceneAttributes.Count)
        | (sizes == Everything ? 0 : SceneAttributes.Size) | (places == Everything ? 0 : SceneAttributes.Place) | (backgrounds == Everything ? 0 : SceneAttributes.Background);

    /// <summary>What a caption claims, or null where it has no words or one that is not understood.</summary>
    public static CaptionClaims? Of(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        var words = new List<Word>();
        foreach (var match in WordPattern().EnumerateMatches(caption = caption.ToLowerInvariant().Replace("middle-sized", "medium", StringComparison.Ordinal)))
        {
            if (!_words.TryGetValue(caption.Substring(match.Index, match.Length), out var word))
            {
                return null;
            }

            words.Add(word);
        }

        if (words.Count == 0)
        {
            return null;
        }

        var claims = new CaptionClaims();
        for (int i = 0; i < words.Count; i++)
        {
            words[i].Narrow?.Invoke(claims);
            if (words[i].Role == Role.Article && Named(words, i + 1) is { Role: Role.Noun, IsPlural: false })
            {
                claims.counts &= 1u << 1;
            }
        }

        return claims;
    }

    /// <summary>Whether everything that is claimed holds.</summary>
    public bool HoldFor(DrawnScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return (kinds >> (int)scene.Kind & colours >> (int)scene.Colour & counts >> scene.Count & sizes >> (int)scene.Size
            & places >> (int)scene.Place & backgrounds >> (int)scene.Background & 1) != 0;
    }

    /// <summary>The word that an article belongs to: the first after its adjectives.</summary>
    private static Word? Named(List<Word> words, int from)
    {
        while (from < words.Count && words[from].Role == Role.Adjective)
        {
            from++;
        }

        return from < words.Count ? words[from] : null;
    }

    private static Dictionary<string, Word> Words()
    {
        var words = new Dictionary<string, Word>(StringComparer.Ordinal);
        foreach (var kind in Enum.GetValues<ThingKind>())
        {
            foreach (var (one, many) in SceneWords.Of(kind))
            {
                AddNoun(one, many, claims => claims.kinds &= 1u << (int)kind);
            }
        }

        words["fishes"] = new Word(Role.Noun, claims => (claims.kinds, claims.counts) = (claims.kinds & 1u << (int)ThingKind.Fish, claims.counts & SeveralThings), IsPlural: true);
        AddNoun("thing", "things", null);
        AddNoun("object", "objects", null);
        foreach (var colour in Enum.GetValues<NamedColour>())
        {
            Add(Role.Adjective, claims => claims.colours &= 1u << (int)colour, SceneWords.Of(colour));
        }

        foreach (var size in Enum.GetValues<ThingSize>())
        {
            Add(Role.Adjective, claims => claims.sizes &= 1u << (int)size, [.. SceneWords.Of(size).Where(word => !word.Contains('-', StringComparison.Ordinal))]);
        }

        string[][] numbers = [["one", "1"], ["two", "2", "pair", "couple"], ["three", "3"], ["four", "4"], ["five", "5"], ["six", "6"], ["seven", "7"], ["eight", "8"], ["nine", "9"], ["ten", "10"]];
        foreach (var (i, names) in numbers.Index())
        {
            Add(Role.Other, claims => claims.counts &= 1u << (i + 1), names);
        }

        Add(Role.Adjective, claims => claims.counts &= 1u << 1, "single");
        Add(Role.Other, claims => claims.counts &= SeveralThings, "several", "some", "many", "few", "multiple", "group");
        AddPlace(Place.Left, "left");
        AddPlace(Place.Right, "right");
        AddPlace(Place.Top, "top");
        AddPlace(Place.Bottom, "bottom");
        AddPlace(Place.Centre, "middle", "centre", "center");
        AddBackground(Background.Sea, "sea", "water", "ocean", "underwater");
        AddBackground(Background.Sky, "sky", "air");
        AddBackground(Background.Grass, "grass", "meadow", "lawn");
        AddBackground(Background.Sand, "sand", "beach");
        AddBackground(Background.Snow, "snow");
        AddBackground(Background.Night, "night");
        AddBackground(Background.Room, "room", "indoors");
        AddBackground(Background.Road, "road", "street");
        Add(Role.Article, null, "a", "an");
        Add(Role.Filler, null, "the", "in", "on", "of", "at", "to", "near", "by", "under", "side", "hand", "is", "are", "there", "here", "this", "these", "it", "its", "that", "which", "all", "and", "with", "shows", "showing");
        Add(Role.Adjective, null, "sized", "coloured", "colored"); // a part of one: medium-sized
        Add(Role.Filler, null, "something", "photo", "photograph", "picture", "image", "drawing", "painting", "photos", "pictures", "images", "drawings");
        return words;

        void Add(Role role, Action<CaptionClaims>? narrow, params string[] names)
        {
            foreach (string name in names)
            {
                words[name] = new Word(role, narrow, IsPlural: false);
            }
        }

        void AddNoun(string one, string many, Action<CaptionClaims>? narrow)
        {
            words[many] = new Word(Role.Noun, claims => { narrow?.Invoke(claims); claims.counts &= SeveralThings; }, IsPlural: true);
            words[one] = new Word(Role.Noun, narrow, IsPlural: false); // after the plural: fish, which is both, leaves the number open
        }

        void AddPlace(Place place, params string[] names) => Add(Role.Other, claims => claims.places &= 1u << (int)place, names);
        void AddBackground(Background background, params string[] names) => Add(Role.Other, claims => claims.backgrounds &= 1u << (int)background, names);
    }

    [GeneratedRegex("[\\p{L}\\p{N}']+")]
    private static partial Regex WordPattern();

    private sealed record Word(Role Role, Action<CaptionClaims>? Narrow, bool IsPlural);
}
