using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class ProportionTests
{
    /// <summary>Ends from the formula, computed apart.</summary>
    [Theory]
    [InlineData(0, 10, 0, 0.277533)]
    [InlineData(10, 10, 0.722467, 1)]
    [InlineData(7, 10, 0.396776, 0.892209)]
    [InlineData(90, 100, 0.825634, 0.944772)]
    public void Its_interval_is_Wilsons(int hits, int count, double low, double high)
    {
        var share = new Proportion(hits, count);
        Assert.Equal((double)hits / count, share.Share);
        Assert.Equal(low, share.Low, 1e-5);
        Assert.Equal(high, share.High, 1e-5);
    }

    [Fact]
    public void Of_no_trial_nothing_is_known()
    {
        var none = Proportion.Of([]);
        Assert.Null(none.Share);
        Assert.Equal((0.0, 1.0), (none.Low, none.High));
        Assert.Equal(new Proportion(2, 3), Proportion.Of([true, false, true]));
    }
}
