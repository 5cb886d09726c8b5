using Sextant.Data.Drawn;

namespace Sextant.Matching.Search;

/// <summary>What captions of drawn scenes are made of: a model that learnt from them knows these words and hardly any other.</summary>
public static class DrawnWords
{
    /// <summary>Kinds, colours, sizes, numbers, places and backgrounds, in all their wordings.</summary>
    public static CaptionVocabulary Vocabulary { get; } = CaptionVocabulary.Of(
    [
        .. Enum.GetValues<ThingKind>().SelectMany(kind => SceneWords.Of(kind).Select(noun => new CaptionWord(CaptionWordKind.Noun, noun.One) { Plural = noun.Many, Sense = kind.ToString() })),
        .. Enum.GetValues<NamedColour>().SelectMany(value => SceneWords.Of(value).Select(colour => new CaptionWord(CaptionWordKind.Colour, colour) { Sense = value.ToString() })),
        .. Enum.GetValues<ThingSize>().SelectMany(value => SceneWords.Of(value).Select(size => new CaptionWord(CaptionWordKind.Attribute, size) { Group = nameof(ThingSize), Sense = value.ToString() })),
        new CaptionWord(CaptionWordKind.Number, "a") { IsOne = true, Sense = SceneWords.Of(1)[0] },
        .. from count in Enumerable.Range(1, DrawnScene.MostThings)
           from number in SceneWords.Of(count)
           select new CaptionWord(CaptionWordKind.Number, number) { IsOne = count == 1, Sense = SceneWords.Of(count)[0] },
        .. Enum.GetValues<Background>().SelectMany(value => SceneWords.Of(value).Select(background => new CaptionWord(CaptionWordKind.Place, background) { Group = nameof(Background), Sense = value.ToString() })),
        .. Enum.GetValues<Data.Drawn.Place>().SelectMany(value => SceneWords.Of(value).Select(place => new CaptionWord(CaptionWordKind.Place, place) { Group = nameof(Data.Drawn.Place), Sense = value.ToString() })),
    ]);

    /// <summary>What is true of scenes, as their names say.</summary>
    /// <param name="scenes">For each picture what it shows; null where that is not known.</param>
    public static CaptionTruth Truth(IReadOnlyList<DrawnScene?> scenes) => new(
        scenes.Count,
        caption => CaptionClaims.Of(caption) is { } claims ? picture => scenes[picture] is { } scene && claims.HoldFor(scene) : null,
        picture => scenes[picture] is not null);
}
