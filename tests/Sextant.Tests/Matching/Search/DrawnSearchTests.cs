using Sextant.Data.Drawn;
using Sextant.Matching;
using Sextant.Matching.Search;
using Xunit;

namespace Sextant.Tests.Matching.Search;

/// <summary>A drawn gallery with hard negatives, searched with features of a model that knows every attribute, some of them badly.</summary>
public sealed class DrawnSearchTests
{
    private const int Width = 64;

    /// <summary>What a model of drawn scenes knows well and less well.</summary>
    private static readonly (string[][] Wordings, float Weight)[] _attributes =
    [
        ([.. Enum.GetValues<ThingKind>().Select(kind => SceneWords.Of(kind).SelectMany(noun => new[] { noun.One, noun.Many }).ToArray())], 1),
        ([.. Enum.GetValues<NamedColour>().Select(SceneWords.Of)], 1),
        ([.. Enumerable.Range(1, DrawnScene.MostThings).Select(SceneWords.Of)], 0.7f),
        ([.. Enum.GetValues<ThingSize>().Select(SceneWords.Of)], 0.5f),
        ([.. Enum.GetValues<Sextant.Data.Drawn.Place>().Select(SceneWords.Of)], 0.7f),
        ([.. Enum.GetValues<Background>().Select(SceneWords.Of)], 1),
    ];

    [Fact]
    public void Of_fifty_targets_among_five_hundred_at_least_95_percent_have_a_true_caption_that_ranks_them_first()
    {
        var scenes = new ScenePool(1).Gallery(500);
        using var folder = Drawn(scenes);
        var gallery = SearchedGallery.Of(Gallery.Of(folder.Path, [.. scenes.Select((_, i) => new GalleryPicture(Name(i), folder.Combine(Name(i)), "", []))], Pictures(scenes)));
        CaptionSearch search = new(gallery.Features, Texts, 30, gallery.Vocabulary(), new() { Seconds = 600 }) { Truth = gallery.Truth };

        var targets = gallery.Draw(50, 1);
        var results = targets.Select(target => search.Find(target, TestContext.Current.CancellationToken)).ToList();
        var summary = CaptionSearchSummary.Of(results);

        Assert.Equal((500, 50, 50), (gallery.Describable, targets.Distinct().Count(), summary.Targets));
        Assert.True(summary.Share >= 0.95, $"{summary}");
        Assert.All(results.Where(result => result.Outcome != CaptionSearchOutcome.None), result =>
        {
            var best = result.Captions[0];
            Assert.True(SceneTruth.Says(best.Text, scenes[result.Target]), best.Text);
            Assert.Equal(SceneTruth.Count(best.Text, scenes), best.Satisfying);
            Assert.InRange(best.Words, 1, 6);
            Assert.Distinct(result.Captions.Select(caption => $" {caption.Text} ".Replace(" 3 ", " three ", StringComparison.Ordinal).Replace(" tiny ", " little ", StringComparison.Ordinal).Replace(" gray ", " grey ", StringComparison.Ordinal)));
        });
        Assert.True(summary.MeanCeiling > 0.6, $"{summary}");
    }

    [Fact]
    public void Captions_that_say_the_same_in_other_words_are_known_as_such()
    {
        Assert.Equal(Sense("fish", "3", "tiny", "orange", "in the sea"), Sense("fish", "a group of three", "little", "orange", "under water"));
        Assert.Equal(Sense("tree", "on top", "on grass"), Sense("tree", "on grass", "at the top"));
        Assert.NotEqual(Sense("fish", "3", "tiny"), Sense("fish", "3", "big"));
        Assert.NotEqual(Sense("fish", "3", "tiny"), Sense("fish", "tiny"));
        Assert.Equal("three", CaptionVocabulary.BuiltIn.Words.First(word => word is { Kind: CaptionWordKind.Number, Text: "3" }).Sense);

        static string Sense(string noun, params string[] more) => more.Aggregate(CaptionPhrase.Of(Word(noun)), (phrase, word) => phrase.With(Word(word))!).Sense;
        static CaptionWord Word(string text) => DrawnWords.Vocabulary.Words.First(word => word.Text == text);
    }

    [Fact]
    public void The_words_of_drawn_scenes_are_all_understood()
    {
        var vocabulary = DrawnWords.Vocabulary;
        var scene = new ScenePool(1).Gallery(1)[0];
        var unknown = vocabulary.Words.Where(word => word.Text != "a" && SceneTruth.Says(word.Text, scene) is null).Select(word => word.Text);

        Assert.Empty(unknown);
        Assert.Contains(vocabulary.Words, word => word is { Kind: CaptionWordKind.Noun, Text: "fish", Plural: "fish" });
    }

