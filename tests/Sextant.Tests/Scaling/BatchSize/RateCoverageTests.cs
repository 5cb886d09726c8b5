using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

/// <summary>Intervals of 95 % of planted curves of best rates hold what was planted in about 95 of 100 studies.</summary>
public sealed class RateCoverageTests
{
    private const double MaxRate = 0.02, NoiseBatch = 90;

    [Fact]
    public void Few_curves_are_mostly_covered() => Covered(RateForm.Sgd, 8, 2, 0.01, 0, 1, studies: 60).Require(0.87, 1);

    /// <summary>Batches from 8 on; five rates a factor of two apart, whose valley costs 5 % at twice the best rate; noise of ln loss; scatter of the best rates themselves.</summary>
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(8, 2, 0.01, 0)]
    [InlineData(6, 2, 0.01, 0)]
    [InlineData(7, 3, 0.02, 0)]
    [InlineData(8, 2, 0.01, 0.1)]
    [InlineData(7, 2, 0.005, 0.2)]
    [InlineData(8, 1, 0.01, 0)]
    public void Five_hundred_curves_of_exponent_1_are_covered_as_the_level_says(int batches, int seeds, double noise, double scatter) =>
        Covered(RateForm.Sgd, batches, seeds, noise, scatter, 1, studies: 500).Require(0.92, 0.98);

    /// <summary>No rate above 0.016 was tried, so that the best ones of the largest batches are bounds.</summary>
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(8, 2, 0.01, 0)]
    public void Five_hundred_curves_with_bounds_are_covered_as_the_level_says(int batches, int seeds, double noise, double scatter) =>
        Covered(RateForm.Sgd, batches, seeds, noise, scatter, 1, studies: 500, highest: 0.016).Require(0.92, 0.98);

    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(8, 2, 0.005, 0, 0.5)]
    [InlineData(10, 2, 0.01, 0.05, 0.75)]
    [InlineData(10, 2, 0.01, 0, 1)]
    public void Five_hundred_curves_of_a_free_exponent_are_covered_as_the_level_says(int batches, int seeds, double noise, double scatter, double exponent) =>
        Covered(RateForm.Free, batches, seeds, noise, scatter, exponent, studies: 500).Require(0.92, 0.98);

    /// <summary>The law that the rates choose.</summary>
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(8, 2, 0.01, 0)]
    public void Five_hundred_curves_are_covered_where_the_rates_choose_the_law(int batches, int seeds, double noise, double scatter) =>
        Covered(RateForm.Measured, batches, seeds, noise, scatter, 1, studies: 500).Require(0.91, 0.98);

    /// <summary>Seeds differ by thirty times what is left within them.</summary>
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(8, 2, 0.01)]
    [InlineData(7, 3, 0.02)]
    public void Five_hundred_curves_whose_seeds_differ_at_every_rate_alike_are_covered_as_the_level_says(int batches, int seeds, double noise) =>
        Covered(RateForm.Sgd, batches, seeds, noise, 0, 1, studies: 500, betweenSeeds: 0.3).Require(0.92, 0.98);

    private static Coverage Covered(RateForm form, int batches, int seeds, double noise, double scatter, double exponent, int studies, double highest = 1, double betweenSeeds = 0)
    {
        var coverage = new Coverage();
        double[] sizes = PlantedBatches.Doubling(form == RateForm.Free ? 2 : 8, batches);
        var grown = new Func<double, double>(batch => PlantedBatches.Best(2 * batch, MaxRate, NoiseBatch, exponent) / PlantedBatches.Best(batch, MaxRate, NoiseBatch, exponent));
        for (int study = 0; study < studies; study++)
        {
            var measured = PlantedBatches.Rates(sizes, batch => PlantedBatches.Best(batch, MaxRate, NoiseBatch, exponent), seeds: seeds, noise: noise, scatter: scatter, study: (ulong)study, side: 2, betweenSeeds: betweenSeeds);
            var fit = LearningRateFit.To([.. measured.Where(one => one.Rate < highest)], new RateCurveOptions { Form = form });
            (string, double)[] planted = [("maxRate", MaxRate), ("noiseBatch", NoiseBatch), ("exponent", exponent), ("growth.atSmall", grown(sizes[0])), ("growth.atLarge", grown(sizes[^1]))];
            coverage.Add(fit.Status, fit.Intervals, form == RateForm.Free ? planted : planted[..2]);
        }

        return coverage;
    }
}
