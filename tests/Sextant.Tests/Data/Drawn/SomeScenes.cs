using Sextant.Data.Drawn;

namespace Sextant.Tests.Data.Drawn;

/// <summary>Scenes of all kinds of looks, the same in every run.</summary>
internal static class SomeScenes
{
    private static readonly ScenePool _pool = new(20, 0);

    public static DrawnScene At(int index) => _pool.Training(index);

    public static IEnumerable<DrawnScene> First(int count) => Enumerable.Range(0, count).Select(At);

    /// <summary>One medium thing in the middle.</summary>
    public static DrawnScene One(NamedColour colour, ThingKind kind, Background background = Background.Grass, ulong seed = 1) =>
        new() { Colour = colour, Kind = kind, Background = background, Seed = seed };
}
