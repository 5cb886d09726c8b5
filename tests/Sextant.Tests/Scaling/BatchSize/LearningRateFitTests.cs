using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

public sealed class LearningRateFitTests
{
    private static readonly double[] Batches = PlantedBatches.Doubling(8, 8);

    // facts/batch-size.md: at B / B_noise .1, .5, 1, 2, 10.
    [Theory]
    [InlineData(.1, .0909)]
    [InlineData(.5, .333)]
    [InlineData(1, .5)]
    [InlineData(2, .667)]
    [InlineData(10, .909)]
    public void Best_rates_over_the_largest_are_the_known_ratios(double ratio, double expected)
    {
        double[] batches = [10, 50, 100, 200, 1000];
        var fit = LearningRateFit.To(PlantedBatches.Rates(batches, batch => PlantedBatches.Best(batch, 0.02, 100)));

        Assert.Equal(expected, fit.Sgd!.RateAt(ratio * 100)!.Value / fit.MaxRate!.Value, 1e-3);
        Assert.Equal(expected, Assert.Single(fit.Best, best => best.Batch == ratio * 100).Rate!.Value / 0.02, 1e-3);
    }

    [Fact]
    public void An_exact_curve_gives_its_constants()
    {
        var fit = LearningRateFit.To(PlantedBatches.Rates(Batches, batch => PlantedBatches.Best(batch, 0.02, 100)));

        Assert.Equal((FitStatus.Converged, RateForm.Sgd), (fit.Status, fit.Form));
        Assert.Equal(0.02, fit.MaxRate!.Value, 1e-5);
        Assert.Equal(100, fit.NoiseBatch!.Value, 0.1);
        Assert.Equal(1, fit.Exponent!.Value, 1e-2);
        Assert.All(fit.Best, best => Assert.Equal((FitStatus.Converged, true, RateBound.None), (best.Status, best.IsUsed, best.Bound)));
        Assert.All(fit.Best, best => Assert.Equal(Math.Exp(0.1 * Math.Pow(Math.Log(2), 2)) - 1, best.CostOfTwofold!.Value, 1e-6));
        Assert.True(fit.Growth!.IsSignificant);
        Assert.Equal(108.0 / 58, fit.Growth.AtSmall, 1e-2); // (1 + 100/8) / (1 + 100/16)
        Assert.Empty(fit.Warnings);
    }

