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

    [Fact]
    public void Both_directions_are_those_of_looking_at_each_query_alone_where_some_share_captions_some_have_several_or_none_and_some_are_equal()
    {
        const int Pictures = 150, Captions = 70;
        FeatureTable drawn = FeatureTableTests.Drawn(100, 9, 3), pictures = drawn.Selected([.. Enumerable.Range(0, Pictures).Select(i => i % 100)]), captions = FeatureTableTests.Drawn(Captions, 9, 4);
        var random = new SeededRandom(6);
        int[][] of = [.. Enumerable.Range(0, Pictures).Select(i => i % 8 == 7 ? [] : new[] { i % Captions, (int)random.Next(Captions) }.Distinct().ToArray())];
        int[] captioned = [.. Enumerable.Range(0, Pictures).Where(i => of[i].Length > 0)];
        float[] cosines = captions.Products(pictures);
        float Cosine(int caption, int picture) => cosines[(caption * Pictures) + picture];
        static double Rank(float[] all, int[] right)
        {
            float best = right.Max(i => all[i]);
            int rights = right.Count(i => all[i] == best);
            return all.Count(cosine => cosine > best) + 1 + ((all.Count(cosine => cosine == best) - rights) / (rights + 1.0));
        }

        double[] byCaption = [.. Enumerable.Range(0, Captions).Select(c => Rank([.. Enumerable.Range(0, Pictures).Select(p => Cosine(c, p))], [.. captioned.Where(p => of[p].Contains(c))])).Order()];
        double[] byPicture = [.. captioned.Select(p => Rank([.. Enumerable.Range(0, Captions).Select(c => Cosine(c, p))], of[p])).Order()];

        var found = RetrievalMeasures.Of(pictures, captions, of);

        Assert.Equal((Captions, Pictures, captioned.Length, Captions), (found.PicturesByCaption.Queries, found.PicturesByCaption.Candidates, found.CaptionsByPicture.Queries, found.CaptionsByPicture.Candidates));
        Assert.Equal((byCaption[(Captions - 1) / 2] + byCaption[Captions / 2]) / 2, found.PicturesByCaption.MedianRank);
        Assert.Equal((byPicture[(captioned.Length - 1) / 2] + byPicture[captioned.Length / 2]) / 2, found.CaptionsByPicture.MedianRank);
        Assert.Equal(byPicture.Count(rank => rank <= 5) / (double)captioned.Length, found.CaptionsByPicture.Recalls[1].Value, 1e-12);
    }

    private static FeatureTable Axes(int count) =>
        FeatureTable.Of(count, count, [.. Enumerable.Range(0, count * count).Select(i => i % (count + 1) == 0 ? 1f : 0)]);
}
