using Sextant.Data.Drawn;

namespace Sextant.Matching.Search;

/// <summary>What captions of drawn scenes are made of: a model that learnt from them knows these words and hardly any other.</summary>
public static class DrawnWords
{
    /// <summary>Kinds, colours, sizes, numbers, places and backgrounds, in all their wordings.</summary>
    public static CaptionVocabulary Vocabulary { get; } = CaptionVocabulary.Of(
    [
        .. Enum.GetValues<ThingKind>().SelectMany(SceneWords.Of).Select(noun => new CaptionWord(CaptionWordKind.Noun, noun.One) { Plural = noun.Many }),
        .. Enum.GetValues<NamedColour>().SelectMany(SceneWords.Of).Select(colour => new CaptionWord(CaptionWordKind.Colour, colour)),
        .. Enum.GetValues<ThingSize>().SelectMany(SceneWords.Of).Select(size => new CaptionWord(CaptionWordKind.Attribute, size) { Group = nameof(ThingSize) }),
        new CaptionWord(CaptionWordKind.Number, "a") { IsOne = true },
        .. from count in Enumerable.Range(1, DrawnScene.MostThings)
           from number in SceneWords.Of(count)
           select new CaptionWord(CaptionWordKind.Number, number) { IsOne = count == 1 },
        .. Enum.GetValues<Background>().SelectMany(SceneWords.Of).Select(background => new CaptionWord(CaptionWordKind.Place, background) { Group = nameof(Background) }),
        .. Enum.GetValues<Data.Drawn.Place>().SelectMany(SceneWords.Of).Select(place => new CaptionWord(CaptionWordKind.Place, place) { Group = nameof(Data.Drawn.Place) }),
    ]);

    /// <summary>What is true of scenes, as their names say.</summary>
    /// <param name="scenes">For each picture what it shows; null where that is not known.</param>
    public static CaptionTruth Truth(IReadOnlyList<DrawnScene?> scenes) => new(
        scenes.Count,
        caption => CaptionClaims.Of(caption) is { } claims ? picture => scenes[picture] is { } scene && claims.HoldFor(scene) : null,
        picture => scenes[picture] is not null);
}
