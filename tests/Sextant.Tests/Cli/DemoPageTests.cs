using Sextant.Cli;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class DemoPageTests
{
    [Theory]
    [InlineData("Larger models do better on them:", 0.1, 0.4, 0.9)]
    [InlineData("Larger models do better on them or as well:", 0.1, 0.9, 0.9)]
    [InlineData("Larger is not better throughout on them:", 0.1, 0.9, 0.8)]
    [InlineData("None of the sizes has learnt to translate them yet:", 0, 0.001, 0.002)]
    public void What_is_said_of_size_follows_from_the_numbers(string expected, double small, double middle, double large) =>
        Assert.StartsWith(expected, DemoPage.BySize([(64, large), (16, small), (32, middle)]), StringComparison.Ordinal);
}
