using Sextant.Reports;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class AxisViewTests
{
    [Fact]
    public void Few_decades_are_labelled_plainly() => Assert.Equal(["1", "10", "100", "1,000"], Labels(Scale.Logarithmic, 1, 1000));

    [Fact]
    public void Far_decades_are_powers_of_ten() => Assert.Equal(["10⁹", "10¹⁰", "10¹¹", "10¹²"], Labels(Scale.Logarithmic, 1e9, 1e12));

    [Fact]
    public void One_decade_has_ticks_between() => Assert.Equal(["0.05", "0.1", "0.2", "0.5"], Labels(Scale.Logarithmic, 0.05, 0.5));

    [Fact]
    public void Half_a_decade_has_more() => Assert.Equal(["60,000", "80,000", "100,000", "150,000", "200,000"], Labels(Scale.Logarithmic, 6e4, 2.4e5));

    [Fact]
    public void Much_less_than_a_decade_has_even_ticks() => Assert.Equal(["0.20", "0.22", "0.24", "0.26", "0.28", "0.30"], Labels(Scale.Logarithmic, 0.2, 0.3));

    [Fact]
    public void Many_decades_are_not_crowded() => Assert.InRange(AxisView.Of(new Axis("x") { Scale = Scale.Logarithmic }, [1, 1e30]).Ticks.Count, 4, 12);

    [Fact]
    public void Large_numbers_share_one_power() => Assert.Equal(["0", "0.5×10⁶", "1.0×10⁶", "1.5×10⁶", "2.0×10⁶"], Labels(Scale.Linear, 0, 2e6));

    [Fact]
    public void One_value_has_room_on_both_sides()
    {
        var view = AxisView.Of(new Axis("x"), [5]);

        Assert.True(view.Lowest < 5 && view.Highest > 5 && view.Ticks.Count > 1);
    }

    private static IEnumerable<string> Labels(Scale scale, params double[] values) => AxisView.Of(new Axis("x") { Scale = scale }, values).Ticks.Select(tick => tick.Label);
}
