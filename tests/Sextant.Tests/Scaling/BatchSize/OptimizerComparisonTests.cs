using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

public sealed class OptimizerComparisonTests
{
    private static readonly string[] Seeds = ["1", "2", "3", "4"];

    [Fact]
    public void Ratios_are_within_seeds_so_that_what_a_seed_does_to_both_cancels()
    {
        // Seeds differ twofold; muon takes 0.8 of the steps at the small batch and 0.5 at the large one, with 2 % of noise between them.
        var comparison = OptimizerComparison.Of([.. Trainings("adamW", 8, 1000, 0), .. Trainings("adamW", 256, 100, 0), .. Trainings("muon", 8, 800, 0.02), .. Trainings("muon", 256, 50, -0.02)], "adamW", 0.1);

        var large = comparison.Results.Single(result => result is { Optimizer: "muon", Batch: 256 });
        Assert.Equal(0.5, large.StepsRatio!.Value, 0.02);
        Assert.Equal(0.5 * 1.5, large.FlopsRatio!.Value, 0.03);
        Assert.Equal(0.5 * 3, large.SecondsRatio!.Value, 0.06);
        Assert.True(large.StepsRatio.Interval is { Low: > 0.4, High: < 0.6 });
        Assert.Equal(["adamW", "adamW", "muon", "muon"], comparison.Results.Select(result => result.Optimizer));
        Assert.All(comparison.Results.Where(result => result.Optimizer == "adamW"), result => Assert.Null(result.StepsRatio));
        var contrast = Assert.Single(comparison.Contrasts);
        Assert.Equal(0.625, contrast.Ratio!.Value, 0.02);
        Assert.Equal((ContrastVerdict.MoreWhereLarge, null), (contrast.Verdict, contrast.Remark));
    }

    [Fact]
    public void One_training_that_missed_the_loss_leaves_no_ratio_and_says_so()
    {
        var missed = Trainings("soap", 256, 90, 0);
        missed[2] = missed[2] with { Outcome = new TargetOutcome(400, false, 0.3) };
        var comparison = OptimizerComparison.Of([.. Trainings("adamW", 8, 1000, 0), .. Trainings("adamW", 256, 100, 0), .. Trainings("soap", 8, 900, 0), .. missed], "adamW", 0.1);

        var large = comparison.Results.Single(result => result is { Optimizer: "soap", Batch: 256 });
        Assert.Equal((null, 3, "1 of 4 trainings missed the loss"), (large.StepsRatio, large.Reached, large.Remark));
        Assert.Equal((null, ContrastVerdict.CannotTell), (comparison.Contrasts[0].Ratio, comparison.Contrasts[0].Verdict));
        Assert.NotNull(comparison.Results.Single(result => result is { Optimizer: "soap", Batch: 8 }).StepsRatio);
    }

    [Fact]
    public void Where_seeds_scatter_as_much_as_the_difference_nothing_is_told()
    {
        var comparison = OptimizerComparison.Of([.. Trainings("adamW", 8, 1000, 0), .. Trainings("adamW", 256, 100, 0), .. Trainings("muon", 8, 1000, 0.3), .. Trainings("muon", 256, 95, -0.3)], "adamW", 0.1);

        Assert.Equal(ContrastVerdict.CannotTell, comparison.Contrasts[0].Verdict);
        Assert.True(comparison.Results[^1].StepsRatio!.Interval is { Low: < 1, High: > 1 });
    }

    [Fact]
    public void A_rate_that_is_not_tuned_leaves_no_verdict_and_a_missing_cell_says_why()
    {
        OptimizerMeasurement[] both = [.. Trainings("adamW", 8, 1000, 0), .. Trainings("adamW", 256, 100, 0), .. Trainings("muon", 8, 800, 0.02)];
        var untuned = OptimizerComparison.Of([.. both, .. Trainings("muon", 256, 50, -0.02).Select(m => m with { IsTuned = false })], "adamW", 0.1);
        var missing = OptimizerComparison.Of(both, "adamW", 0.1);
        var strangers = OptimizerComparison.Of([.. both, .. Trainings("muon", 256, 50, -0.02).Select(m => m with { Seed = m.Seed + "0" })], "adamW", 0.1);

        Assert.Equal((ContrastVerdict.CannotTell, "a learning rate is not tuned"), (untuned.Contrasts[0].Verdict, untuned.Contrasts[0].Remark));
        Assert.Contains("a better one may lie beyond", untuned.Results[^1].Remark, StringComparison.Ordinal);
        Assert.Equal((null, "it or the baseline was not trained at both batches"), (missing.Contrasts[0].Ratio, missing.Contrasts[0].Remark));
        Assert.Equal((null, "no seed was trained with both"), (strangers.Results[^1].StepsRatio, strangers.Results[^1].Remark));
    }

    /// <summary>Seeds take 1, 1.26, 1.59 and 2 times the steps; noise alternates in sign.</summary>
    private static OptimizerMeasurement[] Trainings(string optimizer, double batch, double steps, double noise) =>
    [
        .. Seeds.Select((seed, i) => new OptimizerMeasurement
        {
            Optimizer = optimizer,
            Batch = batch,
            Seed = seed,
            Target = 0.1,
            Outcome = new TargetOutcome(steps * Math.Pow(2, i / 3.0) * Math.Exp(noise * (i % 2 == 0 ? 1 : -1)), true, 0.09),
            Seconds = optimizer == "adamW" ? 1 : 3,
            Flops = optimizer == "adamW" ? 2e6 : 3e6,
        }),
    ];
}
