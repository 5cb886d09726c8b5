namespace Sextant.Data.Drawn;

/// <summary>
/// Draws scenes, the same for the same seed. Some combinations of colour and kind are held out: training scenes never show them, though they show each of those colours and kinds with others.
/// </summary>
/// <remarks>
/// Held-out combinations go through a shuffled row of colours and a shuffled row of kinds at once, so that every colour and every kind loses about as many. The rows' lengths have no common
/// divisor, so that no combination comes twice.
/// </remarks>
public sealed class ScenePool
{
    /// <summary>The most pictures of a gallery: no two of them have the same names for everything, and there are 63,360 ways to name a scene.</summary>
    public const int LargestGallery = 20_000;

    private const int SeedBits = 53; // so that other programs read the seeds from JSON as they are

    private static readonly ThingKind[] _kinds = Enum.GetValues<ThingKind>();
    private static readonly NamedColour[] _colours = Enum.GetValues<NamedColour>();
    private static readonly ThingSize[] _sizes = Enum.GetValues<ThingSize>();
    private static readonly Place[] _places = Enum.GetValues<Place>();
    private static readonly Background[] _backgrounds = Enum.GetValues<Background>();

    private readonly ulong seed;
    private readonly HashSet<(NamedColour, ThingKind)> heldOut;

    /// <param name="seed">Decides which combinations are held out, and every scene.</param>
    /// <param name="heldOutShare">Of the combinations of colour and kind: 0 up to a half.</param>
    public ScenePool(ulong seed, double heldOutShare = 0.15)
    {
        if (heldOutShare is not (>= 0 and <= 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(heldOutShare), heldOutShare, "The share of combinations held out is within 0 and 0.5.");
        }

        this.seed = seed;
        var random = new SeededRandom(seed, Stream.HeldOut);
        ThingKind[] kinds = [.. _kinds];
        NamedColour[] colours = [.. _colours];
        random.Shuffle<ThingKind>(kinds);
        random.Shuffle<NamedColour>(colours);
        int count = (int)Math.Round(heldOutShare * kinds.Length * colours.Length);
        HeldOut = [.. Enumerable.Range(0, count).Select(i => (colours[i % colours.Length], kinds[i % kinds.Length]))];
        heldOut = [.. HeldOut];
        Seen = [.. Combinations.Where(combination => !heldOut.Contains(combination))];
    }

    /// <summary>Every combination of colour and kind: 132.</summary>
    public static IReadOnlyList<(NamedColour Colour, ThingKind Kind)> Combinations { get; } = [.. _colours.SelectMany(colour => _kinds.Select(kind => (colour, kind)))];

    /// <summary>The combinations that training never shows.</summary>
    public IReadOnlyList<(NamedColour Colour, ThingKind Kind)> HeldOut { get; }

    /// <summary>The other combinations.</summary>
    public IReadOnlyList<(NamedColour Colour, ThingKind Kind)> Seen { get; }

    /// <summary>Whether training never shows this combination.</summary>
    public bool IsHeldOut(NamedColour colour, ThingKind kind) => heldOut.Contains((colour, kind));

    /// <summary>The training scene at a place, from 0; no other one is drawn for it.</summary>
    public DrawnScene Training(long index) => Drawn(new SeededRandom(seed, Stream.Training, (ulong)index), Seen);

