namespace Sextant.Data.Drawn;

/// <summary>How often captions say exactly these attributes.</summary>
/// <param name="Says">The attributes, no more and no less.</param>
/// <param name="Weight">Relative to the other weights of the mix.</param>
public sealed record CaptionShare(SceneAttributes Says, double Weight);

/// <summary>Which captions are made of scenes: what they say, how often, and how freely they are worded.</summary>
public sealed record CaptionMix
{
    /// <summary>What is said, by weight.</summary>
    public IReadOnlyList<CaptionShare> Shares { get; init; } =
    [
        new(SceneAttributes.Colour | SceneAttributes.Kind, 24),
        new(SceneAttributes.Kind, 9),
        new(SceneAttributes.Colour, 5),
        new(SceneAttributes.Count, 2),
        new(SceneAttributes.Size, 1),
        new(SceneAttributes.Place, 3),
        new(SceneAttributes.Background, 3),
        new(SceneAttributes.Kind | SceneAttributes.Count, 5),
        new(SceneAttributes.Kind | SceneAttributes.Size, 2),
        new(SceneAttributes.Kind | SceneAttributes.Place, 3),
        new(SceneAttributes.Kind | SceneAttributes.Background, 3),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Count, 7),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Size, 3),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Place, 5),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Background, 5),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Place | SceneAttributes.Background, 4),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Count | SceneAttributes.Background, 3),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Count | SceneAttributes.Size, 2),
        new(SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Count | SceneAttributes.Place, 3),
        new(SceneAttributes.All, 8),
    ];

    /// <summary>The chance of each word to be replaced by another of the same meaning, 0..1: "little" for "small", "2" for "two".</summary>
    public double Synonyms { get; init; } = 0.2;

    /// <summary>The chance of words around the phrase, 0..1: "a photo of", "there are", "the".</summary>
    public double Frames { get; init; } = 0.2;

    /// <summary>The chance of another order than size, colour, kind, place, background, 0..1.</summary>
    public double Reorders { get; init; } = 0.2;

    /// <summary>The chance of a plural where there are several and their number is not said, 0..1.</summary>
    public double Plurals { get; init; } = 0.3;

    /// <summary>Always the plain words in the plain order; several things whose number is not said stand in the singular.</summary>
    public static CaptionMix Plain { get; } = new() { Synonyms = 0, Frames = 0, Reorders = 0, Plurals = 0 };

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "captions")
    {
        if (Shares is not { Count: > 0 } || !(Shares.Sum(share => share.Weight) > 0))
        {
            yield return $"{path}.shares: there is nothing to say; give at least one share with a weight above 0.";
        }

        foreach (var (i, share) in (Shares ?? []).Index())
        {
            if (!(share.Weight >= 0 && double.IsFinite(share.Weight)))
            {
                yield return $"{path}.shares[{i}].weight: {share.Weight} is not a weight; it is 0 or more.";
            }

            if (share.Says == SceneAttributes.None || (share.Says & ~SceneAttributes.All) != 0)
            {
                yield return $"{path}.shares[{i}].says: name one or more of colour, kind, count, size, place and background.";
            }
        }

        foreach (var (name, chance) in new[] { ("synonyms", Synonyms), ("frames", Frames), ("reorders", Reorders), ("plurals", Plurals) })
        {
            if (chance is not (>= 0 and <= 1))
            {
                yield return $"{path}.{name}: {chance} is not within 0 and 1.";
            }
        }
    }

    /// <summary>Draws what a caption says.</summary>
    internal SceneAttributes Draw(SeededRandom random)
    {
        double at = random.NextDouble() * Shares.Sum(share => share.Weight);
        foreach (var share in Shares)
        {
            at -= share.Weight;
            if (at < 0)
            {
                return share.Says;
            }
        }

        return Shares.Last(share => share.Weight > 0).Says;
    }
}
