using Sextant.Matching;
using Sextant.Reports;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class RankingWordsTests
{
    [Theory]
    [InlineData(0.0001, "0.01 %")]
    [InlineData(0.001, "0.1 %")]
    [InlineData(0.00005, "0.005 %")]
    [InlineData(0, "0.0 %")]
    [InlineData(0.5, "50.0 %")]
    public void A_small_share_has_the_decimals_that_it_needs(double share, string said) => Assert.Equal(said, RankingWords.Share(share));

    [Fact]
    public void A_long_caption_is_quoted_by_its_beginning_and_no_character_is_cut()
    {
        string family = string.Concat(Enumerable.Repeat("\U0001F469‍\U0001F467", 61));

        Assert.Equal("“orange fish”", RankingWords.Quoted("orange fish"));
        Assert.Equal(string.Concat(Enumerable.Repeat("\U0001F469‍\U0001F467", 60)) + "…", RankingWords.Shortened(family));
        Assert.Equal("1,003.5", RankingWords.Rank(1003.5));
    }

    [Fact]
    public void To_be_clearly_nearest_is_told_from_fitting()
    {
        float[] noise = [.. Enumerable.Range(0, 100).Select(i => (float)Math.Sin(i * 12.9898) * 0.1f)];
        float[] above = [.. noise, 0.2f], far = [.. noise, 0.9f];

        string nearest = Finding(above, 0.001), fits = Finding(far, 0.001), several = Finding(above, 10);

        Assert.Contains("is clearly the nearest of this gallery, with", nearest, StringComparison.Ordinal);
        Assert.Contains("Nearest does not yet mean that it fits", nearest, StringComparison.Ordinal);
        Assert.Contains("it fits better than chance explains", fits, StringComparison.Ordinal);
        Assert.Contains("not clearly: several lie about as near, and some 101 pictures share the probability", several, StringComparison.Ordinal);
        Assert.Contains("does not show that they fit", several, StringComparison.Ordinal);
    }

    private static string Finding(float[] cosines, double temperature)
    {
        var gallery = Gallery.Of("pictures", [.. cosines.Select((_, i) => new GalleryPicture($"{i}.png", $"{i}.png", "", []))], FeatureTable.Of(cosines.Length, 1, [.. cosines.Select(_ => 1f)]));
        return RankingWords.Finding(Ranking.Of("a", cosines, temperature), gallery);
    }
}
