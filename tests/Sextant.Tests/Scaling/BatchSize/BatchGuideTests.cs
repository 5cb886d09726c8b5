using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

public sealed class BatchGuideTests
{
    /// <summary>Critical batches of 60 at a loss of 2 and 120 at 1: loss to the power -1.</summary>
    private static readonly StepsFit Steps = StepsFit.To([.. Planted(2, 100, 60), .. Planted(1, 300, 120)]);

    private static readonly LearningRateFit Rates = LearningRateFit.To(PlantedBatches.Rates(PlantedBatches.Doubling(8, 8), batch => PlantedBatches.Best(batch, 0.02, 100), seeds: 2, noise: 0.003));

    private static readonly BatchGuide Both = new() { Steps = Steps, Rates = Rates, UnitTokens = 20, Parameters = 1e5 };

    [Theory]
    [InlineData(12, Regime.NoiseDominated, "Noise-dominated: the batch of 12 examples is 0.1x")]
    [InlineData(120, Regime.Efficient, "Efficient: the batch of 120 examples is 1x")]
    [InlineData(1200, Regime.CurvatureDominated, "Curvature-dominated: the batch of 1,200 examples is 10x")]
    public void A_batch_is_named_by_what_limits_it_at_the_nearest_loss_with_what_to_do(double batch, Regime regime, string words)
    {
        var advice = Both.At(1.05, batch, rate: 0.02 / (1 + (100 / batch)), parameters: 1.2e5);

        Assert.Equal((1.0, regime), (advice.Target, advice.Regime));
        Assert.Equal(120, advice.CriticalBatch!.Value, 6.0);
        Assert.Equal(1 + (advice.CriticalBatch.Value / batch), advice.StepsRatio!.Value, 1e-9);
        Assert.Equal(1 + (batch / advice.CriticalBatch.Value), advice.ExamplesRatio!.Value, 1e-9);
        Assert.StartsWith(words, advice.Sentences[0], StringComparison.Ordinal);
        Assert.Equal(1, advice.LearningRateRatio!.Value, 0.15);
        Assert.Contains("is near the best for its batch", advice.Sentences[1], StringComparison.Ordinal);
        Assert.All(["criticalBatch", "batchRatio", "stepsRatio", "examplesRatio", "learningRate", "learningRateRatio"], name => Assert.True(advice.Intervals.ContainsKey(name), name));
        Assert.Empty(advice.Warnings);
        Assert.Empty(advice.Reasons);
    }

    [Theory]
    [InlineData(0.1, "is too high for its batch")]
    [InlineData(0.001, "is too low for its batch")]
    public void A_rate_far_from_the_best_is_told(double rate, string words) => Assert.Contains(words, Both.At(1, 120, rate).Sentences[1], StringComparison.Ordinal);

    [Fact]
    public void Without_a_batch_the_critical_one_is_advised_with_its_rate_and_tokens()
    {
        var advice = Both.At(2);

        Assert.Equal(60, advice.Batch!.Value, 3.0);
        Assert.Equal(20 * advice.Batch.Value, advice.BatchTokens!.Value, 1e-9);
        Assert.Null(advice.Regime);
        Assert.Equal(PlantedBatches.Best(advice.Batch.Value, 0.02, 100), advice.LearningRate!.Value, 0.0008);
        Assert.InRange(advice.LearningRate.Value, advice.Intervals["learningRate"].Low!.Value, advice.Intervals["learningRate"].High!.Value);
        Assert.StartsWith("Batch: near the critical one, ", advice.Sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_loss_or_size_than_was_measured_is_warned_of()
    {
        string warnings = string.Join(' ', Both.At(0.5, 100, parameters: 1e7).Warnings);

        Assert.Contains("measured at a loss of 1, not of 0.5; over the losses measured it goes with the loss to the power -1", warnings, StringComparison.Ordinal);
        Assert.Contains("on models of 100,000 parameters, not of 1e7", warnings, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_fit_tells_has_a_reason_and_no_number()
    {
        var nothing = new BatchGuide { Steps = StepsFit.To(PlantedBatches.TradeOff([8, 16], 100, 60)) }.At(1, 16);
        var ratesAlone = new BatchGuide { Rates = Rates }.At(1, 16);
        var flat = LearningRateFit.To(PlantedBatches.Rates(PlantedBatches.Doubling(8, 4), _ => 0.01, seeds: 2, noise: 0.003));
        var between = new BatchGuide { Rates = flat }.At(1, 20);
        var outside = new BatchGuide { Rates = flat }.At(1, 1000);

        Assert.Equal((null, null, null), (nothing.CriticalBatch, nothing.Regime, nothing.LearningRate));
        Assert.Contains("tooFewPoints", nothing.Reasons["criticalBatch"], StringComparison.Ordinal);
        Assert.Equal("no fit of learning rates was given", nothing.Reasons["learningRate"]);
        Assert.Equal(100, ratesAlone.CriticalBatch!.Value, 15.0);
        Assert.Contains("by the curve of best learning rates", ratesAlone.Sentences[0], StringComparison.Ordinal);
        Assert.Equal(0.01, between.LearningRate!.Value, 0.0005);
        Assert.Contains("between those measured at batches 16 and 32", string.Join(' ', between.Sentences), StringComparison.Ordinal);
        Assert.Null(outside.LearningRate);
    }

    [Fact]
    public void A_plan_has_batch_rate_and_updates_and_splits_more_compute_over_them()
    {
        const double flops = 1e22;
        var fit = ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 7, 6, noise: 0.003, seed: 11), new ParametricOptions { Resamples = 200, Convention = "everything" });

        var plan = Plan.Of(fit, new PlanRequest { Flops = flops, Batches = Both });
        var asked = Plan.Of(fit, new PlanRequest { Flops = flops, Batches = Both, Batch = 240 });
        var without = Plan.Of(fit, new PlanRequest { Flops = flops });

        Assert.Equal(Math.Ceiling(plan.Tokens!.Value / plan.BatchSize!.BatchTokens!.Value), plan.Steps);
        Assert.Contains(plan.Conclusion, sentence => sentence.StartsWith("Batch: near the critical one", StringComparison.Ordinal));
        Assert.Equal((12.0, Regime.NoiseDominated), (asked.BatchSize!.Batch!.Value, asked.BatchSize.Regime));
        Assert.Contains(asked.Conclusion, sentence => sentence.StartsWith("Noise-dominated: ", StringComparison.Ordinal));
        Assert.Contains(asked.Conclusion, sentence => sentence.Contains("peak learning rate", StringComparison.OrdinalIgnoreCase));
        Assert.Null(without.BatchSize);
        Assert.Null(without.Growth[0].Batch);

        // The loss falls, so the critical batch grows by as much, to the power -1.
        var later = Plan.Of(fit, new PlanRequest { Flops = 10 * flops });
        Assert.Equal(plan.Loss!.Value / later.Loss!.Value, plan.Growth[0].Batch!.Value, 0.05);
        Assert.Equal(plan.Growth[0].Tokens!.Value / plan.Growth[0].Batch!.Value, plan.Growth[0].Steps!.Value, 1e-9);
        Assert.All(["growth[0].batch", "growth[0].steps"], name => Assert.True(plan.Intervals.ContainsKey(name) && plan.Intervals80.ContainsKey(name), name));
    }

    private static StepsMeasurement[] Planted(double target, double minSteps, double critical) =>
        PlantedBatches.TradeOff(PlantedBatches.Doubling(8, 8), minSteps, critical, seeds: 2, noise: 0.02, study: 3, target: target);
}
