using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class FeatureCacheTests : IDisposable
{
    private static readonly string _identity = new('a', 64);
    private static readonly long _longAgo = DateTime.UtcNow.AddDays(-1).Ticks;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Deleted_pictures_go_when_the_cache_is_next_written_and_texts_stay()
    {
        var first = Open("gallery");
        Add(first, "one", "two");
        first.AddTexts(["orange fish"], FeatureTable.Of(1, 2, [3, 4]));
        first.Retain(["one", "two"], [Content("one"), Content("two")]);
        first.Save();

        var second = Open("gallery");
        second.Retain(["two"], [Content("two")]);
        second.Save(); // nothing is new, nothing is written
        bool before = Open("gallery").Has(Content("one"));
        Add(second, "three");
        second.Save();
        var third = Open("gallery");

        Assert.True(before);
        Assert.Equal((false, true, true), (third.Has(Content("one")), third.Has(Content("two")), third.Has(Content("three"))));
        Assert.Equal([0.6f, 0.8f], third.Texts(["orange fish"]).Row(0).ToArray());
        Assert.Equal(second.Rows([Content("two"), Content("three")]).Values, third.Rows([Content("two"), Content("three")]).Values);
        Assert.Null(third.ContentOf("one", 1, _longAgo));
    }

    [Fact]
    public void What_another_gallery_has_stays_in_a_folder_that_both_share()
    {
        var here = Open("here");
        Add(here, "both", "mine");
        here.Save();
        var there = Open("there");
        Add(there, "both");
        there.Save();

        here = Open("here");
        here.Retain(["new"], [Content("new")]);
        Add(here, "new");
        here.Save();

        var after = Open("there");
        Assert.Equal((true, false, true), (after.Has(Content("both")), after.Has(Content("mine")), after.Has(Content("new"))));
    }

    [Fact]
    public void What_another_run_has_written_meanwhile_stays()
    {
        FeatureCache one = Open("gallery"), other = Open("gallery");
        Add(one, "one");
        one.Retain(["one"], [Content("one")]);
        Add(other, "other");
        other.AddTexts(["orange fish"], FeatureTable.Of(1, 2, [3, 4]));
        other.Retain(["other"], [Content("other")]);

        other.Save();
        one.Save();

        var after = Open("gallery");
        Assert.Equal((true, true, true), (after.Has(Content("one")), after.Has(Content("other")), after.HasText("orange fish")));
        Assert.Equal(other.Rows([Content("other")]).Values, after.Rows([Content("other")]).Values);
    }

    [Fact]
    public void A_run_goes_on_with_what_another_leaves_out()
    {
        var before = Open("gallery");
        Add(before, "one", "two");
        before.Save();
        FeatureCache reading = Open("gallery"), writing = Open("gallery");

        writing.Retain(["three"], [Content("three")]);
        Add(writing, "three");
        writing.Save();

        Assert.Equal(before.Rows([Content("one"), Content("two")]).Values, reading.Rows([Content("one"), Content("two")]).Values);
        Assert.Equal((false, true), (Open("gallery").Has(Content("one")), Open("gallery").Has(Content("three"))));
    }

    private static string Content(string name) => Contents.Of(name);

    private static void Add(FeatureCache cache, params string[] names)
    {
        foreach (string name in names)
        {
            cache.Add([Content(name)], FeatureTable.Of(1, 2, [name.Length, name[0]]));
            cache.Remember(name, 1, _longAgo, Content(name));
        }
    }

    private FeatureCache Open(string gallery) => FeatureCache.Open(folder.Combine(gallery), folder.Combine("cache"), _identity, 2, notice => Assert.Fail(notice));
}
