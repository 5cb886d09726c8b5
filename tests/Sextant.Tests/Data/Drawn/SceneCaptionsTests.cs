using Sextant.Data.Drawn;
using Xunit;

namespace Sextant.Tests.Data.Drawn;

public sealed class SceneCaptionsTests
{
    private static readonly DrawnScene _fish = new() { Kind = ThingKind.Fish, Colour = NamedColour.Orange, Count = 2, Size = ThingSize.Small, Place = Place.Top, Background = Background.Sea };

    [Fact]
    public void Plain_captions_have_one_form()
    {
        Assert.Equal("two small orange fish at the top in the sea", SceneCaptions.Full(_fish));
        Assert.Equal("orange fish", SceneCaptions.Short(_fish));
        Assert.Equal("an orange fish", SceneCaptions.WithArticle(_fish));
        Assert.Equal("blue cup", SceneCaptions.Short(_fish with { Kind = ThingKind.Cup, Colour = NamedColour.Blue }));
        Assert.Equal("at the top", SceneCaptions.Plain(_fish, SceneAttributes.Place));
        Assert.Equal("three things", SceneCaptions.Plain(_fish with { Count = 3 }, SceneAttributes.Count));
        Assert.Equal("something orange", SceneCaptions.Plain(_fish, SceneAttributes.Colour));
        Assert.Equal("in the sea", SceneCaptions.Plain(_fish, SceneAttributes.Background));
        Assert.Equal("orange fish on the left", SceneCaptions.Plain(_fish with { Place = Place.Left }, SceneAttributes.Colour | SceneAttributes.Kind | SceneAttributes.Place));
    }

    [Fact]
    public void The_mix_decides_how_often_what_is_said()
    {
        var mix = new CaptionMix { Shares = [new(SceneAttributes.Place, 1), new(SceneAttributes.Colour | SceneAttributes.Kind, 3)] };
        var random = new SeededRandom(3);
        int places = Enumerable.Range(0, 4000).Count(i => CaptionClaims.Of(SceneCaptions.Of(SomeScenes.At(i), random, mix))!.Mentions == SceneAttributes.Place);
        Assert.InRange(places, 880, 1120);
    }

    [Fact]
    public void The_same_stream_makes_the_same_captions_and_they_are_many()
    {
        string[] captions = [.. Make()];
        Assert.Equal(captions, Make());
        Assert.True(captions.Distinct().Count() > 1500);

        static IEnumerable<string> Make()
        {
            var random = new SeededRandom(4);
            return SomeScenes.First(3000).Select(scene => SceneCaptions.Of(scene, random));
        }
    }

    [Fact]
    public void What_is_wrong_with_a_mix_is_named()
    {
        Assert.Empty(new CaptionMix().Problems());
        Assert.Empty(CaptionMix.Plain.Problems());
        Assert.Equal(
            ["c.shares[0].weight: -1 is not a weight; it is 0 or more.", "c.shares[1].says: name one or more of colour, kind, count, size, place and background.", "c.frames: 2 is not within 0 and 1."],
            new CaptionMix { Shares = [new(SceneAttributes.Kind, -1), new(SceneAttributes.None, 2)], Frames = 2 }.Problems("c"));
        Assert.NotEmpty(new CaptionMix { Shares = [] }.Problems());
        Assert.Throws<ArgumentException>(() => SceneCaptions.Plain(_fish, SceneAttributes.None));
    }
}
