using Sextant.Data.Drawn;
using Xunit;

namespace Sextant.Tests.Data.Drawn;

public sealed class ScenePoolTests
{
    private readonly ScenePool pool = new(7);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(77)]
    public void Every_colour_and_kind_loses_about_as_many_combinations(int seed)
    {
        var some = new ScenePool((ulong)seed);
        Assert.Equal(20, some.HeldOut.Distinct().Count());
        Assert.Equal(112, some.Seen.Count);
        Assert.All(Enum.GetValues<NamedColour>(), colour => Assert.InRange(some.HeldOut.Count(c => c.Colour == colour), 1, 2));
        Assert.All(Enum.GetValues<ThingKind>(), kind => Assert.InRange(some.HeldOut.Count(c => c.Kind == kind), 1, 2));
    }

    [Fact]
    public void Training_never_shows_a_combination_held_out_and_shows_all_others()
    {
        var shown = new HashSet<(NamedColour, ThingKind)>();
        for (int i = 0; i < 20_000; i++)
        {
            var scene = pool.Training(i);
            Assert.False(pool.IsHeldOut(scene.Colour, scene.Kind));
            shown.Add((scene.Colour, scene.Kind));
        }

        Assert.Equal(pool.Seen.Count, shown.Count);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(pool.IsHeldOut(pool.Measuring(i, true).Colour, pool.Measuring(i, true).Kind)));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.False(pool.IsHeldOut(pool.Measuring(i, false).Colour, pool.Measuring(i, false).Kind)));
    }

    [Fact]
    public void Neighbours_differ_from_the_first_of_their_group_in_one_value_and_none_is_held_out()
    {
        for (int i = 0; i < 4000; i++)
        {
            var (scene, first) = (pool.Training(i, 4), pool.Training(i / 4 * 4));
            Assert.False(pool.IsHeldOut(scene.Colour, scene.Kind));
            bool[] differs = [scene.Count != first.Count, scene.Place != first.Place, scene.Kind != first.Kind, scene.Colour != first.Colour, scene.Size != first.Size, scene.Background != first.Background];
            Assert.Equal(i % 4 == 0 ? 0 : 1, differs.Count(d => d));
            Assert.True(i % 4 is 0 or 3 || differs[i % 4 - 1]);
            Assert.Equal(i % 4 == 0, scene.Seed == first.Seed);
        }

        Assert.Equal(pool.Training(6), pool.Training(6, 1));
    }

    [Fact]
    public void The_seed_decides_everything()
    {
        Assert.Equal(pool.Training(5), new ScenePool(7).Training(5));
        Assert.NotEqual(pool.Training(5), new ScenePool(8).Training(5));
        Assert.NotEqual(pool.Training(5), pool.Training(6));
        Assert.Equal(pool.Gallery(60), new ScenePool(7).Gallery(60));
        Assert.Equal(pool.Distractors(pool.Training(1)), new ScenePool(7).Distractors(pool.Training(1)));
    }

    [Fact]
    public void No_distractor_satisfies_the_full_caption_and_a_third_is_hard()
    {
        for (int i = 0; i < 100; i++)
        {
            var target = pool.Measuring(i, i % 2 == 0);
            var distractors = pool.Distractors(target);
            Assert.Equal(100, distractors.Count);
            Assert.Equal(0, SceneTruth.Count(SceneCaptions.Full(target), distractors));
            Assert.True(distractors.Count(d => d.Kind == target.Kind && d.Colour != target.Colour) >= 11);
            Assert.True(distractors.Count(d => d.Colour == target.Colour && d.Kind != target.Kind) >= 11);
            Assert.True(distractors.Count(d => (d with { Place = target.Place, Count = target.Count }).LooksLike(target)) >= 11);
        }

        Assert.Empty(pool.Distractors(pool.Training(0), 0));
    }

    [Fact]
    public void A_gallery_has_hard_negatives_and_no_two_of_the_same_names()
    {
        var gallery = pool.Gallery();
        Assert.Equal(500, gallery.Select(scene => scene with { Seed = 0 }).Distinct().Count());
        Assert.All(gallery, scene => Assert.Equal(1, ScenePool.Ceiling(SceneCaptions.Full(scene), gallery)));
        Assert.All(gallery.Take(50), scene => Assert.Contains(gallery, other => other.Kind == scene.Kind && other.Colour != scene.Colour));
        Assert.All(gallery.Take(50), scene => Assert.Contains(gallery, other => other.Kind != scene.Kind && other.Colour == scene.Colour));
    }
}
