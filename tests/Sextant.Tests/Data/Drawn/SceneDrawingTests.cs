using System.Security.Cryptography;
using Sextant.Data.Drawn;
using Sextant.Data.Pictures;
using Xunit;

namespace Sextant.Tests.Data.Drawn;

public sealed class SceneDrawingTests
{
    [Fact]
    public void The_same_scene_gives_the_same_bytes_in_any_order_and_on_any_thread()
    {
        var scenes = SomeScenes.First(64).ToArray();
        byte[][] once = [.. scenes.Select(scene => SceneDrawing.Draw(scene, 48).Rgb)];
        byte[][] again = new byte[scenes.Length][];
        Parallel.For(0, scenes.Length, i => again[i] = SceneDrawing.Draw(scenes[^(i + 1)], 48).Rgb);
        Assert.All(Enumerable.Range(0, scenes.Length), i => Assert.Equal(once[i], again[^(i + 1)]));
    }

    [Fact]
    public void The_seed_varies_what_has_no_name()
    {
        var scene = SomeScenes.One(NamedColour.Red, ThingKind.Cat);
        string[] hashes = [.. Enumerable.Range(0, 50).Select(i => Convert.ToHexString(SHA256.HashData(SceneDrawing.Draw(scene with { Seed = (ulong)i }, 32).Rgb)))];
        Assert.Equal(50, hashes.Distinct().Count());
    }

    [Theory]
    [InlineData(48)]
    [InlineData(64)]
    public void A_thing_has_its_colour_and_no_other(int size)
    {
        foreach (var colour in Enum.GetValues<NamedColour>())
        {
            foreach (var kind in Enum.GetValues<ThingKind>())
            {
                foreach (var background in Enum.GetValues<Background>())
                {
                    var scene = new DrawnScene { Colour = colour, Kind = kind, Background = background, Count = 1 + ((int)kind + (int)background) % 4, Seed = (ulong)(31 * (int)kind + (int)background) };
                    Assert.Equal(colour, Nearest(MeanWithin(SceneDrawing.Draw(scene, size), SceneDrawing.Mask(scene, size))));
                }
            }
        }
    }

    [Fact]
    public void Shapes_of_different_kinds_differ_more_than_those_of_one()
    {
        var kinds = Enum.GetValues<ThingKind>();
        float[][] means = [.. kinds.Select(kind => MeanMask(kind, 0))];
        foreach (var (i, kind) in kinds.Index())
        {
            float[] others = MeanMask(kind, 1000);
            double own = Distance(others, means[i]);
            double nearest = kinds.Index().Where(other => other.Index != i).Min(other => Distance(others, means[other.Index]));
            Assert.True(nearest > 2 * own, $"{kind}: {nearest:0.000} to the nearest other kind, {own:0.000} to its own");
        }
    }

    [Fact]
    public void No_thing_vanishes_in_its_background()
    {
        foreach (var background in Enum.GetValues<Background>())
        {
            foreach (var colour in Enum.GetValues<NamedColour>())
            {
                var scene = SomeScenes.One(colour, ThingKind.House, background, 3);
                byte[] with = SceneDrawing.Draw(scene, 48).Rgb;
                byte[] mask = SceneDrawing.Mask(scene, 48).Rgb;

                // Along the middle row, somewhere at the wall's edge the picture steps clearly, through the outline or by the colour itself.
                int steepest = Enumerable.Range(0, 47).Select(x => 3 * (28 * 48 + x)).Where(at => mask[at] != mask[at + 3])
                    .Max(at => Enumerable.Range(-3, 7).Where(d => at + 3 * d >= 0).Max(d => Math.Abs(Luma(with, at + 3 * d) - Luma(with, at + 3 * d + 3))));
                Assert.True(steepest > 45, $"{colour} on {background}: {steepest}");
            }
        }
    }

