using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

public sealed class StepsSearchTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.0004)]
    [InlineData(0.16)]
    public void The_rate_of_the_fewest_steps_is_found_from_any_start(double start)
    {
        var choice = Search(rate => 500 * Math.Exp(0.4 * Math.Pow(Math.Log(rate / 0.013), 2)), start);

        Assert.Equal(FitStatus.Converged, choice.Status);
        Assert.Equal(0.013, choice.Rate!.Value, 1e-9);
        Assert.Equal(500, choice.Steps!.Value, 1e-6);
        Assert.Equal(choice.Best!.Rate, choice.Trials.MinBy(trial => trial.Steps)!.Rate);
    }

    [Fact]
    public void Both_neighbours_of_the_best_lie_within_the_finest_factor()
    {
        var choice = Search(rate => 500 * Math.Exp(0.4 * Math.Pow(Math.Log(rate / 0.013), 2)), 0.01, finest: 1.5);

        double[] rates = [.. choice.Trials.Select(trial => trial.Rate)];
        int best = Array.IndexOf(rates, choice.Best!.Rate);
        Assert.InRange(rates[best] / rates[best - 1], 1, 1.52);
        Assert.InRange(rates[best + 1] / rates[best], 1, 1.52);
        Assert.InRange(rates.Length, 4, 5);
    }

    [Fact]
    public void A_rate_that_misses_the_target_is_worse_than_any_that_reaches_it_and_better_than_one_that_diverges()
    {
        // Only rates near 0.08 reach it; on the way there the loss at the end falls.
        var options = new RateSearchOptions { Start = 0.01 };
        List<StepsTrial> trials = [];
        while (StepsSearch.Next(trials, options) is { Count: > 0 } rates)
        {
            trials.AddRange(rates.Select(rate => StepsTrial.Of(
                rate, rate > 0.2 ? null : rate is > 0.06 and < 0.11 ? new TargetOutcome(900, true, 2) : new TargetOutcome(1000, false, 2 + Math.Abs(Math.Log(rate / 0.08))))));
        }

        var choice = StepsSearch.Choose(trials);
        Assert.Equal((FitStatus.Converged, 0.08, 900), (choice.Status, Math.Round(choice.Rate!.Value, 9), Math.Round(choice.Steps!.Value, 9)));
        Assert.Equal("the next rate below it missed the target in its allowance", choice.Remark);
    }

    [Fact]
    public void Where_no_rate_reaches_the_target_the_nearest_one_is_named_without_a_number_of_steps()
    {
        var choice = Search(_ => null, 0.01, loss: rate => 3 + Math.Pow(Math.Log(rate / 0.04), 2));

        Assert.Equal((FitStatus.Failed, null), (choice.Status, choice.Steps));
        Assert.Equal(0.04, choice.Rate!.Value, 1e-9);
        Assert.Equal("every rate missed the target in its allowance", choice.Remark);
        Assert.All(choice.Best!.Outcomes, outcome => Assert.False(outcome.IsReached));
    }

    [Fact]
    public void A_rate_reaches_the_target_where_all_its_trainings_do()
    {
        Assert.Null(StepsTrial.Of(0.1, new TargetOutcome(10, true, 1), new TargetOutcome(20, false, 3)).Steps);
        Assert.Equal(20, StepsTrial.Of(0.1, new TargetOutcome(10, true, 1), new TargetOutcome(40, true, 1)).Steps!.Value, 1e-9);
        Assert.Empty(StepsTrial.Of(0.1, new TargetOutcome(10, true, 1), null).Outcomes);
    }

    private static StepsChoice Search(Func<double, double?> steps, double start, double? finest = null, Func<double, double>? loss = null)
    {
        var options = new RateSearchOptions { Start = start, Most = 14, Finest = finest };
        List<StepsTrial> trials = [];
        while (StepsSearch.Next(trials, options) is { Count: > 0 } rates)
        {
            trials.AddRange(rates.Select(rate => StepsTrial.Of(rate, steps(rate) is double reached ? new TargetOutcome(reached, true, 2) : new TargetOutcome(1000, false, loss!(rate)))));
        }

        return StepsSearch.Choose(trials);
    }
}
