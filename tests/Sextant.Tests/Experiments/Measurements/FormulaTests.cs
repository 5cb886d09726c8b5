using Sextant.Experiments.Measurements;
using Xunit;

namespace Sextant.Tests.Experiments.Measurements;

public sealed class FormulaTests
{
    [Theory]
    [InlineData("1/n_star_std^2", 4)]
    [InlineData("-[two words]^2 + 1", -8)]
    [InlineData("2^3^2", 512)]
    [InlineData("(1 + 2) * 3 - 4 / 2", 7)]
    [InlineData("1.5e1", 15)]
    [InlineData(".5", 0.5)]
    [InlineData("2 - 3 - 4", -5)]
    [InlineData("2*-3", -6)]
    public void Arithmetic_binds_as_it_is_written_on_paper(string text, double expected)
    {
        var formula = Formula.Parse(text);

        Assert.Equal(expected, formula.At([.. formula.Names.Select(name => name == "two words" ? 3.0 : 0.5)]), 1e-12);
    }

    [Theory]
    [InlineData("", "it ends too soon")]
    [InlineData("1/", "it ends too soon")]
    [InlineData("(1", "a ')' is missing")]
    [InlineData("[a", "a '[' is not closed")]
    [InlineData("1 2", "'2' at character 3 does not belong there")]
    [InlineData("a $ b", "'$' at character 3 does not belong there")]
    [InlineData("1.2.3", "1.2.3 is not a number")]
    public void What_is_no_formula_is_said_with_the_place(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserError>(() => Formula.Parse(text)).Message, StringComparison.Ordinal);
}
