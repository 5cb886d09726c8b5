namespace Sextant.Data.Drawn;

/// <summary>Puts the attributes of a scene into words.</summary>
internal sealed class CaptionWording
{
    private readonly DrawnScene scene;
    private readonly SceneAttributes says;
    private readonly SeededRandom random;
    private readonly CaptionMix mix;
    private readonly bool saysCount;
    private readonly bool isPlural;

    public CaptionWording(DrawnScene scene, SceneAttributes says, SeededRandom random, CaptionMix mix)
    {
        if ((says & SceneAttributes.All) == 0)
        {
            throw new ArgumentException("A caption says something; name at least one attribute.", nameof(says));
        }

        (this.scene, this.says, this.random, this.mix) = (scene, says, random, mix);
        saysCount = Says(SceneAttributes.Count);
        isPlural = scene.Count > 1 && (saysCount || (says & Noun) != 0 && Happens(mix.Plurals));
    }

    /// <summary>Whether the words say that there are several without saying how many.</summary>
    public bool SaysSeveral => isPlural && !saysCount && !(Says(SceneAttributes.Kind) && SceneWords.Of(scene.Kind)[0] is var (one, many) && one == many);

    private static SceneAttributes Noun => SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Size;

    public string Text()
    {
        string things = (says & (Noun | SceneAttributes.Count)) != 0 ? Things() : "";
        string place = Says(SceneAttributes.Place) ? Word(SceneWords.Of(scene.Place)) : "";
        string background = Says(SceneAttributes.Background) ? Word(SceneWords.Of(scene.Background)) : "";
        if (things.Length == 0)
        {
            if (place.Length == 0 && Happens(mix.Reorders))
            {
                return Framed(SceneWords.Scenery(scene.Background));
            }

            things = Happens(mix.Frames) ? Framed("something") : "";
            return Joined(things, place, background);
        }

        if (!Happens(mix.Reorders))
        {
            return Joined(Framed(things), place, background);
        }

        return random.Next(4) switch
        {
            0 when place.Length > 0 => $"{place}, {Joined(things, background)}",
            1 when background.Length > 0 => $"{background}, {Joined(things, place)}",
            2 when place.Length > 0 && background.Length > 0 => $"{Joined(place, background)}, {things}",
            _ => Joined(Framed(things), background, place),
        };
    }

    private string Things()
    {
        string size = Says(SceneAttributes.Size) ? Word(SceneWords.Of(scene.Size)) : "";
        string colour = Says(SceneAttributes.Colour) ? Word(SceneWords.Of(scene.Colour)) : "";
        if (!Says(SceneAttributes.Kind) && !saysCount && !isPlural)
        {
            string and = size.Length > 0 && colour.Length > 0 && Happens(mix.Synonyms) ? "and" : "";
            return Happens(mix.Reorders) ? Joined(size, colour) : Joined("something", size, and, colour);
        }

        var (one, many) = Says(SceneAttributes.Kind) ? Word(SceneWords.Of(scene.Kind)) : Word([("thing", "things"), ("object", "objects")]);
        string noun = isPlural ? many : one;
        string phrase = size.Length > 0 && colour.Length > 0 && Happens(mix.Reorders / 2) ? Joined(colour, size, noun)
            : colour.Length > 0 && Happens(mix.Reorders / 2) ? Joined(size, noun, isPlural ? "that are" : "that is", colour)
            : Joined(size, colour, noun);
        return Counted(phrase);
    }

    private string Counted(string phrase)
    {
        if (!saysCount)
        {
            return Happens(mix.Frames / 4) ? $"the {phrase}" : phrase;
        }

        if (scene.Count > 1 || Happens(mix.Synonyms))
        {
            return $"{Word(SceneWords.Of(scene.Count))} {phrase}";
        }

        return $"{(phrase[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a")} {phrase}";
    }

    private string Framed(string phrase)
    {
        if (!Happens(mix.Frames))
        {
            return phrase;
        }

        bool canStandAlone = saysCount || isPlural || phrase.StartsWith("something", StringComparison.Ordinal);
        return canStandAlone && random.Next(4) == 0
            ? $"there {(isPlural ? "are" : "is")} {phrase}"
            : $"{SceneWords.Frames[random.Next(SceneWords.Frames.Length)]} {phrase}";
    }

    private bool Says(SceneAttributes attribute) => (says & attribute) != 0;

    /// <summary>The plain word, or another where the mix says so.</summary>
    private T Word<T>(T[] words) => words.Length > 1 && Happens(mix.Synonyms) ? words[1 + random.Next(words.Length - 1)] : words[0];

    private bool Happens(double chance) => random.NextDouble() < chance;

    private static string Joined(params ReadOnlySpan<string> parts)
    {
        string joined = "";
        foreach (string part in parts)
        {
            joined += part.Length == 0 ? "" : joined.Length == 0 ? part : " " + part;
        }

        return joined;
    }
}
