using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

public sealed class CriticalBatchAgreementTests
{
    private static readonly CriticalBatchEstimate TradeOff = new(CriticalBatchSource.TradeOff, FitStatus.Converged, 100, new Interval(80, 125, 0.95));

    [Fact]
    public void Estimates_within_a_factor_of_three_agree()
    {
        var agreement = CriticalBatchAgreement.Of(TradeOff, Noise(40, 30, 53), Rates(220, 150, 320) with { });

        Assert.Equal(3, agreement.Pairs.Count);
        Assert.Equal([2.5, 100.0 / 220, 40.0 / 220], agreement.Pairs.Select(pair => pair.Ratio!.Value));
        Assert.Equal([Accord.Agree, Accord.Agree, Accord.Disagree], agreement.Pairs.Select(pair => pair.Accord));
        Assert.Equal(Accord.Disagree, agreement.Accord);
        Assert.Single(agreement.Warnings);
        Assert.Equal(Accord.Agree, CriticalBatchAgreement.Of(TradeOff, Noise(40, 30, 53)).Accord);
        Assert.Equal("The trade-off of steps and examples and the gradient noise scale agree within a factor of 3.", CriticalBatchAgreement.Of(TradeOff, Noise(40, 30, 53)).Sentence);
    }

    [Fact]
    public void A_ratio_beyond_three_whose_interval_reaches_back_is_unclear()
    {
        var pair = CriticalBatchAgreement.Of(TradeOff, Noise(25, 10, 60)).Pairs.Single();

        Assert.Equal((4, Accord.Unclear), (pair.Ratio, pair.Accord));
        Assert.Equal(4 / Math.Exp(Math.Sqrt(Math.Pow(Math.Log(1.25), 2) + Math.Pow(Math.Log(2.4), 2))), pair.Interval!.Low!.Value, 1e-9);
        Assert.Contains("though their intervals allow it", pair.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_estimate_that_is_not_identified_is_named_and_never_a_number()
    {
        var agreement = CriticalBatchAgreement.Of(TradeOff, new CriticalBatchEstimate(CriticalBatchSource.NoiseScale, FitStatus.NotIdentified, -99, new Interval(30, null, 0.95)));

        Assert.Null(agreement.Estimates[1].Batch);
        Assert.Equal((Accord.Unknown, null), (agreement.Accord, agreement.Pairs[0].Ratio));
        Assert.Contains("the gradient noise scale does not determine it (notIdentified, at least 30)", agreement.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("99", agreement.Sentence + string.Concat(agreement.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void One_estimate_alone_cannot_be_checked()
    {
        Assert.Equal(Accord.Unknown, CriticalBatchAgreement.Of(TradeOff).Accord);
        Assert.Equal(Accord.Unknown, CriticalBatchAgreement.Of().Accord);
    }

    private static CriticalBatchEstimate Noise(double batch, double low, double high) => new(CriticalBatchSource.NoiseScale, FitStatus.Converged, batch, new Interval(low, high, 0.95));

    private static CriticalBatchEstimate Rates(double batch, double low, double high) => new(CriticalBatchSource.BestRate, FitStatus.Converged, batch, new Interval(low, high, 0.95));
}
