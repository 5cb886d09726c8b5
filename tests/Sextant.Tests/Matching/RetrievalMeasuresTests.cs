using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class RetrievalMeasuresTests
{
    [Fact]
    public void What_is_always_found_has_an_interval_all_the_same()
    {
        var table = Axes(20);

        var measures = RetrievalMeasures.Of(table, table, [.. Enumerable.Range(0, 20).Select(i => new[] { i })]);

        var first = measures.PicturesByCaption.Recalls[0];
        Assert.Equal((1, 1.0, 0.05), (first.At, first.Value, Math.Round(first.ByChance, 9)));
        Assert.InRange(first.Interval!.Low!.Value, 0.8, 0.9);
        Assert.Equal((1, 1), (measures.CaptionsByPicture.MedianRank, measures.CaptionsByPicture.MedianRankInterval!.High!.Value));
    }

    [Fact]
    public void Equals_count_as_any_order_of_them()
    {
        var same = FeatureTable.Of(4, 2, [1, 0, 1, 0, 1, 0, 1, 0]);

        var measures = RetrievalMeasures.Of(same, same, [[0], [1], [2], [3]]);

        Assert.All([measures.PicturesByCaption, measures.CaptionsByPicture], direction =>
        {
            Assert.Equal(0.25, direction.Recalls[0].Value, 1e-12);
            Assert.Equal(2.5, direction.MedianRank);
            Assert.Null(direction.MedianRankInterval);
        });
    }

    [Fact]
    public void A_caption_of_several_pictures_is_right_for_each()
    {
        var pictures = FeatureTable.Of(3, 2, [1, 0, 1, 0.1f, 0, 1]);
        var captions = FeatureTable.Of(2, 2, [1, 0.1f, 0, 1]);

        var measures = RetrievalMeasures.Of(pictures, captions, [[0], [0], [1]]);

        Assert.Equal(1, measures.PicturesByCaption.Recalls[0].Value);
        Assert.Equal((2, 3), (measures.PicturesByCaption.Queries, measures.PicturesByCaption.Candidates));
        Assert.Equal(((2 / 3.0) + (1 / 3.0)) / 2, measures.PicturesByCaption.Recalls[0].ByChance, 1e-12);
        Assert.Equal(1, measures.CaptionsByPicture.Recalls[0].Value);
    }

    [Fact]
    public void Ranks_are_those_of_sorting()
    {
        FeatureTable pictures = FeatureTableTests.Drawn(60, 8, 1), captions = FeatureTableTests.Drawn(60, 8, 2);
        float[] cosines = captions.Products(pictures);
        double[] ranks = [.. Enumerable.Range(0, 60).Select(i => 1.0 + Enumerable.Range(0, 60).Count(j => cosines[(i * 60) + j] > cosines[(i * 60) + i])).Order()];

        var found = RetrievalMeasures.Of(pictures, captions, [.. Enumerable.Range(0, 60).Select(i => new[] { i })]).PicturesByCaption;

        Assert.Equal((ranks[29] + ranks[30]) / 2, found.MedianRank);
        Assert.Equal(ranks.Count(rank => rank <= 10) / 60.0, found.Recalls[2].Value, 1e-12);
        Assert.InRange(found.MedianRankInterval!.Low!.Value, 1, found.MedianRank);
    }

    private static FeatureTable Axes(int count) =>
        FeatureTable.Of(count, count, [.. Enumerable.Range(0, count * count).Select(i => i % (count + 1) == 0 ? 1f : 0)]);
}