    /// <summary>
    /// The training scene at a place where scenes stand in groups of neighbours: the first of a group as <see cref="Training(long)"/> draws it, the others like it but for one value, which is the number, the place, and then one of the others
    /// in turn by chance. None is of a combination that is held out.
    /// </summary>
    /// <param name="index">From 0.</param>
    /// <param name="group">How many stand together; 1 is no group.</param>
    public DrawnScene Training(long index, int group)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group, 1);
        int number = (int)(index % group);
        var first = Training(index - number);
        if (number == 0)
        {
            return first;
        }

        var random = new SeededRandom(seed, Stream.Training, (ulong)index);
        DrawnScene scene;
        do
        {
            scene = Changed(first, number <= 2 ? number - 1 : 2 + (int)random.Next(4), random);
        }
        while (IsHeldOut(scene.Colour, scene.Kind));
        return scene;
    }

    /// <summary>The scene at a place among those to measure with, from 0, of combinations that training shows or of those held out. None of them is a training scene.</summary>
    /// <exception cref="InvalidOperationException">Nothing is held out.</exception>
    public DrawnScene Measuring(long index, bool isHeldOut)
    {
        var combinations = isHeldOut ? HeldOut : Seen;
        if (combinations.Count == 0)
        {
            throw new InvalidOperationException("This pool holds no combination out.");
        }

        return Drawn(new SeededRandom(seed, isHeldOut ? Stream.MeasuringHeldOut : Stream.MeasuringSeen, (ulong)index), combinations);
    }

    /// <summary>
    /// Scenes to tell a target from, of all combinations. None satisfies the target's full caption. The hard ones are, in turn, of the same kind in another colour, of the same colour but another
    /// kind, and the same but for the place or the number; the order is shuffled.
    /// </summary>
    /// <param name="target">What must be found among them.</param>
    /// <param name="count">How many.</param>
    /// <param name="hardShare">The share of hard ones, 0..1.</param>
    public IReadOnlyList<DrawnScene> Distractors(DrawnScene target, int count = 100, double hardShare = 1.0 / 3)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (hardShare is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(hardShare), hardShare, "A share is within 0 and 1.");
        }

        var random = new SeededRandom(seed, Stream.Distractors, target.Seed, (ulong)target.Kind, (ulong)target.Colour);
        var full = CaptionClaims.Of(SceneCaptions.Full(target))!;
        int hard = (int)Math.Round(hardShare * count);
        var scenes = new DrawnScene[count];
        for (int i = 0; i < count; i++)
        {
            do
            {
                scenes[i] = i >= hard ? Drawn(random, Combinations) : (i % 3) switch
                {
                    0 => Drawn(random, Combinations) with { Kind = target.Kind, Colour = Other(random, _colours, target.Colour) },
                    1 => Drawn(random, Combinations) with { Colour = target.Colour, Kind = Other(random, _kinds, target.Kind) },
                    _ => Moved(random, target),
                };
            }
            while (full.HoldFor(scenes[i]));
        }

        random.Shuffle<DrawnScene>(scenes);
        return scenes;
    }

    /// <summary>
    /// A gallery to search: scenes of all combinations, no two with the same names for everything. Of every three, one is drawn freely, the second has that one's kind in another colour and the third its colour with another
    /// kind; the order is shuffled.
    /// </summary>
    public IReadOnlyList<DrawnScene> Gallery(int count = 500)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, LargestGallery);
        var random = new SeededRandom(seed, Stream.Gallery);
        var scenes = new DrawnScene[count];
        var names = new HashSet<DrawnScene>();
        for (int i = 0; i < count; i++)
        {
            do
            {
                var free = Drawn(random, Combinations);
                scenes[i] = (i % 3) switch
                {
                    0 => free,
                    1 => free with { Kind = scenes[i - 1].Kind, Colour = Other(random, _colours, scenes[i - 1].Colour) },
                    _ => free with { Kind = Other(random, _kinds, scenes[i - 2].Kind), Colour = scenes[i - 2].Colour },
                };
            }
            while (!names.Add(scenes[i] with { Seed = 0 }));
        }

        random.Shuffle<DrawnScene>(scenes);
        return scenes;
    }

    /// <summary>
    /// The chance to find one particular picture by a caption that is true of it, if nothing but the caption's words counts: 1 by the number of pictures of the gallery that satisfy it. 0 where none does, null where the
    /// caption is not understood.
    /// </summary>
    public static double? Ceiling(string caption, IEnumerable<DrawnScene> gallery) => SceneTruth.Count(caption, gallery) switch
    {
        null => null,
        0 => 0,
        int count => 1.0 / count,
    };

    private static DrawnScene Moved(SeededRandom random, DrawnScene target)
    {
        int what = (int)random.Next(3); // the place, the number, or both
        return target with
        {
            Place = what == 1 ? target.Place : Other(random, _places, target.Place),
            Count = what == 0 ? target.Count : OtherCount(random, target.Count),
            Seed = NewSeed(random),
        };
    }

    private static DrawnScene Changed(DrawnScene scene, int what, SeededRandom random)
    {
        scene = scene with { Seed = NewSeed(random) };
        return what switch
        {
            0 => scene with { Count = OtherCount(random, scene.Count) },
            1 => scene with { Place = Other(random, _places, scene.Place) },
            2 => scene with { Kind = Other(random, _kinds, scene.Kind) },
            3 => scene with { Colour = Other(random, _colours, scene.Colour) },
            4 => scene with { Size = Other(random, _sizes, scene.Size) },
            _ => scene with { Background = Other(random, _backgrounds, scene.Background) },
        };
    }

    private static int OtherCount(SeededRandom random, int than) => 1 + ((than + (int)random.Next(DrawnScene.MostThings - 1)) % DrawnScene.MostThings);

    private static DrawnScene Drawn(SeededRandom random, IReadOnlyList<(NamedColour Colour, ThingKind Kind)> combinations)
    {
        var (colour, kind) = combinations[(int)random.Next(combinations.Count)];
        return new DrawnScene
        {
            Kind = kind,
            Colour = colour,
            Count = 1 + (int)random.Next(DrawnScene.MostThings),
            Size = Any(random, _sizes),
            Place = Any(random, _places),
            Background = Any(random, _backgrounds),
            Seed = NewSeed(random),
        };
    }

    private static ulong NewSeed(SeededRandom random) => random.NextUInt64() >> (64 - SeedBits);

    private static T Any<T>(SeededRandom random, T[] values) => values[random.Next(values.Length)];

    private static T Other<T>(SeededRandom random, T[] values, T than)
        where T : struct, Enum
    {
        int at = (int)random.Next(values.Length - 1);
        return values[at < Array.IndexOf(values, than) ? at : at + 1];
    }

    private static class Stream
    {
        public const ulong HeldOut = 1, Training = 2, MeasuringSeen = 3, MeasuringHeldOut = 4, Distractors = 5, Gallery = 6;
    }
}