    [Fact]
    public void The_group_lies_where_the_scene_says()
    {
        foreach (var scene in SomeScenes.First(3000))
        {
            var things = SceneLayout.Of(scene, new SeededRandom(scene.Seed, 3));
            Assert.Equal(scene.Count, things.Length);
            double x = things.Average(thing => thing.X) - 0.5;
            double y = things.Average(thing => thing.Y) - 0.5;
            double away = scene.Place switch
            {
                Place.Left => -x - Math.Abs(y),
                Place.Right => x - Math.Abs(y),
                Place.Top => -y - Math.Abs(x),
                Place.Bottom => y - Math.Abs(x),
                _ => 0.1 - Math.Max(Math.Abs(x), Math.Abs(y)),
            };
            Assert.True(away > 0.01, $"{scene}: {x:0.00} {y:0.00}");
            Assert.All(things, thing => Assert.True(thing.X is > 0.08f and < 0.92f && thing.Y is > 0.07f and < 0.93f));
        }
    }

    [Fact]
    public void Sizes_keep_apart_at_every_count()
    {
        for (int count = 1; count <= DrawnScene.MostThings; count++)
        {
            Assert.True(SceneLayout.SizeOf(ThingSize.Medium, count) > 1.2 * SceneLayout.SizeOf(ThingSize.Small, count));
            Assert.True(SceneLayout.SizeOf(ThingSize.Large, count) > 1.2 * SceneLayout.SizeOf(ThingSize.Medium, count));
            Assert.True(SceneLayout.SizeOf(ThingSize.Medium, count) > 1.07 * SceneLayout.SizeOf(ThingSize.Small, 1));
        }
    }

    [Fact]
    public void Sizes_and_counts_beyond_what_can_be_drawn_are_refused()
    {
        var scene = SomeScenes.One(NamedColour.Red, ThingKind.Cup);
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneDrawing.Draw(scene, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneDrawing.Draw(scene, 5000));
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneDrawing.Draw(scene with { Count = 5 }, 48));
    }

    private static (double R, double G, double B) MeanWithin(RgbPicture picture, RgbPicture mask)
    {
        double r = 0, g = 0, b = 0, n = 0;
        for (int at = 0; at < mask.Rgb.Length; at += 3)
        {
            if (mask.Rgb[at] > 250)
            {
                (r, g, b, n) = (r + picture.Rgb[at], g + picture.Rgb[at + 1], b + picture.Rgb[at + 2], n + 1);
            }
        }

        Assert.True(n >= 8, "a thing has too few pixels of its colour");
        return (r / n, g / n, b / n);
    }

    private static NamedColour Nearest((double R, double G, double B) mean)
    {
        var byDistance = Enum.GetValues<NamedColour>().Select(colour => (Colour: colour, Distance: From(ThingPalette.Usual(colour)))).OrderBy(c => c.Distance).ToArray();
        Assert.True(byDistance[1].Distance > 2 * byDistance[0].Distance, $"{byDistance[0]} and {byDistance[1]} are both near");
        return byDistance[0].Colour;

        double From((int R, int G, int B) usual) => Math.Sqrt(Math.Pow(mean.R - usual.R, 2) + Math.Pow(mean.G - usual.G, 2) + Math.Pow(mean.B - usual.B, 2));
    }

    /// <summary>In what share of pictures of one large thing each pixel has its colour.</summary>
    private static float[] MeanMask(ThingKind kind, ulong from)
    {
        float[] mean = new float[48 * 48];
        for (ulong seed = from; seed < from + 60; seed++)
        {
            byte[] mask = SceneDrawing.Mask(SomeScenes.One(NamedColour.Red, kind, seed: seed) with { Size = ThingSize.Large }, 48).Rgb;
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += mask[3 * i] / (255f * 60);
            }
        }

        return mean;
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());

    private static int Luma(byte[] rgb, int at) => (54 * rgb[at] + 183 * rgb[at + 1] + 19 * rgb[at + 2]) >> 8;
}
