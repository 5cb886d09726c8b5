using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

public sealed class TargetCrossingTests
{
    private static readonly double[] Evaluated = [10, 20, 40, 80, 160];

    [Fact]
    public void A_power_law_is_crossed_where_it_is()
    {
        // L = 10 / sqrt(S): straight in logarithms, so that nothing is lost between evaluations.
        var outcome = TargetCrossing.Of([.. Evaluated.Select(steps => new StepLoss(steps, 10 / Math.Sqrt(steps)))], 2);

        Assert.Equal((25, true), (outcome!.Steps, outcome.IsReached));
        Assert.Equal(10 / Math.Sqrt(160), outcome.EndLoss);
    }

    [Fact]
    public void A_target_that_is_never_reached_takes_more_than_the_last_step() =>
        Assert.Equal(new TargetOutcome(160, false, 2.5), TargetCrossing.Of(Curve(6, 5, 4, 3, 2.5), 2));

    [Fact]
    public void A_dip_that_does_not_last_is_no_crossing()
    {
        var outcome = TargetCrossing.Of(Curve(6, 1.9, 4, 1.5, 1), 2);

        Assert.InRange(outcome!.Steps, 40, 80);
        Assert.InRange(TargetCrossing.Of(Curve(6, 1.9, 4, 1.5, 1), 2, lasting: 1)!.Steps, 10, 20);
    }

    [Fact]
    public void The_last_evaluation_need_not_last() => Assert.True(TargetCrossing.Of(Curve(6, 5, 4, 3, 1.9), 2)!.IsReached);

    [Fact]
    public void What_rises_again_much_later_was_reached() => Assert.InRange(TargetCrossing.Of(Curve(6, 1.5, 1.4, 3, 4), 2)!.Steps, 10, 20);

    [Fact]
    public void A_curve_that_begins_below_the_target_reached_it_by_then() => Assert.Equal(10, TargetCrossing.Of(Curve(1.5, 1.4, 1.3, 1.2, 1.1), 2)!.Steps);

    [Fact]
    public void Divergence_before_the_target_is_no_outcome_and_after_it_changes_nothing()
    {
        Assert.Null(TargetCrossing.Of(Curve(6, 5, double.NaN, 1, 1), 2));
        Assert.Null(TargetCrossing.Of(Curve(6, 1.9, double.PositiveInfinity, 1, 1), 2));
        Assert.Null(TargetCrossing.Of([], 2));
        Assert.True(TargetCrossing.Of(Curve(6, 1.9, 1.8, double.NaN, 1), 2)!.IsReached);
    }

    [Fact]
    public void Evaluations_in_any_order_are_one_curve() =>
        Assert.Equal(TargetCrossing.Of(Curve(6, 5, 4, 1.5, 1), 2), TargetCrossing.Of([.. Curve(6, 5, 4, 1.5, 1).Reverse()], 2));

    private static StepLoss[] Curve(params double[] losses) => [.. losses.Zip(Evaluated, (loss, steps) => new StepLoss(steps, loss))];

    [Fact]
    public void A_target_that_the_first_evaluation_has_already_is_told_apart()
    {
        var early = TargetCrossing.Of([new StepLoss(20, 0.9), new StepLoss(40, 0.5)], 1);
        var later = TargetCrossing.Of([new StepLoss(20, 1.9), new StepLoss(40, 0.5), new StepLoss(60, 0.4)], 1);

        Assert.Equal((20.0, true, true), (early!.Steps, early.IsReached, early.IsAtFirst));
        Assert.False(later!.IsAtFirst);
    }
}
