using Sextant.Cli;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class IntervalTests
{
    [Theory]
    [InlineData(1e-19, 1e24, true)]
    [InlineData(1.0, 1.1e6, true)]
    [InlineData(1.0, 0.9e6, false)]
    [InlineData(-1.0, 1e9, false)]
    [InlineData(0.0, 1e9, false)]
    [InlineData(null, 1e9, false)]
    [InlineData(1e-9, null, false)]
    public void An_interval_over_more_than_six_powers_of_ten_says_nothing(double? low, double? high, bool saysNothing) =>
        Assert.Equal(saysNothing, new Interval(low, high, 0.95).SaysNothing);

    [Fact]
    public void Its_ends_are_not_named()
    {
        Assert.Equal("anything within 43 decades", IntervalTable.Range(new Interval(1e-19, 1e24, 0.95)));
        Assert.Equal("1.00 to 2.00", IntervalTable.Range(new Interval(1, 2, 0.95)));
    }
}
