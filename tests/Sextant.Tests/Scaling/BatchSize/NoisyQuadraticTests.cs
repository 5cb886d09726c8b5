using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

/// <summary>The whole of a batch study on the noisy quadratic model, whose answers are known.</summary>
public sealed class NoisyQuadraticTests
{
    private const double Target = 0.2;

    private static readonly NoisyQuadratic Model = NoisyQuadratic.Harmonic(32);

    [Fact]
    public void Simulated_descent_has_the_loss_that_the_model_says()
    {
        var random = new SeededRandom(5);
        const int trainings = 4000, steps = 12;
        const double rate = 0.3, batch = 4;
        double sum = 0;
        for (int training = 0; training < trainings; training++)
        {
            double[] w = [.. Model.Starts.Select(start => Math.Sqrt(start) * random.NextGaussian())];
            for (int step = 0; step < steps; step++)
            {
                for (int i = 0; i < w.Length; i++)
                {
                    w[i] -= rate * ((Model.Curvatures[i] * w[i]) + (Math.Sqrt(Model.Noises[i] / batch) * random.NextGaussian()));
                }
            }

            sum += w.Select((x, i) => Model.Curvatures[i] * x * x / 2).Sum();
        }

        Assert.Equal(1, sum / trainings / Model.Loss(steps, rate, batch), 0.03);
    }

    [Fact]
    public void The_search_at_each_batch_finds_the_fewest_steps()
    {
        foreach (double batch in new[] { 1.0, 16, 256 })
        {
            Assert.Equal(1, Search(Model, batch).Steps!.Value / Model.FewestSteps(Target, batch), 0.05);
        }
    }

    [Fact]
    public void The_trade_off_has_the_models_own_fewest_steps_and_examples()
    {
        double minSteps = Model.FewestStepsWithoutNoise(Target), minExamples = Model.FewestExamples(Target), critical = minExamples / minSteps;
        var fit = StepsFit.To(Study(Model, critical, Target, 0.05));

        TestContext.Current.TestOutputHelper?.WriteLine($"S_min {minSteps:F1} fitted {fit.MinSteps:F1}; E_min {minExamples:F0} fitted {fit.MinExamples:F0}; B_crit {critical:F1} fitted {fit.CriticalBatch:F1} {fit.Intervals["criticalBatch"]}");
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.InRange(fit.MinSteps!.Value / minSteps, 0.8, 1.25);
        Assert.InRange(fit.MinExamples!.Value / minExamples, 0.8, 1.25);
        Assert.InRange(fit.CriticalBatch!.Value / critical, 0.67, 1.5);
        Assert.Equal([Regime.NoiseDominated, Regime.Efficient, Regime.CurvatureDominated], fit.Points.Select(point => point.Regime));
        Assert.All(fit.Points, point => Assert.InRange(Model.FewestSteps(Target, point.Batch) / point.Steps, 0.8, 1.25));
        Assert.Equal(Regime.NoiseDominated, fit.Regimes[0].Regime);
        Assert.Equal(Regime.CurvatureDominated, fit.Regimes[^1].Regime);
    }

    [Fact]
    public void The_critical_batch_grows_as_the_target_falls()
    {
        double[] targets = [0.4, 0.2, 0.1];
        double[] known = [.. targets.Select(target => Model.FewestExamples(target) / Model.FewestStepsWithoutNoise(target))];
        var fit = StepsFit.To([.. targets.SelectMany((target, i) => Study(Model, known[i], target, 0.03))]);

        Assert.Equal(3, fit.Targets.Count(target => target.Status == FitStatus.Converged));
        Assert.All(fit.Targets.Zip(known), pair => Assert.InRange(pair.First.CriticalBatch!.Value / pair.Second, 0.6, 1.6));
        Assert.True(fit.Trend is { Exponent: < 0, Interval.High: < 0 }, fit.Trend?.ToString());
    }

    [Fact]
    public void Best_rates_of_one_step_give_the_models_noise_batch_and_largest_rate()
    {
        // The loss after a step is a parabola in the rate itself, whose bottom is eps_max / (1 + B_noise / B) exactly.
        double[] batches = [.. PlantedBatches.Doubling(Model.NoiseBatch / 16, 9)];
        var measured = batches.SelectMany(batch => Enumerable.Range(-4, 9).Select(i => Math.Pow(2, i / 4.0) * PlantedBatches.Best(batch, Model.MaxRate, Model.NoiseBatch))
            .Select(rate => new RateMeasurement { Row = 1, Batch = batch, Rate = rate, Loss = Model.Loss(1, rate, batch) }));

        var fit = LearningRateFit.To([.. measured], new RateCurveOptions { Form = RateForm.Sgd });

        TestContext.Current.TestOutputHelper?.WriteLine($"B_noise {Model.NoiseBatch:F2} fitted {fit.NoiseBatch:F2}; eps_max {Model.MaxRate:F4} fitted {fit.MaxRate:F4}; exponent {fit.Exponent:F3}");
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(1, fit.NoiseBatch!.Value / Model.NoiseBatch, 0.02);
        Assert.Equal(1, fit.MaxRate!.Value / Model.MaxRate, 0.05);
        Assert.Equal(1, fit.Exponent!.Value, 0.05);
        Assert.True(fit.Growth!.IsSignificant);
    }

