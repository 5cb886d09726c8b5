using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class RankingTests
{
    private static readonly float[] Cosines = [0.1f, 0.3f, 0.2f, 0.3f];

    [Fact]
    public void The_best_comes_first_and_equals_share_the_mean_of_their_ranks()
    {
        var ranking = Ranking.Of("a", Cosines, 0.1);

        Assert.Equal([1, 3, 2, 0], ranking.Pictures.Select(picture => picture.Index));
        Assert.Equal([1.5, 1.5, 3, 4], ranking.Pictures.Select(picture => picture.Rank));
        Assert.Equal(0, ranking.Margin);
        Assert.Null(ranking.Pictures[^1].Margin);
    }

    [Fact]
    public void Probabilities_are_the_softmax_at_the_temperature()
    {
        var ranking = Ranking.Of("a", Cosines, 0.1);
        double whole = Cosines.Sum(cosine => Math.Exp(cosine / 0.1));

        Assert.Equal(1, ranking.Pictures.Sum(picture => picture.Probability), 1e-12);
        Assert.All(ranking.Pictures, picture => Assert.Equal(Math.Exp(Cosines[picture.Index] / 0.1) / whole, picture.Probability, 1e-9));
        Assert.Equal(2, Ranking.Of("a", Cosines, 1e-3).Spread, 1e-9);
        Assert.True(Ranking.Of("a", Cosines, 1e-4).Pictures[2].Probability >= 0);
    }

    [Fact]
    public void A_score_is_measured_in_deviations_of_its_caption()
    {
        var calibration = Calibration.Of([1f, 2, 3, 4]);

        Assert.Equal((2.5, Math.Sqrt(1.25)), (calibration.Mean, calibration.Deviation));
        Assert.Equal(1.5 / Math.Sqrt(1.25), calibration.Z(4), 1e-12);
        Assert.Equal(0, Calibration.Of([0.1f, 0.1f, 0.1f]).Z(0.1));
    }

    [Fact]
    public void What_the_best_of_chance_reaches_is_what_draws_reach()
    {
        const int Count = 200, Times = 2000;
        var random = new SeededRandom(5);
        double[] best = [.. Enumerable.Range(0, Times).Select(_ => Enumerable.Range(0, Count).Max(_ => random.NextGaussian()))];
        var calibration = new Calibration(Count, 0, 1);

        Assert.Equal(best.Average(), calibration.ExpectedBest, 0.05);
        Assert.Equal(best.Count(z => z >= 3) / (double)Times, calibration.ChanceOf(3), 0.04);
        Assert.InRange(calibration.ChanceOf(9), 0, 1e-15);
    }

    [Fact]
    public void A_picture_that_is_near_to_every_caption_is_a_hub()
    {
        var captions = FeatureTable.Of(3, 4, [1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1]);
        var pictures = FeatureTable.Of(4, 4, [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);

        var hubness = Hubness.Of(captions, pictures);

        Assert.Equal(0, hubness.Values.MaxBy(value => value) - hubness.Values[0]);
        Assert.True(hubness.Values[0] > 0.5);
        Assert.Equal(0, hubness.Values.Average(), 1e-6);
    }
}
