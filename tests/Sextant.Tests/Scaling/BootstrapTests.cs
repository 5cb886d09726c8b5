using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class BootstrapTests
{
    [Fact]
    public void Rows_of_a_run_are_one_unit_and_a_row_without_a_run_is_its_own()
    {
        string?[] runs = ["a", null, "b", "a", null];

        Assert.Equal([[0, 3], [1], [2], [4]], Bootstrap.Units(runs, run => run));
    }

    [Fact]
    public void Rows_of_a_unit_are_drawn_together_and_as_many_units_as_there_are()
    {
        int[][] units = [[0, 3], [1], [2], [4]];
        for (int resample = 0; resample < 50; resample++)
        {
            int[] counts = Bootstrap.Counts(units, 7, resample);

            Assert.Equal(counts[0], counts[3]);
            Assert.Equal(4, units.Sum(unit => counts[unit[0]]));
        }
    }

    [Fact]
    public void A_resample_follows_from_the_seed_and_its_number_alone()
    {
        int[][] units = Bootstrap.Units(new string?[20], run => run);
        int[][] together = Bootstrap.Of(units, 30, 5, (counts, _) => counts);

        Assert.Equal(Bootstrap.Counts(units, 5, 17), together[17]);
        Assert.NotEqual(Bootstrap.Counts(units, 6, 17), together[17]);
    }

    [Fact]
    public void The_standard_error_of_a_mean_is_that_of_theory()
    {
        var random = new SeededRandom(3);
        double[] sample = [.. Enumerable.Range(0, 200).Select(_ => random.NextGaussian())];
        double[] means = Bootstrap.Of(Bootstrap.Units(sample, _ => null), 4000, 1, (counts, _) => counts.Zip(sample, (count, value) => count * value).Sum() / 200);

        double spread = Math.Sqrt(sample.Sum(value => Math.Pow(value - sample.Average(), 2)) / 200);
        Assert.Equal(spread / Math.Sqrt(200), Bootstrap.StandardError(means)!.Value, 0.03 * spread / Math.Sqrt(200));
    }

    [Fact]
    public void Without_skewness_and_bias_the_corrected_interval_is_that_of_percentiles()
    {
        double[] values = [.. Enumerable.Range(0, 1001).Select(i => (double)i)];

        foreach (var interval in new[] { Bootstrap.Percentile(values, 0.95)!, Bootstrap.BiasCorrected(values, 500, [-1, 0, 1], 0.95)! })
        {
            Assert.Equal(25, interval.Low!.Value, 1e-6);
            Assert.Equal(975, interval.High!.Value, 1e-6);
        }
    }

    [Fact]
    public void Values_that_are_no_number_leave_an_interval_open_when_they_are_many()
    {
        double[] few = [.. Enumerable.Range(0, 99).Select(i => (double)i), double.NaN];
        double[] many = [.. Enumerable.Range(0, 90).Select(i => (double)i), .. Enumerable.Repeat(double.NaN, 10)];
        double[] infinite = [.. Enumerable.Range(0, 90).Select(i => (double)i), .. Enumerable.Repeat(double.PositiveInfinity, 10)];

        Assert.NotNull(Bootstrap.Percentile(few, 0.95)!.Low);
        Assert.Equal(new Interval(null, null, 0.95), Bootstrap.Percentile(many, 0.95));
        Assert.Null(Bootstrap.Percentile(infinite, 0.95)!.High);
        Assert.NotNull(Bootstrap.Percentile(infinite, 0.95)!.Low);
        Assert.Null(Bootstrap.Percentile([], 0.95));
    }
}