    [Fact]
    public void The_trade_off_and_the_rates_of_the_fewest_steps_agree()
    {
        double critical = Model.FewestExamples(Target) / Model.FewestStepsWithoutNoise(Target);
        double[] batches = PlantedBatches.Doubling(critical / 16, 9);
        var random = new SeededRandom(3);
        var trials = batches.SelectMany(batch => Search(Model, batch).Trials.SelectMany(trial => trial.Outcomes.SelectMany(outcome => Enumerable.Range(0, 2).Select(_ => new RateMeasurement
        {
            Row = 1,
            Batch = batch,
            Rate = trial.Rate,
            Loss = outcome.IsReached ? outcome.Steps * Math.Exp(0.02 * random.NextGaussian()) : null,
        }))));

        var agreement = CriticalBatchAgreement.Of(StepsFit.To(Study(Model, critical, Target, 0.05)).Estimate, LearningRateFit.To([.. trials]).Estimate);

        Assert.True(agreement.Accord is Accord.Agree, agreement.Sentence);
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(1, 20)]
    public void A_preconditioner_saves_many_steps_at_large_batches_and_few_at_small_ones(double power, double atLeast)
    {
        var better = Model.Preconditioned(power);
        double critical = Model.FewestExamples(Target) / Model.FewestStepsWithoutNoise(Target);
        double Gain(double batch) => Model.FewestSteps(Target, batch) / better.FewestSteps(Target, batch);

        TestContext.Current.TestOutputHelper?.WriteLine($"steps without over with: at a twentieth of B_crit {Gain(critical / 20):F2}, at B_crit {Gain(critical):F2}, at twenty times {Gain(critical * 20):F2}");
        Assert.True(Gain(critical * 20) > atLeast);
        Assert.InRange(Gain(critical / 20), 1, 2);
    }

    [Fact]
    public void The_gain_of_a_preconditioner_comes_out_of_two_fits()
    {
        var better = Model.Preconditioned(0.5);
        double critical = Model.FewestExamples(Target) / Model.FewestStepsWithoutNoise(Target), betterCritical = better.FewestExamples(Target) / better.FewestStepsWithoutNoise(Target);
        var (plain, preconditioned) = (StepsFit.To(Study(Model, critical, Target, 0.05)), StepsFit.To(Study(better, betterCritical, Target, 0.05)));

        double gain = Model.FewestStepsWithoutNoise(Target) / better.FewestStepsWithoutNoise(Target), saved = Model.FewestExamples(Target) / better.FewestExamples(Target);
        TestContext.Current.TestOutputHelper?.WriteLine($"S_min falls {gain:F2} fold, fitted {plain.MinSteps / preconditioned.MinSteps:F2}; E_min {saved:F2} fold, fitted {plain.MinExamples / preconditioned.MinExamples:F2}; B_crit {critical:F1} to {betterCritical:F1}, fitted {plain.CriticalBatch:F1} to {preconditioned.CriticalBatch:F1}");
        Assert.InRange(plain.MinSteps!.Value / preconditioned.MinSteps!.Value / gain, 0.75, 1.33);
        Assert.InRange(plain.MinExamples!.Value / preconditioned.MinExamples!.Value / saved, 0.75, 1.33);
        Assert.True(preconditioned.CriticalBatch > plain.CriticalBatch);
    }

    /// <summary>Steps at batches from a sixteenth of the critical one to sixteen times it, the rate searched at each, two seeds' noise.</summary>
    private static StepsMeasurement[] Study(NoisyQuadratic model, double critical, double target, double noise)
    {
        var random = new SeededRandom(9, (ulong)(1000 * target));
        return
        [
            .. PlantedBatches.Doubling(critical / 16, 9).SelectMany(batch =>
            {
                var best = Search(model, batch, target).Best!.Outcomes[0];
                return Enumerable.Range(0, 2).Select(seed => StepsMeasurement.Of(batch, target, best with { Steps = best.Steps * Math.Exp(noise * random.NextGaussian()) }, $"s{seed}", 1));
            }),
        ];
    }

    private static StepsChoice Search(NoisyQuadratic model, double batch, double target = Target)
    {
        var options = new RateSearchOptions { Start = model.HighestRate / 10, Finest = Math.Sqrt(2), Most = 20 };
        List<StepsTrial> trials = [];
        while (StepsSearch.Next(trials, options) is { Count: > 0 } rates)
        {
            trials.AddRange(rates.Select(rate => StepsTrial.Of(rate, model.Train(target, rate, batch, 1e5))));
        }

        return StepsSearch.Choose(trials);
    }
}
