using Sextant.Cli;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class DemoPageTests
{
    [Theory]
    [InlineData("For equal compute larger models do better on them:", 0.1, 0.4, 0.9)]
    [InlineData("For equal compute hidden size 32 does best on them, and smaller and larger models do worse:", 0.1, 0.9, 0.8)]
    [InlineData("For equal compute smaller models do better on them:", 0.9, 0.8, 0.1)]
    [InlineData("For equal compute there is no order by size on them:", 0.8, 0.1, 0.9)]
    [InlineData("None of the sizes has learnt to translate them yet:", 0, 0.001, 0.002)]
    public void What_is_said_of_size_follows_from_the_numbers(string expected, double small, double middle, double large) =>
        Assert.StartsWith(expected, DemoPage.BySize([(64, large), (16, small), (32, middle)]), StringComparison.Ordinal);
}
