using Sextant.Data.Drawn;
using Xunit;

namespace Sextant.Tests.Data.Drawn;

public sealed class SceneTruthTests
{
    /// <summary>Two small orange fish at the top in the sea.</summary>
    private static readonly DrawnScene _fish = new() { Kind = ThingKind.Fish, Colour = NamedColour.Orange, Count = 2, Size = ThingSize.Small, Place = Place.Top, Background = Background.Sea };

    private static readonly DrawnScene _cup = SomeScenes.One(NamedColour.Grey, ThingKind.Cup, Background.Room);

    [Theory]
    [InlineData("orange fish", true)]
    [InlineData("Orange fishes!", true)]
    [InlineData("fish", true)]
    [InlineData("a fish", false)]
    [InlineData("one fish", false)]
    [InlineData("an orange fish", false)]
    [InlineData("the orange fish", true)]
    [InlineData("2 fish", true)]
    [InlineData("a pair of little fish", true)]
    [InlineData("a couple of orange things", true)]
    [InlineData("several fish", true)]
    [InlineData("three fish", false)]
    [InlineData("seven fish", false)]
    [InlineData("birds", false)]
    [InlineData("something orange", true)]
    [InlineData("an orange thing", false)]
    [InlineData("tiny", true)]
    [InlineData("big orange fish", false)]
    [InlineData("orange blue fish", false)]
    [InlineData("fish and a cat", false)]
    [InlineData("at the top", true)]
    [InlineData("in the middle of the sea", false)]
    [InlineData("a photo of two small orange fish at the top of the picture under water", true)]
    [InlineData("a picture", true)]
    [InlineData("two orange clownfish", null)]
    [InlineData("no fish", null)]
    [InlineData("", null)]
    [InlineData("?!", null)]
    public void A_caption_is_true_false_or_not_understood(string caption, bool? expected) => Assert.Equal(expected, SceneTruth.Says(caption, _fish));

    [Theory]
    [InlineData("a grey cup", true)]
    [InlineData("gray mug", true)]
    [InlineData("cups", false)]
    [InlineData("a single medium-sized grey cup", true)]
    [InlineData("a middle-sized cup", true)]
    [InlineData("a middle-sized cup on the left", false)]
    [InlineData("grey cup in a room", true)]
    [InlineData("a grey cup on a street", false)]
    [InlineData("there is a cup that is grey", true)]
    public void Articles_plurals_and_synonyms_are_read(string caption, bool? expected) => Assert.Equal(expected, SceneTruth.Says(caption, _cup));

    [Fact]
    public void Every_caption_made_for_a_scene_is_true_of_it_and_of_another_exactly_if_what_it_says_agrees()
    {
        var random = new SeededRandom(1);
        SceneAttributes[] single = [SceneAttributes.Colour, SceneAttributes.Kind, SceneAttributes.Count, SceneAttributes.Size, SceneAttributes.Place, SceneAttributes.Background];
        var free = new CaptionMix { Synonyms = 0.5, Frames = 0.5, Reorders = 0.5, Plurals = 0.5 };
        int agreeing = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var scene = SomeScenes.At(i);
            var says = (SceneAttributes)(1 + random.Next((int)SceneAttributes.All));
            var wording = new CaptionWording(scene, says, random, i % 3 == 0 ? new CaptionMix() : free);
            string caption = wording.Text();
            Assert.True(SceneTruth.Says(caption, scene), caption);
            var mentions = says | (wording.SaysSeveral ? SceneAttributes.Count : 0);
            Assert.True(mentions == CaptionClaims.Of(caption)!.Mentions, caption);

            // Others that differ in a few attributes, so that the rest agrees more often than by chance.
            var other = SomeScenes.At(i + 1);
            foreach (var attribute in single.Where(_ => random.Next(4) > 0))
            {
                other = Taken(other, scene, attribute);
            }

            bool agrees = single.Where(attribute => (says & attribute) != 0).All(attribute => Taken(other, scene, attribute) == other) && (!wording.SaysSeveral || other.Count > 1);
            Assert.True(agrees == SceneTruth.Says(caption, other), $"{caption}: {other}");
            agreeing += agrees ? 1 : 0;
        }

        Assert.InRange(agreeing, 4000, 16_000);
    }

    [Fact]
    public void Counting_what_satisfies_a_caption_says_null_of_what_is_not_understood()
    {
        Assert.Equal(1, SceneTruth.Count("fish", [_fish, _cup]));
        Assert.Equal(2, SceneTruth.Count("a drawing", [_fish, _cup]));
        Assert.Null(SceneTruth.Count("a zebra", [_fish, _cup]));
        Assert.Equal(0.5, ScenePool.Ceiling("a drawing", [_fish, _cup]));
        Assert.Equal(0, ScenePool.Ceiling("a cat", [_fish, _cup]));
    }

    private static DrawnScene Taken(DrawnScene scene, DrawnScene from, SceneAttributes attribute) => attribute switch
    {
        SceneAttributes.Colour => scene with { Colour = from.Colour },
        SceneAttributes.Kind => scene with { Kind = from.Kind },
        SceneAttributes.Count => scene with { Count = from.Count },
        SceneAttributes.Size => scene with { Size = from.Size },
        SceneAttributes.Place => scene with { Place = from.Place },
        _ => scene with { Background = from.Background },
    };
}
