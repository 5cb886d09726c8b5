using Sextant.Data.Drawn;
using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

/// <summary>Measured on features that the test makes: a cell for each colour, kind, number, place, size and background.</summary>
public sealed class DrawnMeasuresTests
{
    private static readonly ScenePool _pool = new(4);
    private static readonly DrawnMeasuring _few = new() { Galleries = 2, GallerySize = 200, Targets = 10 };
    private static readonly string[] _places = ["left", "right", "top", "bottom", "middle"], _backgrounds = ["sea", "sky", "grass", "sand", "snow", "night", "room", "road"];

    private static readonly string[][] _words =
    [
        [.. Enum.GetNames<NamedColour>().Select(name => name.ToLowerInvariant())],
        [.. Enum.GetNames<ThingKind>().Select(name => name.ToLowerInvariant())],
        ["a an one", "two", "three", "four"],
        [.. Enum.GetNames<ThingSize>().Select(name => name.ToLowerInvariant())],
        _places,
        _backgrounds,
    ];

    [Fact]
    public void Features_that_know_everything_are_always_right()
    {
        var measures = DrawnMeasures.Of(_pool, Pictures(hidesKind: false), Texts, _few);

        Assert.All(Shares(measures), share => Assert.Equal((1, 1.0), (share.Seen.Share, share.HeldOut.Share!.Value)));
        Assert.Equal((10, 10), (measures.FullCaptions.Seen.Count, measures.FullCaptions.HeldOut.Count));
        Assert.Equal(400, measures.Naming.Seen.Count + measures.Naming.HeldOut.Count);
        Assert.Equal(400.0 * _pool.HeldOut.Count / ScenePool.Combinations.Count, measures.Naming.HeldOut.Count, 2.0);
    }

    /// <summary>Without the kind, a full caption among free distractors is still mostly found, and naming is a guess among the kinds.</summary>
    [Fact]
    public void Features_that_do_not_know_kinds_name_none()
    {
        var measures = DrawnMeasures.Of(_pool, Pictures(hidesKind: true), Texts, _few);

        Assert.Equal(0, measures.Naming.Seen.Hits); // all kinds of a colour are equal
        Assert.Equal(measures.Position.Seen.Count, measures.Position.Seen.Hits);
        Assert.InRange(measures.TopHit.Seen.Share!.Value, 0, 0.3);
    }

    [Fact]
    public void Where_nothing_is_held_out_there_is_no_trial_of_it()
    {
        var measures = DrawnMeasures.Of(new ScenePool(4, 0), Pictures(hidesKind: false), Texts, _few);
        Assert.All(Shares(measures), share => Assert.Equal((0, null), (share.HeldOut.Count, share.HeldOut.Share)));
    }

    private static SeenAndHeldOut[] Shares(DrawnMeasures measures) => [measures.FullCaptions, measures.Naming, measures.TopHit, measures.Position, measures.Count];

    private static Func<IReadOnlyList<DrawnScene>, FeatureTable> Pictures(bool hidesKind) => scenes => Table([.. scenes.Select((scene, i) => new[]
    {
        (int)scene.Colour, hidesKind ? -1 : (int)scene.Kind, scene.Count - 1, (int)scene.Size, (int)scene.Place, (int)scene.Background,
    })]);

    private static FeatureTable Texts(IReadOnlyList<string> texts) => Table([.. texts.Select(text =>
    {
        string[] said = [.. text.Replace("in a room", "room", StringComparison.Ordinal).Split(' ').Select(word => _words[1].FirstOrDefault(kind => word == kind + "s" || (kind == "butterfly" && word == "butterflies")) ?? word)];
        return _words.Select(words => Array.FindIndex(words, word => word.Split(' ').Any(said.Contains))).ToArray();
    })]);

    private static FeatureTable Table(int[][] values)
    {
        int width = _words.Sum(words => words.Length) + 1;
        float[] cells = new float[values.Length * width];
        foreach (var (row, said) in values.Index())
        {
            int at = row * width;
            cells[at + width - 1] = 1e-3f;
            for (int i = 0; i < said.Length; at += _words[i++].Length)
            {
                if (said[i] >= 0)
                {
                    cells[at + said[i]] = 1;
                }
            }
        }

        return FeatureTable.Of(values.Length, width, cells);
    }
}
