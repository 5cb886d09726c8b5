using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

public sealed class StepsFitTests
{
    private static readonly double[] Batches = PlantedBatches.Doubling(8, 8);

    // facts/batch-size.md: at B / B_crit .1, .5, 1, 2, 10.
    [Theory]
    [InlineData(.1, 11, 1.1)]
    [InlineData(.5, 3, 1.5)]
    [InlineData(1, 2, 2)]
    [InlineData(2, 1.5, 3)]
    [InlineData(10, 1.1, 11)]
    public void Steps_and_examples_over_their_least_are_the_known_ratios(double ratio, double steps, double examples)
    {
        const double critical = 100;
        double[] batches = [10, 50, 100, 200, 1000];
        var fit = StepsFit.To(PlantedBatches.TradeOff(batches, 300, critical));

        var batch = Assert.Single(fit.Regimes, batch => batch.Batch == ratio * critical);
        Assert.Equal(steps, batch.StepsRatio!.Value, 1e-4);
        Assert.Equal(examples, batch.ExamplesRatio!.Value, 1e-4);
        Assert.Equal(1, (batch.StepsRatio.Value - 1) * (batch.ExamplesRatio.Value - 1), 1e-9);
        Assert.Equal(300 * steps, fit.Targets[0].StepsAt(batch.Batch)!.Value, 1e-2);
    }

    [Fact]
    public void What_a_seed_is_slower_by_at_every_batch_leaves_the_critical_batch_and_widens_the_fewest_steps()
    {
        var measured = PlantedBatches.TradeOff(PlantedBatches.Doubling(8, 7), 300, 90, seeds: 3, noise: 0.01, betweenSeeds: 0.3, study: 5);

        var blocks = StepsFit.To(measured);
        var without = StepsFit.To([.. measured.Select(one => one with { Seed = null })]);

        Assert.InRange(90, blocks.Intervals["criticalBatch"].Low!.Value, blocks.Intervals["criticalBatch"].High!.Value);
        Assert.True(Width(blocks, "criticalBatch") < Width(without, "criticalBatch") / 5);
        Assert.True(Width(blocks, "minSteps") > Width(without, "minSteps"));
        Assert.InRange(300, blocks.Intervals["minSteps"].Low!.Value, blocks.Intervals["minSteps"].High!.Value);
        Assert.Empty(blocks.Warnings);
        Assert.Contains("1 of 22 trainings take no part", string.Join(' ', StepsFit.To([.. measured, measured[0] with { Row = 99, Seed = "3" }]).Warnings), StringComparison.Ordinal);

        // A gap in the table: one seed less is levelled, or, of two, none; either is said.
        var gap = StepsFit.To([.. measured.Where(one => one != measured[4])]);
        Assert.InRange(90, gap.Intervals["criticalBatch"].Low!.Value, gap.Intervals["criticalBatch"].High!.Value);
        Assert.Contains("of 20 trainings take no part", string.Join(' ', gap.Warnings), StringComparison.Ordinal);
        Assert.Contains("No two seeds were trained at every batch", string.Join(' ', StepsFit.To([.. measured.Where(one => one.Seed != "2" && one != measured[4])]).Warnings), StringComparison.Ordinal);
        // A repeat is no seed that is missing.
        Assert.Empty(StepsFit.To([.. measured, measured[0] with { Row = 99 }]).Warnings);

        static double Width(StepsFit fit, string name) => Math.Log(fit.Intervals[name].High!.Value / fit.Intervals[name].Low!.Value);
    }