    /// <summary>Truth is not told, so that nothing but the words themselves keeps contradictions out.</summary>
    [Fact]
    public void No_caption_says_two_sizes_two_places_or_two_backgrounds()
    {
        var scenes = new ScenePool(1).Gallery(60);
        List<string> tried = [];
        CaptionSearch search = new(
            Pictures(scenes),
            texts =>
            {
                tried.AddRange(texts);
                return Texts(texts);
            },
            30,
            DrawnWords.Vocabulary,
            new() { Seconds = 600, HeldOut = 0 });
        string[][][] groups = [[.. Enum.GetValues<ThingSize>().Select(SceneWords.Of)], [.. Enum.GetValues<Sextant.Data.Drawn.Place>().Select(SceneWords.Of)], [.. Enum.GetValues<Background>().Select(SceneWords.Of)]];

        for (int target = 0; target < 4; target++)
        {
            search.Find(target, TestContext.Current.CancellationToken);
        }

        Assert.True(tried.Count > 1000);
        Assert.All(tried, text => Assert.All(groups, values => Assert.True(values.Count(words => words.Any(word => $" {text} ".Contains($" {word} ", StringComparison.Ordinal))) < 2, text)));
    }

    [Fact]
    public void Of_pictures_without_a_scene_truth_is_not_known()
    {
        var scenes = new ScenePool(1).Gallery(60);
        CaptionSearch search = new(Pictures(scenes), Texts, 30, DrawnWords.Vocabulary, new() { Seconds = 600 }) { Truth = DrawnWords.Truth([null, .. scenes.Skip(1)]) };

        var (unknown, known) = (search.Find(0, TestContext.Current.CancellationToken), search.Find(1, TestContext.Current.CancellationToken));

        Assert.Equal((null, null), (unknown.NotTrue, unknown.Captions[0].IsTrue));
        Assert.NotEqual(CaptionSearchOutcome.None, unknown.Outcome);
        Assert.NotNull(known.NotTrue);
        Assert.Equal(59, DrawnWords.Truth([null, .. scenes.Skip(1)]).Count("picture"));
    }

    [Fact]
    public void Pictures_that_captions_cannot_tell_apart_are_no_targets_by_lot()
    {
        var scenes = new ScenePool(1).Gallery(12).ToList();
        scenes.Add(scenes[3] with { Seed = 999 });
        using var folder = Drawn(scenes);
        var gallery = SearchedGallery.Of(Gallery.Of(folder.Path, [.. scenes.Select((_, i) => new GalleryPicture(Name(i), folder.Combine(Name(i)), "", i == 0 ? ["copy.png"] : []))], Pictures(scenes)));

        Assert.Equal(14, gallery.Names.Count); // the copy is a picture of its own
        Assert.Equal(gallery.Features.Row(0), gallery.Features.Row(1));
        Assert.Equal(11, gallery.Describable);
        Assert.DoesNotContain(gallery.Names.Index().First(name => name.Item == Name(3)).Index, gallery.Draw(11, 5));
        Assert.Contains("11 pictures that captions can tell apart", Assert.Throws<UserError>(() => gallery.Draw(12, 5)).Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Drawn(IReadOnlyList<DrawnScene> scenes)
    {
        TemporaryFolder folder = new();
        SceneFile.Write(folder.Path, [.. scenes.Select((scene, i) => new DrawnPicture(Name(i), scene))]);
        return folder;
    }

    private static string Name(int i) => $"{i:D4}.png";

    private static FeatureTable Pictures(IReadOnlyList<DrawnScene> scenes) => FeatureTable.Of(scenes.Count, Width, [.. scenes.SelectMany((scene, i) =>
    {
        float[] sum = new float[Width];
        int[] values = [(int)scene.Kind, (int)scene.Colour, scene.Count - 1, (int)scene.Size, (int)scene.Place, (int)scene.Background];
        foreach (var (attribute, value) in values.Index())
        {
            Add(sum, Direction(attribute, value), _attributes[attribute].Weight);
        }

        Add(sum, Direction(99, i), 0.25f);
        return sum;
    })]);

    private static FeatureTable Texts(IReadOnlyList<string> texts) => FeatureTable.Of(texts.Count, Width, [.. texts.SelectMany(text =>
    {
        float[] sum = [.. Direction(98, 0)];
        foreach (var (attribute, (wordings, weight)) in _attributes.Index())
        {
            foreach (var (value, words) in wordings.Index())
            {
                if (words.Any(word => $" {text} ".Contains($" {word} ", StringComparison.Ordinal)))
                {
                    Add(sum, Direction(attribute, value), weight);
                }
            }
        }

        return sum;
    })]);

    private static void Add(float[] sum, float[] direction, float weight)
    {
        for (int i = 0; i < Width; i++)
        {
            sum[i] += weight * direction[i];
        }
    }

    private static float[] Direction(int attribute, int value)
    {
        SeededRandom random = new(5, (ulong)attribute, (ulong)value);
        return [.. Enumerable.Range(0, Width).Select(_ => (float)(random.NextGaussian() / Math.Sqrt(Width)))];
    }
}
