using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class RateSearchTests
{
    private static readonly double[] Rates = [0.005, 0.01, 0.02];

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.004)]
    [InlineData(0.16)]
    [InlineData(0.0007)]
    public void The_bottom_of_a_parabola_is_found_exactly_from_any_start(double start)
    {
        var choice = Search(rate => 1.5 * Math.Exp(0.3 * Math.Pow(Math.Log(rate / 0.013), 2)), start);

        Assert.Equal(FitStatus.Converged, choice.Status);
        Assert.Equal(0.013, choice.Rate!.Value, 1e-9);
        Assert.Equal(1.5, choice.Loss!.Value, 1e-9);
        Assert.Equal(Math.Exp(0.3 * Math.Pow(Math.Log(2), 2)) - 1, choice.CostOfTwofold!.Value, 1e-9);
        Assert.Null(choice.RateInterval);
        Assert.Equal("one training a rate: no interval", choice.Remark);
    }

    [Fact]
    public void A_start_between_both_neighbours_takes_three_trials()
    {
        Assert.Equal(3, Search(rate => Math.Exp(Math.Pow(Math.Log(rate / 0.011), 2)), 0.01).Trials.Count);
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
        var choice = Search(rate => rate > 0.001 ? null : Math.Exp(Math.Pow(Math.Log(rate / 0.0003), 2)), 0.01);

        Assert.Equal(FitStatus.Converged, choice.Status);
        Assert.Equal(0.0003, choice.Rate!.Value, 1e-9);
    }

    [Fact]
    public void A_best_rate_at_an_end_of_what_was_tried_is_said_to_be_one()
    {
        var choice = Search(rate => 1 / rate, 0.01, most: 4);

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
        RateTrial[] rounded = [RateTrial.Of(0.0035, 2), RateTrial.Of(0.007, 1), RateTrial.Of(0.014, 2)];

        Assert.Empty(RateSearch.Next(rounded, new RateSearchOptions { Start = 0.0070123 }));
    }

    [Fact]
    public void The_interval_of_a_rate_holds_the_best_one_and_a_parabola_of_noise_is_no_answer()
    {
        var random = new SeededRandom(11);
        int held = 0, known = 0, fromNoise = 0;
        for (int study = 0; study < 400; study++)
        {
            var choice = RateSearch.Choose([.. Rates.Select(rate => Trial(rate, 0.4 * Math.Pow(Math.Log(rate / 0.011), 2)))]);
            bool isKnown = choice is { Status: FitStatus.Converged, RateInterval: not null };
            known += isKnown ? 1 : 0;
            held += isKnown && choice.RateInterval!.Low <= 0.011 && choice.RateInterval.High >= 0.011 ? 1 : 0;
            fromNoise += RateSearch.Choose([.. Rates.Select(rate => Trial(rate, 0))]).Status == FitStatus.Converged ? 1 : 0;
        }

        Assert.InRange(known, 300, 400);
        Assert.InRange((double)held / known, 0.9, 1);
        Assert.InRange(fromNoise, 0, 60); // the middle one is the best of three and curved so at random in far more

        RateTrial Trial(double rate, double log) => RateTrial.Of(rate, [.. Enumerable.Range(0, 3).Select(_ => (double?)Math.Exp(log + (0.03 * random.NextGaussian())))]);
    }

    private static RateChoice Search(Func<double, double?> loss, double start, int most = 12)
    {
        var options = new RateSearchOptions { Start = start, Most = most };
        List<RateTrial> trials = [];
        while (RateSearch.Next(trials, options) is { Count: > 0 } rates)
        {
            trials.AddRange(rates.Select(rate => RateTrial.Of(rate, loss(rate))));
        }

        return RateSearch.Choose(trials);
    }
}
