using Sextant.Data.Drawn;
using ScenePlace = Sextant.Data.Drawn.Place;

namespace Sextant.Matching;

/// <summary>
/// How well a model tells what drawn pictures show, on pictures that never train: of pairs of colour and kind that training showed, and of those that it never did. Naming a pair is what tells whether colours and
/// kinds were learned apart; a full caption is often found by its colour, number and background alone.
/// </summary>
public sealed record DrawnMeasures
{
    /// <summary>Full captions ("two small orange fish at the top in the sea") whose picture is first among it and 100 distractors, none of which satisfies the caption, a third of them hard (see <see cref="ScenePool.Distractors"/>).</summary>
    public required SeenAndHeldOut FullCaptions { get; init; }

    /// <summary>Pictures for which, of all pairs' captions ("orange fish"), their own is first.</summary>
    public required SeenAndHeldOut Naming { get; init; }

    /// <summary>Pairs of which a gallery has a picture, whose caption ("orange fish") finds one first.</summary>
    public required SeenAndHeldOut TopHit { get; init; }

    /// <summary>Pictures for which, of the captions with each place ("orange fish on the left"), their own is first.</summary>
    public required SeenAndHeldOut Position { get; init; }

    /// <summary>Pictures for which, of the captions with each number ("three orange fish"), their own is first.</summary>
    public required SeenAndHeldOut Count { get; init; }

    /// <summary>Measures a model.</summary>
    /// <param name="pool">What training was drawn from.</param>
    /// <param name="pictures">Features of scenes, drawn.</param>
    /// <param name="texts">Features of texts.</param>
    /// <param name="options">How many; null for the usual.</param>
    public static DrawnMeasures Of(ScenePool pool, Func<IReadOnlyList<DrawnScene>, FeatureTable> pictures, Func<IReadOnlyList<string>, FeatureTable> texts, DrawnMeasuring? options = null)
    {
        options ??= new DrawnMeasuring();
        DrawnScene[][] galleries = [.. Enumerable.Range(0, options.Galleries).Select(number => Gallery(pool, number, options.GallerySize))];
        DrawnScene[] scenes = [.. galleries.SelectMany(gallery => gallery)];
        var drawn = pictures(scenes);
        var captions = texts([.. ScenePool.Combinations.Select(pair => Short(pair.Colour, pair.Kind))]);
        float[] cosines = drawn.Products(captions);
        return new DrawnMeasures
        {
            FullCaptions = SeenAndHeldOut.Of(
                from heldOut in Parts(pool)
                from i in Enumerable.Range(0, options.Targets)
                select (heldOut, IsFirst(pool, pool.Measuring(options.Galleries * options.GallerySize + i, heldOut), pictures, texts))),
            Naming = SeenAndHeldOut.Of(scenes.Select((scene, i) => (IsHeldOut(pool, scene), IsOf(scene, cosines.AsSpan(i * captions.Rows, captions.Rows))))),
            TopHit = SeenAndHeldOut.Of(galleries.Index().SelectMany(gallery => TopHits(pool, gallery.Item, cosines.AsSpan(gallery.Index * options.GallerySize * captions.Rows, gallery.Item.Length * captions.Rows)))),
            Position = Of(pool, scenes, drawn, texts, SceneAttributes.Place, Enum.GetValues<ScenePlace>(), scene => scene.Place, (scene, place) => scene with { Place = place }),
            Count = Of(pool, scenes, drawn, texts, SceneAttributes.Count, [.. Enumerable.Range(1, DrawnScene.MostThings)], scene => scene.Count, (scene, count) => scene with { Count = count }),
        };
    }

    /// <summary>The share of scenes whose caption of colour and kind is first among those of all pairs.</summary>
    /// <param name="scenes">Any.</param>
    /// <param name="pictures">Features of the scenes, a row each.</param>
    /// <param name="texts">Features of texts.</param>
    public static Proportion NamingOf(IReadOnlyList<DrawnScene> scenes, FeatureTable pictures, Func<IReadOnlyList<string>, FeatureTable> texts)
    {
        var captions = texts([.. ScenePool.Combinations.Select(pair => Short(pair.Colour, pair.Kind))]);
        float[] cosines = pictures.Products(captions);
        return Proportion.Of(scenes.Select((scene, i) => IsOf(scene, cosines.AsSpan(i * captions.Rows, captions.Rows))));
    }

    /// <summary>So many scenes of all pairs alike.</summary>
    private static DrawnScene[] Gallery(ScenePool pool, int number, int size)
    {
        int heldOut = (int)Math.Round((double)size * pool.HeldOut.Count / ScenePool.Combinations.Count);
        return [.. Enumerable.Range(0, size).Select(i => pool.Measuring(((long)number * size) + i, i < heldOut))];
    }

