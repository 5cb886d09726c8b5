using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

/// <summary>Intervals of 95 % of planted trade-offs hold what was planted in about 95 of 100 studies.</summary>
public sealed class StepsCoverageTests
{
    private const double MinSteps = 300, Critical = 90;

    [Fact]
    public void Few_trade_offs_are_mostly_covered() => Covered(8, 2, 0.08, studies: 80, allowance: 1).Require(0.87, 1);

    /// <summary>Batches from 8 on; an allowance of 1 cuts off about half the trainings of the smallest batch, of 0.6 nearly all of them and of the next some.</summary>
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(6, 2, 0.05, 100)]
    [InlineData(6, 2, 0.10, 100)]
    [InlineData(7, 3, 0.08, 100)]
    [InlineData(8, 2, 0.05, 1)]
    [InlineData(8, 3, 0.10, 1)]
    [InlineData(6, 2, 0.10, 1)]
    [InlineData(8, 2, 0.10, 0.6)]
    [InlineData(6, 1, 0.05, 100)]
    [InlineData(5, 1, 0.10, 100)]
    public void A_thousand_trade_offs_are_covered_as_the_level_says(int batches, int seeds, double noise, double allowance) =>
        Covered(batches, seeds, noise, studies: 1000, allowance).Require(0.92, 0.98);

    /// <summary>What the rate was missed by at a batch is common to its trainings.</summary>
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(8, 3, 0.05, 0.05)]
    [InlineData(8, 2, 0.05, 0.10)]
    public void A_thousand_trade_offs_whose_batches_miss_the_form_are_covered_as_well(int batches, int seeds, double noise, double betweenBatches) =>
        Covered(batches, seeds, noise, studies: 1000, allowance: 100, betweenBatches).Require(0.92, 0.98);

    /// <summary>What a seed is slower by is common to all batches. Where seeds hardly differ the ends of the fewest steps are wider than they need be: a variance is never taken to be below 0.</summary>
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(6, 3, 0.02, 0.2, 100)]
    [InlineData(7, 5, 0.05, 0.2, 100)]
    [InlineData(8, 3, 0.05, 0.1, 1)]
    [InlineData(8, 3, 0.10, 0.02, 100)]
    public void A_thousand_trade_offs_whose_seeds_differ_at_every_batch_alike_are_covered_as_well(int batches, int seeds, double noise, double betweenSeeds, double allowance) =>
        Covered(batches, seeds, noise, studies: 1000, allowance, betweenSeeds: betweenSeeds).Require(0.92, 0.985);

    [Fact]
    public void With_too_little_data_the_status_says_so()
    {
        var coverage = new Coverage();
        for (int study = 0; study < 60; study++)
        {
            var fit = StepsFit.To(PlantedBatches.TradeOff(PlantedBatches.Doubling(8, 4), MinSteps, Critical, seeds: 1, noise: 0.2, study: (ulong)study));
            coverage.Add(fit.Status, fit.Intervals);
        }

        Assert.InRange(coverage.Share(FitStatus.Converged), 0, 0.1);
    }

    private static Coverage Covered(int batches, int seeds, double noise, int studies, double allowance, double betweenBatches = 0, double betweenSeeds = 0)
    {
        var coverage = new Coverage();
        double[] sizes = PlantedBatches.Doubling(8, batches);
        for (int study = 0; study < studies; study++)
        {
            var fit = StepsFit.To(PlantedBatches.TradeOff(sizes, MinSteps, Critical, seeds, noise, allowance * PlantedBatches.Steps(8, MinSteps, Critical), (ulong)study, betweenBatches: betweenBatches, betweenSeeds: betweenSeeds));
            coverage.Add(fit.Status, fit.Intervals, ("minSteps", MinSteps), ("minExamples", MinSteps * Critical), ("criticalBatch", Critical));
        }

        return coverage;
    }
}
