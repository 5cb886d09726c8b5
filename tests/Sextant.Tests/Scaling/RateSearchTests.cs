using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class RateSearchTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.004)]
    [InlineData(0.16)]
    [InlineData(0.0007)]
    public void The_bottom_of_a_parabola_is_found_exactly_from_any_start(double start)
    {
        var choice = Search(rate => 1.5 + (0.3 * Math.Pow(Math.Log(rate / 0.013), 2)), start);

        Assert.Equal(FitStatus.Converged, choice.Status);
        Assert.Equal(0.013, choice.Rate!.Value, 1e-9);
        Assert.Equal(1.5, choice.Loss!.Value, 1e-9);
        Assert.Equal(0.3 * Math.Pow(Math.Log(2), 2), choice.CostOfTwofold!.Value, 1e-9);
    }

    [Fact]
    public void A_start_between_both_neighbours_takes_three_trials()
    {
        Assert.Equal(3, Search(rate => Math.Pow(Math.Log(rate / 0.011), 2), 0.01).Trials.Count);
    }

    [Fact]
    public void A_rate_above_the_cliff_is_worse_than_any_loss_and_half_a_step_is_tried_before_it()
    {
        // The loss falls up to a cliff at 0.03, as it does for Adam.
        var choice = Search(rate => rate > 0.03 ? null : 2 - (10 * rate), 0.01);

        Assert.Equal((FitStatus.Converged, 0.02 * Math.Sqrt(2)), (choice.Status, choice.Rate!.Value));
        Assert.Equal("the next rate above it diverged", choice.Remark);
        Assert.Null(choice.CostOfTwofold);
        Assert.Equal(0.04, choice.Trials[^1].Rate, 1e-12);
        Assert.Null(choice.Trials[^1].Loss);
    }

    [Fact]
    public void Where_the_first_rates_all_diverge_lower_ones_are_tried()
    {
        var choice = Search(rate => rate > 0.001 ? null : Math.Pow(Math.Log(rate / 0.0003), 2), 0.01);

        Assert.Equal(FitStatus.Converged, choice.Status);
        Assert.Equal(0.0003, choice.Rate!.Value, 1e-9);
    }

    [Fact]
    public void A_best_rate_at_an_end_of_what_was_tried_is_said_to_be_one()
    {
        var choice = Search(rate => -rate, 0.01, most: 4);

        Assert.Equal((FitStatus.BoundHit, 0.04), (choice.Status, choice.Rate!.Value));
        Assert.Equal("the highest rate tried is the best of them", choice.Remark);
        Assert.Equal(4, choice.Trials.Count);
    }

    [Fact]
    public void Nothing_is_chosen_where_every_rate_diverges()
    {
        var choice = Search(_ => null, 0.01, most: 5);

        Assert.Equal((FitStatus.Failed, null, 5), (choice.Status, choice.Rate, choice.Trials.Count));
    }

    [Fact]
    public void Equal_losses_end_the_search_without_a_parabola()
    {
        var choice = Search(_ => 1, 0.01, most: 9);

        Assert.Equal(FitStatus.BoundHit, choice.Status); // the lowest of equals stands at an end
        Assert.Equal(9, choice.Trials.Count);
    }

    [Fact]
    public void Trials_that_whoever_trains_has_rounded_are_known_again()
    {
        RateTrial[] rounded = [new(0.0035, 2), new(0.007, 1), new(0.014, 2)];

        Assert.Empty(RateSearch.Next(rounded, new RateSearchOptions { Start = 0.0070123 }));
    }

    private static RateChoice Search(Func<double, double?> loss, double start, int most = 12)
    {
        var options = new RateSearchOptions { Start = start, Most = most };
        List<RateTrial> trials = [];
        while (RateSearch.Next(trials, options) is { Count: > 0 } rates)
        {
            trials.AddRange(rates.Select(rate => new RateTrial(rate, loss(rate))));
        }

        return RateSearch.Choose(trials);
    }
}