    private static bool IsFirst(ScenePool pool, DrawnScene target, Func<IReadOnlyList<DrawnScene>, FeatureTable> pictures, Func<IReadOnlyList<string>, FeatureTable> texts)
    {
        var features = pictures([target, .. pool.Distractors(target)]);
        return First(texts([SceneCaptions.Full(target)]).Products(features)) == 0;
    }

    private static List<(bool IsHeldOut, bool IsRight)> TopHits(ScenePool pool, DrawnScene[] gallery, ReadOnlySpan<float> cosines)
    {
        var trials = new List<(bool, bool)>();
        foreach (var (at, pair) in ScenePool.Combinations.Index())
        {
            if (gallery.Any(scene => (scene.Colour, scene.Kind) == pair))
            {
                float best = float.NegativeInfinity;
                for (int i = 0; i < gallery.Length; i++)
                {
                    best = Math.Max(best, cosines[(i * ScenePool.Combinations.Count) + at]);
                }

                bool isRight = true;
                for (int i = 0; i < gallery.Length; i++)
                {
                    isRight &= cosines[(i * ScenePool.Combinations.Count) + at] < best || (gallery[i].Colour, gallery[i].Kind) == pair; // of equals any could come first
                }

                trials.Add((pool.IsHeldOut(pair.Colour, pair.Kind), isRight));
            }
        }

        return trials;
    }

    private static SeenAndHeldOut Of<T>(
        ScenePool pool, DrawnScene[] scenes, FeatureTable drawn, Func<IReadOnlyList<string>, FeatureTable> texts, SceneAttributes says, T[] values, Func<DrawnScene, T> own, Func<DrawnScene, T, DrawnScene> with)
    {
        string Said(DrawnScene scene, T value) => SceneCaptions.Plain(with(scene, value), SceneAttributes.Colour | SceneAttributes.Kind | says);
        string[] captions = [.. scenes.SelectMany(scene => values.Select(value => Said(scene, value))).Distinct()];
        var rows = captions.Index().ToDictionary(caption => caption.Item, caption => caption.Index);
        var features = texts(captions);
        return SeenAndHeldOut.Of(scenes.Select((scene, i) =>
        {
            float[] cosines = drawn.Selected([i]).Products(features.Selected([.. values.Select(value => rows[Said(scene, value)])]));
            return (IsHeldOut(pool, scene), First(cosines) is >= 0 and int first && Equals(values[first], own(scene)));
        }));
    }

    /// <summary>Whether the first of all pairs is the scene's.</summary>
    private static bool IsOf(DrawnScene scene, ReadOnlySpan<float> cosines) => First(cosines) is >= 0 and int first && ScenePool.Combinations[first] == (scene.Colour, scene.Kind);

    private static IEnumerable<bool> Parts(ScenePool pool) => pool.HeldOut.Count == 0 ? [false] : [false, true];

    private static bool IsHeldOut(ScenePool pool, DrawnScene scene) => pool.IsHeldOut(scene.Colour, scene.Kind);

    private static string Short(NamedColour colour, ThingKind kind) => SceneCaptions.Short(new DrawnScene { Colour = colour, Kind = kind, Background = default });

    /// <summary>Where the largest is; -1 where several are, as of features that tell nothing.</summary>
    private static int First(ReadOnlySpan<float> cosines)
    {
        int best = 0, equals = 1;
        for (int i = 1; i < cosines.Length; i++)
        {
            (best, equals) = cosines[i] > cosines[best] ? (i, 1) : cosines[i] == cosines[best] ? (best, equals + 1) : (best, equals);
        }

        return equals == 1 ? best : -1;
    }
}

/// <summary>How many pictures and captions are measured.</summary>
public sealed record DrawnMeasuring
{
    /// <summary>Galleries, each of pictures of all pairs alike.</summary>
    public int Galleries { get; init; } = 5;

    /// <summary>Pictures of a gallery.</summary>
    public int GallerySize { get; init; } = 500;

    /// <summary>Full captions of seen pairs, and as many of held-out ones, each with 100 distractors of its own.</summary>
    public int Targets { get; init; } = 200;

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "measures")
    {
        foreach (var (name, value) in new[] { ("galleries", Galleries), ("gallerySize", GallerySize), ("targets", Targets) })
        {
            if (value is < 1 or > 100_000)
            {
                yield return $"{path}.{name}: {value} is not from 1 to 100,000.";
            }
        }
    }
}

/// <summary>A share of what training showed, and of what it never did (which is of no trial where nothing is held out).</summary>
public sealed record SeenAndHeldOut(Proportion Seen, Proportion HeldOut)
{
    internal static SeenAndHeldOut Of(IEnumerable<(bool IsHeldOut, bool IsRight)> trials)
    {
        var all = trials.ToList();
        return new SeenAndHeldOut(Proportion.Of(all.Where(trial => !trial.IsHeldOut).Select(trial => trial.IsRight)), Proportion.Of(all.Where(trial => trial.IsHeldOut).Select(trial => trial.IsRight)));
    }
}