    [Fact]
    public void What_a_seed_does_at_every_rate_alike_is_no_noise_of_the_best_rate()
    {
        var measured = PlantedBatches.Rates(Batches, batch => PlantedBatches.Best(batch, 0.02, 100), seeds: 2, noise: 0.003, betweenSeeds: 0.3, study: 6);

        var blocks = LearningRateFit.To(measured);
        var without = LearningRateFit.To([.. measured.Select(one => one with { Seed = null })]);
        // A third seed at some rates alone is not compared: it was not trained at the others.
        var third = LearningRateFit.To([.. measured, .. Batches.Select((batch, i) => measured.First(one => one.Batch == batch && one.Loss is not null) with { Row = 1000 + i, Seed = "2", Loss = 0.1 })]);

        Assert.Equal(FitStatus.Converged, blocks.Status);
        Assert.InRange(100, blocks.Intervals["noiseBatch"].Low!.Value, blocks.Intervals["noiseBatch"].High!.Value);
        Assert.NotEqual(FitStatus.Converged, without.Status);
        Assert.Equal(blocks.NoiseBatch, third.NoiseBatch);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.75)]
    public void An_exponent_below_1_is_found_and_the_values_are_of_its_law(double exponent)
    {
        var fit = LearningRateFit.To(PlantedBatches.Rates(PlantedBatches.Doubling(2, 12), batch => PlantedBatches.Best(batch, 0.02, 100, exponent), seeds: 2, noise: 0.002));

        Assert.Equal((FitStatus.Converged, RateForm.Free), (fit.Status, fit.Form));
        Assert.Equal(exponent, fit.Exponent!.Value, 0.1);
        Assert.Equal(0.02, fit.MaxRate!.Value, 0.003);
        Assert.True(fit.Intervals["exponent"] is { High: < 1 });
        Assert.Contains("An exponent of 1 contradicts", string.Join(' ', fit.Warnings), StringComparison.Ordinal);
        Assert.Equal(RateForm.Sgd, LearningRateFit.To(PlantedBatches.Rates(Batches, batch => PlantedBatches.Best(batch, 0.02, 100, exponent)), new RateCurveOptions { Form = RateForm.Sgd }).Form);
    }

    [Fact]
    public void A_power_law_without_a_bend_has_a_slope_and_no_noise_batch()
    {
        var fit = LearningRateFit.To(PlantedBatches.Rates(Batches, batch => 1e-3 * Math.Sqrt(batch), seeds: 2, noise: 0.005, study: 5));

        Assert.Equal(0.5, fit.Slope!.Value, 0.1);
        Assert.True(fit.Status is FitStatus.NotIdentified or FitStatus.BoundHit, fit.Status.ToString());
        Assert.False(fit.Growth!.IsSignificant);
        Assert.True(fit.Growth.AtSmallInterval is { Low: < 1.4143, High: > 1.4141 });
    }

    [Fact]
    public void A_best_rate_at_an_end_of_those_tried_is_a_bound_and_no_number()
    {
        // The two largest batches would do best beyond the highest rate tried.
        var measured = PlantedBatches.Rates(Batches, batch => PlantedBatches.Best(batch, 0.02, 100), seeds: 2, noise: 0.003).Where(one => one.Rate < 0.012).ToList();

        var fit = LearningRateFit.To(measured);

        var bounds = fit.Best.Where(best => best.Bound == RateBound.AtLeast).ToList();
        Assert.NotEmpty(bounds);
        Assert.All(bounds, best => Assert.Equal((FitStatus.BoundHit, true), (best.Status, best.IsUsed)));
        Assert.All(bounds, best => Assert.True(best.Rate < PlantedBatches.Best(best.Batch, 0.02, 100)));
        Assert.Contains("the highest rate tried is the best: it counts as a bound; try higher ones", string.Join(' ', fit.Warnings), StringComparison.Ordinal);
        Assert.True(fit.Intervals["noiseBatch"].Low < 100 && !(fit.Intervals["noiseBatch"].High < 100));
    }

    [Fact]
    public void A_cliff_beside_the_best_rate_leaves_it_between()
    {
        var measured = PlantedBatches.Rates([8], batch => 0.01, seeds: 2, noise: 0.003).Select(one => one.Rate > 0.01 ? one with { Loss = null } : one).ToList();

        var best = Assert.Single(LearningRateFit.To(measured).Best);

        Assert.Equal("the next rate above it diverged", best.Remark);
        Assert.True(best.RateInterval!.Low < 0.01 && best.RateInterval.High > 0.01);
        Assert.Equal(6, best.Diverged);
    }

    [Fact]
    public void Rates_that_fall_again_at_large_batches_are_named()
    {
        var fit = LearningRateFit.To(PlantedBatches.Rates(Batches, batch => batch < 500 ? PlantedBatches.Best(batch, 0.02, 100) : 0.004, seeds: 3, noise: 0.003));

        Assert.Equal([512.0, 1024], fit.FallsAt);
        Assert.Contains("falls again at batch 512, 1,024", string.Join(' ', fit.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_valley_that_leans_is_read_near_its_bottom()
    {
        var fit = LearningRateFit.To(PlantedBatches.Rates(Batches, batch => PlantedBatches.Best(batch, 0.02, 100), factor: Math.Sqrt(2), lean: 0.3, seeds: 2, noise: 0.001));

        Assert.All(fit.Best, best => Assert.Equal(1, best.Rate!.Value / PlantedBatches.Best(best.Batch, 0.02, 100), 0.08));
    }

    [Fact]
    public void A_batch_whose_losses_are_noise_takes_no_part()
    {
        var measured = PlantedBatches.Rates(Batches, batch => PlantedBatches.Best(batch, 0.02, 100), seeds: 2, noise: 0.01, study: 2)
            .Select(one => one.Batch == 64 ? one with { Loss = 2 + (0.001 * (one.Row * 7 % 5)) } : one).ToList();

        var fit = LearningRateFit.To(measured);

        Assert.True(Assert.Single(fit.Best, best => best.Batch == 64) is { IsUsed: false, Status: FitStatus.NotIdentified } or { Bound: not RateBound.None });
        Assert.InRange(fit.NoiseBatch!.Value, 50, 200);
    }

    [Fact]
    public void Too_few_batches_are_called_so_and_give_no_number()
    {
        foreach (var few in new[] { PlantedBatches.Rates([8, 16], batch => batch), [], [.. PlantedBatches.Rates(Batches, batch => batch).Select(one => one with { Loss = null })] })
        {
            var fit = LearningRateFit.To(few);

            Assert.Equal((FitStatus.TooFewPoints, null, null, null), (fit.Status, fit.MaxRate, fit.NoiseBatch, fit.Exponent));
            Assert.NotEmpty(fit.Warnings);
        }
    }

    [Fact]
    public void What_is_no_number_above_0_is_left_out_with_its_reason()
    {
        RateMeasurement[] all = [.. PlantedBatches.Rates(Batches, batch => batch), new() { Row = 901, Batch = double.NaN, Rate = 1, Loss = 1 }, new() { Row = 902, Batch = 1, Rate = -1, Loss = 1 }, new() { Row = 903, Batch = 1, Rate = 1, Loss = -2 }];

        Assert.Equal([901, 902, 903], LearningRateFit.To(all).Excluded.Select(row => row.Row));
    }
}
