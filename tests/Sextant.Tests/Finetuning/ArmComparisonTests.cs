using Sextant.Finetuning;
using Xunit;

namespace Sextant.Tests.Finetuning;

public sealed class ArmComparisonTests
{
    private const double T1 = 12.706205, T2 = 4.302653, T3 = 3.182446; // Student's 97.5 % by degrees of freedom

    /// <summary>Two seeds of four examples. Mean squares by hand: seeds 1/2, examples 1/3, what is left 1/6.</summary>
    [Fact]
    public void The_interval_of_two_seeds_is_that_by_hand()
    {
        var found = SeedMean.Of([[1, 1, 0, 1], [1, 0, 0, 0]]);

        Assert.Equal(0.5, found.Value, 1e-12);
        Assert.Equal([0.75, 0.25], found.PerSeed);
        double half = Math.Sqrt(((T1 * T1 / 2) + (T3 * T3 * ((1 / 3.0) - (1 / 6.0)))) / 8);
        Assert.Equal(0.5 - half, found.Interval!.Low!.Value, 1e-5);
        Assert.Equal(0.5 + half, found.Interval.High!.Value, 1e-5);
    }

    /// <summary>Mean squares: seeds 0, examples 1/6, what is left 1/2.</summary>
    [Fact]
    public void Seeds_that_came_out_alike_by_chance_are_no_surer_than_what_is_left_to_chance()
    {
        var found = SeedMean.Of([[1, 0, 1], [1, 1, 0]]);
        double half = T2 * Math.Sqrt(0.5 / 6);
        Assert.Equal((2 / 3.0) - half, found.Interval!.Low!.Value, 1e-5);
    }

    [Fact]
    public void The_interval_of_one_seed_is_that_of_a_mean_over_examples()
    {
        var found = SeedMean.Of([[1, 0, 1, 1]]); // variance 1/4
        Assert.Equal(0.75, found.Value, 1e-12);
        Assert.Equal(0.75 + (T3 * Math.Sqrt(0.25 / 4)), found.Interval!.High!.Value, 1e-5);
        Assert.Null(SeedMean.Of([[1], [0]]).Interval);
    }

    [Fact]
    public void Arms_that_are_the_same_differ_by_nothing_for_sure()
    {
        (string, IReadOnlyList<bool[]>) arm = ("a", [[true, false, true], [true, true, true]]);
        var found = ArmComparison.Of(arm, arm with { Item1 = "b" });
        Assert.Equal((0, 0, 0), (found.Difference.Interval!.Low, found.Difference.Interval.High, found.Difference.Value));
        Assert.False(found.IsShown);
        Assert.Null(found.McNemar);
    }

    [Theory]
    [InlineData(1, 6, 16 / 128.0)]
    [InlineData(6, 1, 16 / 128.0)]
    [InlineData(0, 10, 2 / 1024.0)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    public void The_p_of_McNemar_is_twice_the_binomial_tail(int firstOnly, int secondOnly, double p)
    {
        bool[] first = [.. Enumerable.Repeat(true, firstOnly), .. Enumerable.Repeat(false, secondOnly), true, false, true];
        bool[] second = [.. Enumerable.Repeat(false, firstOnly), .. Enumerable.Repeat(true, secondOnly), true, false, true];

        var found = ArmComparison.Of(("a", [first]), ("b", [second]));

        Assert.Equal((firstOnly, secondOnly), (found.FirstOnly, found.SecondOnly));
        Assert.Equal(p, found.McNemar!.Value, 1e-12);
        Assert.Equal((firstOnly - secondOnly) / (double)first.Length, found.Difference.Value, 1e-12);
    }

    [Fact]
    public void A_difference_is_counted_over_all_seeds_and_is_the_first_less_the_second()
    {
        var found = ArmComparison.Of(("a", [[true, true, false], [true, false, false]]), ("b", [[false, true, true], [false, false, false]]));
        Assert.Equal((2, 1), (found.FirstOnly, found.SecondOnly));
        Assert.Equal([0, 1 / 3.0], found.Difference.PerSeed);
        Assert.Equal(1 / 6.0, found.Difference.Value, 1e-12);
        Assert.Equal(-found.Difference.Interval!.High!.Value, ArmComparison.Of(("b", [[false, true, true], [false, false, false]]), ("a", [[true, true, false], [true, false, false]])).Difference.Interval!.Low!.Value, 1e-12);
    }

    [Fact]
    public void Arms_of_other_seeds_or_examples_are_an_error_of_the_caller()
    {
        (string, IReadOnlyList<bool[]>) arm = ("a", [[true, false], [true, true]]);
        Assert.Throws<ArgumentException>(() => ArmComparison.Of(arm, ("b", [[true, false]])));
        Assert.Throws<ArgumentException>(() => ArmComparison.Of(arm, ("b", [[true, false], [true]])));
        Assert.Throws<ArgumentException>(() => ArmComparison.Of(("a", []), ("b", [])));
    }
}