    [Fact]
    public void An_exact_curve_gives_its_constants_regimes_and_points()
    {
        var fit = StepsFit.To(PlantedBatches.TradeOff(Batches, 300, 90));

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(300, fit.MinSteps!.Value, 1e-2);
        Assert.Equal(27000, fit.MinExamples!.Value, 1);
        Assert.Equal(90, fit.CriticalBatch!.Value, 1e-2);
        Assert.Equal([Regime.NoiseDominated, Regime.NoiseDominated, Regime.Efficient, Regime.Efficient, Regime.Efficient, Regime.Efficient, Regime.CurvatureDominated, Regime.CurvatureDominated], fit.Regimes.Select(batch => batch.Regime));
        Assert.Equal(["A", "C", "B"], fit.Points.Select(point => point.Name));
        Assert.Equal([9.0, 90, 900], fit.Points.Select(point => Math.Round(point.Batch, 2)));
        Assert.Equal([3300.0, 600, 330], fit.Points.Select(point => Math.Round(point.Steps)));
        Assert.Equal([29.7, 54, 297], fit.Points.Select(point => Math.Round(point.Examples / 1000, 1)));
        Assert.Equal([true, true, true], fit.Points.Select(point => point.IsMeasured));
        Assert.Empty(fit.Warnings);
        Assert.Contains("0.54x the steps and 1.1x the compute", fit.Regimes[0].Advice, StringComparison.Ordinal);
        Assert.Contains("preconditioned", fit.Regimes[^1].Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Censored_trainings_are_heeded_and_never_dropped()
    {
        // The allowance cuts off the small batches of half the studies: without them, or taken for steps, the critical batch comes out too small.
        double most = PlantedBatches.Steps(8, 300, 90);
        double Mean(Func<StepsMeasurement[], IEnumerable<StepsMeasurement>> choose) => Enumerable.Range(0, 60).Average(study =>
            Math.Log(StepsFit.To([.. choose(PlantedBatches.TradeOff(PlantedBatches.Doubling(8, 6), 300, 90, seeds: 2, noise: 0.1, most: most, study: (ulong)study))]).CriticalBatch!.Value / 90));

        Assert.InRange(Mean(all => all), -0.04, 0.04);
        Assert.True(Mean(all => all.Select(one => one with { IsCensored = false })) < Mean(all => all) - 0.02);
    }

    [Fact]
    public void Steps_in_proportion_to_the_batch_bound_the_critical_batch_from_below()
    {
        var fit = StepsFit.To([.. Batches.Select((batch, i) => new StepsMeasurement { Row = i + 1, Batch = batch, Target = 2, Steps = 1e6 / batch * (i % 2 == 0 ? 1.03 : 0.97) })]);

        Assert.Equal(FitStatus.BoundHit, fit.Status);
        Assert.Null(fit.CriticalBatch);
        Assert.Null(fit.MinSteps);
        Assert.Equal(1e6, fit.MinExamples!.Value, 3e4);
        Assert.Null(fit.Intervals["criticalBatch"].High);
        Assert.True(fit.Intervals["criticalBatch"].Low > 1024);
        Assert.Equal(Regime.NoiseDominated, fit.Regimes[0].Regime);
        Assert.Null(fit.Regimes[0].StepsRatio);
        Assert.Contains("measure larger batches", fit.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_do_not_fall_bound_the_critical_batch_from_above()
    {
        var fit = StepsFit.To([.. Batches.Select((batch, i) => new StepsMeasurement { Row = i + 1, Batch = batch, Target = 2, Steps = 400 * (i % 2 == 0 ? 0.97 : 1.03) })]);

        Assert.Equal(FitStatus.BoundHit, fit.Status);
        Assert.Null(fit.CriticalBatch);
        Assert.Null(fit.MinExamples);
        Assert.Equal(400, fit.MinSteps!.Value, 15.0);
        Assert.True(fit.Intervals["criticalBatch"].High < 8);
        Assert.Equal(Regime.CurvatureDominated, fit.Regimes[^1].Regime);
    }

    [Fact]
    public void Noise_that_hides_the_bend_is_not_identified_and_regimes_are_uncertain()
    {
        var fit = StepsFit.To(PlantedBatches.TradeOff(PlantedBatches.Doubling(64, 3), 300, 90, seeds: 2, noise: 0.2, study: 3));

        Assert.True(fit.Status is FitStatus.NotIdentified or FitStatus.BoundHit, fit.Status.ToString());
        Assert.Contains(fit.Regimes, batch => batch.Regime == Regime.Uncertain);
        Assert.NotEmpty(fit.Warnings);
    }

    [Fact]
    public void Too_few_trainings_are_called_so_and_give_no_number()
    {
        foreach (var few in new[] { PlantedBatches.TradeOff([8, 16], 300, 90, seeds: 3), PlantedBatches.TradeOff([8, 16, 32], 300, 90), PlantedBatches.TradeOff(Batches, 300, 90, most: 400), [] })
        {
            var fit = StepsFit.To(few);

            Assert.Equal((FitStatus.TooFewPoints, null, null, null), (fit.Status, fit.MinSteps, fit.MinExamples, fit.CriticalBatch));
            Assert.NotEmpty(fit.Warnings);
        }
    }

    [Fact]
    public void Batches_on_one_side_of_the_critical_one_are_warned_of()
    {
        Assert.Contains("below the critical one", string.Join(' ', StepsFit.To(PlantedBatches.TradeOff(PlantedBatches.Doubling(1, 6), 300, 90)).Warnings), StringComparison.Ordinal);
        Assert.Contains("above the critical one", string.Join(' ', StepsFit.To(PlantedBatches.TradeOff(PlantedBatches.Doubling(128, 6), 300, 90)).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_rise_with_the_batch_are_warned_of()
    {
        var rising = PlantedBatches.TradeOff(Batches, 300, 90, seeds: 3, noise: 0.03).Select(one => one.Batch == 1024 ? one with { Steps = one.Steps * 1.5 } : one).ToList();

        Assert.Contains("rise with the batch from 512 to 1,024", string.Join(' ', StepsFit.To(rising).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_never_reaches_the_target_is_warned_of()
    {
        var fit = StepsFit.To(PlantedBatches.TradeOff(Batches, 300, 90, seeds: 2, noise: 0.05, most: 2500));

        Assert.Contains("No training of the smallest batch, 8, reached the target in its 2,500 steps", string.Join(' ', fit.Warnings), StringComparison.Ordinal);
        Assert.Equal((0, 2), (fit.Regimes[0].Reached, fit.Regimes[0].Censored));
        Assert.InRange(fit.CriticalBatch!.Value, 70, 115);
    }

    [Fact]
    public void A_form_that_the_batches_miss_by_more_than_repeats_differ_is_warned_of_and_widens_the_intervals()
    {
        double[] misses = [1.3, 0.8, 1.25, 0.8, 1.2, 0.85, 1.2, 0.8];
        var missed = PlantedBatches.TradeOff(Batches, 300, 90, seeds: 3, noise: 0.02).Select(one => one with { Steps = one.Steps * misses[Array.IndexOf(Batches, one.Batch)] }).ToList();

        var fit = StepsFit.To(missed);

        Assert.True(fit.Targets[0].LackOfFit is { By: "repeats", P: < 1e-6 });
        Assert.Contains("miss the form", string.Join(' ', fit.Warnings), StringComparison.Ordinal);
        Assert.True(fit.Intervals["criticalBatch"] is { Low: not null, High: not null } interval && interval.High / interval.Low > 2, fit.Intervals["criticalBatch"].ToString());
    }

    [Fact]
    public void Without_repeats_the_order_of_the_residuals_tests_the_form()
    {
        // A power law of exponent 1/2 bends nowhere: the form lies above it in the middle and below it at both ends.
        var fit = StepsFit.To([.. PlantedBatches.Doubling(2, 12).Select((batch, i) => new StepsMeasurement { Row = i + 1, Batch = batch, Target = 2, Steps = 1e4 / Math.Sqrt(batch) })]);

        Assert.True(fit.Targets[0].LackOfFit is { By: "runs", P: < 0.05 }, fit.Targets[0].LackOfFit?.ToString());
    }

    [Fact]
    public void Each_target_has_its_fit_and_the_lowest_that_is_determined_gives_the_values()
    {
        StepsMeasurement[] all =
        [
            .. PlantedBatches.TradeOff(Batches, 100, 30, seeds: 2, noise: 0.03, target: 3, study: 1),
            .. PlantedBatches.TradeOff(Batches, 300, 90, seeds: 2, noise: 0.03, target: 2, study: 2),
            .. PlantedBatches.TradeOff([512, 1024], 900, 270, target: 1, study: 3),
        ];

        var fit = StepsFit.To(all);

        Assert.Equal([3.0, 2, 1], fit.Targets.Select(target => target.Target));
        Assert.Equal([FitStatus.Converged, FitStatus.Converged, FitStatus.TooFewPoints], fit.Targets.Select(target => target.Status));
        Assert.Equal(2, fit.Target);
        Assert.Equal(fit.Targets[1].CriticalBatch, fit.CriticalBatch);
        Assert.Equal(fit.Intervals["targets[1].criticalBatch"], fit.Intervals["criticalBatch"]);
        Assert.Equal(Math.Log(30.0 / 90) / Math.Log(1.5), fit.Trend!.Exponent, 0.5);
        Assert.True(fit.Trend.Interval is { High: < 0 });
        Assert.Contains("The values are those of the target 2, the lowest that determines them; of the others: 3 converged, 1 tooFewPoints.", fit.Warnings);
    }

    [Fact]
    public void What_is_no_number_above_0_is_left_out_with_its_reason()
    {
        StepsMeasurement[] all = [.. PlantedBatches.TradeOff(Batches, 300, 90), new() { Row = 9, Batch = 0, Target = 2, Steps = 1 }, new() { Row = 10, Batch = 1, Target = double.NaN, Steps = 1 }, new() { Row = 11, Batch = 1, Target = 2, Steps = -5 }];

        var fit = StepsFit.To(all);

        Assert.Equal([9, 10, 11], fit.Excluded.Select(row => row.Row));
        Assert.Equal(FitStatus.Converged, fit.Status);
    }

    [Fact]
    public void The_level_of_the_intervals_does_not_change_the_status()
    {
        var measured = PlantedBatches.TradeOff(Batches, 300, 90, seeds: 2, noise: 0.08, study: 4);
        var (wide, narrow) = (StepsFit.To(measured), StepsFit.To(measured, new StepsOptions { Level = 0.5 }));

        Assert.Equal(wide.Status, narrow.Status);
        Assert.Equal(wide.Regimes.Select(batch => batch.Regime), narrow.Regimes.Select(batch => batch.Regime));
        Assert.True(wide.Intervals["minSteps"].Width > narrow.Intervals["minSteps"].Width);
        Assert.Throws<ArgumentException>(() => StepsFit.To(measured, new StepsOptions { Level = 1 }));
    }
}
