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
        Assert.Equal((0.0, 1.0), (found.Interval!.Low, found.Interval.High)); // no accuracy lies beyond
        Assert.True(half > 1);
        var margin = SeedMargin.Of([[1, 1, 0, 1], [1, 0, 0, 0]], 0.5, [0.75, 0.25], [1, 0.5, 0, 0.5], lowest: 0);
        Assert.Equal(half, margin.Half(0.95), 1e-5);
    }

    /// <summary>Wilson for none of 20 wrong: 20 / (20 + 1.96^2).</summary>
    [Fact]
    public void All_right_in_all_seeds_is_not_sure_for_other_texts_and_no_accuracy_lies_beyond_one()
    {
        double[] all = [.. Enumerable.Repeat(1.0, 20)];
        double low = 20 / (20 + (1.959964 * 1.959964));
        Assert.All(new[] { SeedMean.Of([all]), SeedMean.Of([all, all, all]) }, found => Assert.Equal((Math.Round(low, 6), 1), (Math.Round(found.Interval!.Low!.Value, 6), found.Interval.High!.Value)));
        Assert.Equal(1 - low, SeedMean.Of([[.. all.Select(_ => 0.0)]]).Interval!.High!.Value, 1e-6);
        var nearly = SeedMean.Of([[0, .. all], [.. all, 1]]).Interval!;
        Assert.Equal(1, nearly.High);
        Assert.True(nearly.Low < 1);
    }

    [Fact]
    public void A_p_is_where_the_interval_would_just_reach_zero()
    {
        double[][] differences = [[1, 1, 0, 1, 0, -1, 1, 0], [1, 0, 0, 1, 1, 0, 1, 0]];
        var (mean, p) = SeedMean.OfDifferences(differences);
        double[] perExample = [.. Enumerable.Range(0, 8).Select(e => differences.Average(row => row[e]))];
        var margin = SeedMargin.Of(differences, mean.Value, [.. mean.PerSeed], perExample, lowest: -1);
        Assert.Equal(mean.Value, margin.Half(1 - p()!.Value), 1e-5);
        Assert.Equal(p() < 0.05, mean.Interval!.Low > 0);
        // one seed: Student's t of the mean of eight, by hand 0.375 / sqrt(0.553571 / 8) = 1.42556, p 0.19705
        Assert.Equal(0.19705, SeedMean.OfDifferences([differences[0]]).P()!.Value, 1e-4);
        Assert.Equal(1, SeedMean.OfDifferences([[1, -1, 0]]).P());
        Assert.Null(SeedMean.OfDifferences([[1]]).P());
    }

    /// <summary>Holm: 0.01, 0.02 and 0.04 against 0.05/4, 0.05/3, ...: the first alone is shown.</summary>
    [Theory]
    [InlineData(new[] { 0.04, 0.01, 0.02, 0.5 }, new[] { false, true, false, false })]
    [InlineData(new[] { 0.04, 0.01, 0.016, 0.02 }, new[] { true, true, true, true })]
    [InlineData(new[] { 0.049 }, new[] { true })]
    public void What_is_shown_together_is_what_Holm_says(double[] p, bool[] shown)
    {
        (string, IReadOnlyList<bool[]>) arm = ("a", [[true, false, true]]);
        var found = ArmComparison.AfterHolm(p.Select(value => (ArmComparison.Of(arm, arm), (Func<double?>)(() => value))));
        Assert.Equal(shown, found.Select(c => c.ShownAfterHolm));
        Assert.Equal(p, found.Select(c => c.P!.Value));
    }

    /// <summary>Mean squares: seeds 0, examples 1/6, what is left 1/2.</summary>
    [Fact]
    public void Seeds_that_came_out_alike_by_chance_are_no_surer_than_what_is_left_to_chance()
    {
        var found = SeedMean.OfDifferences([[1, 0, 1], [1, 1, 0]]).Mean;
        double half = T2 * Math.Sqrt(0.5 / 6);
        Assert.Equal((2 / 3.0) - half, found.Interval!.Low!.Value, 1e-5);
    }

    [Fact]
    public void The_interval_of_one_seed_is_that_of_a_mean_over_examples()
    {
        var found = SeedMean.OfDifferences([[1, 0, 1, 1]]).Mean; // variance 1/4
        Assert.Equal(0.75, found.Value, 1e-12);
        Assert.Equal(0.75 - (T3 * Math.Sqrt(0.25 / 4)), found.Interval!.Low!.Value, 1e-5);
        Assert.Null(SeedMean.Of([[1], [0]]).Interval);
    }

    [Fact]
    public void Arms_that_say_the_same_of_few_texts_may_differ_on_others()
    {
        (string, IReadOnlyList<bool[]>) arm = ("a", [[true, false, true], [true, true, true]]);
        var found = ArmComparison.Of(arm, arm with { Item1 = "b" });
        double wilson = 1.959964 * 1.959964 / (3 + (1.959964 * 1.959964));
        Assert.Equal(0, found.Difference.Value);
        Assert.Equal(wilson, found.Difference.Interval!.High!.Value, 1e-6);
        Assert.Equal(-wilson, found.Difference.Interval.Low!.Value, 1e-6);
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

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Arms_that_differ_beyond_any_doubt_have_a_small_p(int seeds)
    {
        bool[][] always = [.. Enumerable.Range(0, seeds).Select(s => Enumerable.Range(0, 192).Select(e => e % 64 != s).ToArray())];
        bool[][] never = [.. Enumerable.Range(0, seeds).Select(s => Enumerable.Range(0, 192).Select(e => e % 64 == s + 1).ToArray())];

        var comparison = ArmComparison.AfterHolm([ArmComparison.WithP(("always", always), ("never", never))])[0];

        Assert.True(comparison.IsShown);
        Assert.InRange(comparison.P!.Value, 0, 0.01);
    }
}
