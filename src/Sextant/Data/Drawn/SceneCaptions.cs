namespace Sextant.Data.Drawn;

/// <summary>
/// Captions of scenes. What a caption says is chosen as a set of attributes; its words follow from the scene and a random stream. A noun in the singular without an article or number
/// ("orange fish") says nothing of how many there are; "a fish" and "one fish" say one, a bare plural ("cups") says more than one. <see cref="SceneTruth"/> reads them in the same way.
/// </summary>
public static class SceneCaptions
{
    /// <summary>A caption of a scene.</summary>
    /// <param name="scene">What it is about.</param>
    /// <param name="random">Decides what is said and in which words.</param>
    /// <param name="mix">How often what is said; null for the usual mix.</param>
    public static string Of(DrawnScene scene, SeededRandom random, CaptionMix? mix = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        mix ??= new CaptionMix();
        return Of(scene, mix.Draw(random), random, mix);
    }

    /// <summary>A caption that says exactly <paramref name="says"/>, its words by the chances of the mix.</summary>
    /// <exception cref="ArgumentException">Nothing is to be said.</exception>
    public static string Of(DrawnScene scene, SceneAttributes says, SeededRandom random, CaptionMix mix)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(mix);
        return new CaptionWording(scene, says, random, mix).Text();
    }

    /// <summary>The same in plain words and order, such as "three orange fish" of colour, kind and count, or "on the left" of the place alone.</summary>
    public static string Plain(DrawnScene scene, SceneAttributes says) => Of(scene, says, new SeededRandom(0), CaptionMix.Plain);

    /// <summary>Everything, plainly: "two small orange fish at the top in the sea".</summary>
    public static string Full(DrawnScene scene) => Plain(scene, SceneAttributes.All);

    /// <summary>"COLOUR KIND" in the singular, "orange fish", whatever the number.</summary>
    public static string Short(DrawnScene scene) => Plain(scene, SceneAttributes.Colour | SceneAttributes.Kind);

    /// <summary>"an orange fish": the short caption with an article, which says that there is one.</summary>
    public static string WithArticle(DrawnScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Plain(scene with { Count = 1 }, SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Count);
    }
}
