using Sextant.Reports;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(12345, "12,345")]
    [InlineData(0.01234, "0.0123")]
    [InlineData(3.21e14, "3.21×10¹⁴")]
    [InlineData(999_999, "1.00×10⁶")]
    [InlineData(2.5e-7, "2.50×10⁻⁷")]
    [InlineData(-1.5, "−1.50")]
    [InlineData(double.NaN, "–")]
    public void Three_digits_are_significant(double value, string expected) => Assert.Equal(expected, Numbers.Significant(value));

    [Theory]
    [InlineData(7.04, "7.0 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(7300, "2 h 1 min")]
    public void A_duration_takes_the_unit_that_suits_it(double seconds, string expected) => Assert.Equal(expected, Numbers.Duration(seconds));
}
