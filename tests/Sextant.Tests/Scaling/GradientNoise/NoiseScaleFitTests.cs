using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Sextant.Scaling.GradientNoise;
using Xunit;

namespace Sextant.Tests.Scaling.GradientNoise;

public sealed class NoiseScaleFitTests
{
    [Fact]
    public void A_clear_noise_scale_comes_with_its_interval_in_examples_and_tokens()
    {
        var fit = NoiseScaleFit.Of([.. Of(new NoisyQuadratic(50, 0), 40).Select(one => one with { ExampleTokens = 20, BatchExamples = 5 })]);

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.InRange(fit.NoiseScale!.Value, 30, 80);
        Assert.Equal(20 * fit.NoiseScale!.Value, fit.NoiseScaleTokens!.Value, 1e-9);
        Assert.InRange(fit.NoiseScale!.Value, fit.Intervals["noiseScale"].Low!.Value, fit.Intervals["noiseScale"].High!.Value);
        Assert.Equal(20 * fit.Intervals["noiseScale"].Low!.Value, fit.Intervals["noiseScaleTokens"].Low!.Value, 1e-9);
        Assert.Equal(Regime.NoiseDominated, fit.Batch!.Regime);
        Assert.Equal(100, fit.Batch.Tokens);
        Assert.Contains("noise-dominated", fit.Batch.Meaning[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_beneath_its_noise_has_no_number_but_a_least_one()
    {
        var fit = NoiseScaleFit.Of(Of(new NoisyQuadratic(1e5, 0), 12));

        Assert.Equal(FitStatus.NotIdentified, fit.Status);
        Assert.Null(fit.NoiseScale);
        Assert.Null(fit.NoiseScaleTokens);
        Assert.Null(fit.Intervals["noiseScale"].High);
        Assert.InRange(fit.Intervals["noiseScale"].Low!.Value, 1, 1e5);
        Assert.Contains("not enough data", fit.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("at least", fit.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_far_below_the_least_scale_is_noise_dominated_though_there_is_no_number()
    {
        var fit = NoiseScaleFit.Of([.. Of(new NoisyQuadratic(1e5, 0), 12).Select(one => one with { BatchExamples = 2 })]);

        Assert.Equal(Regime.NoiseDominated, fit.Batch!.Regime);
        Assert.Null(fit.Batch.Share);
        Assert.Null(fit.Batch.StepsOfTwice);
    }

    [Fact]
    public void Gradients_without_noise_have_no_number()
    {
        var still = new NoiseMeasurement { Step = 1, Tokens = 1, MicroBatch = 4, SquaredNorms = [1, 1], SquaredNormOfMean = 1 };

        var fit = NoiseScaleFit.Of([.. Enumerable.Range(1, 10).Select(i => still with { Step = i, Tokens = 100 + i })]);

        Assert.Equal(FitStatus.NotIdentified, fit.Status);
        Assert.Null(fit.NoiseScale);
        Assert.Contains("the noise is not told from 0", fit.Warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Few_measurements_are_too_few(int count)
    {
        var fit = NoiseScaleFit.Of(Of(new NoisyQuadratic(50, 0), count));

        Assert.Equal(FitStatus.TooFewPoints, fit.Status);
        Assert.Null(fit.NoiseScale);
        Assert.Empty(fit.Intervals);
        Assert.Single(fit.Warnings);
    }

    [Fact]
    public void What_cannot_take_part_is_left_out_with_its_reason()
    {
        var measured = Of(new NoisyQuadratic(50, 0), 20);
        measured[3] = measured[3] with { SquaredNorms = null, SquaredNormOfMean = null };
        measured[7] = measured[7] with { SquaredNorms = [1] };

        var fit = NoiseScaleFit.Of(measured);

        Assert.Equal([new ExcludedRow(4, "its gradient is not finite"), new ExcludedRow(8, "one micro-batch has nothing to be compared with")], fit.Excluded);
        Assert.Equal(18, fit.Summary!.Measurements);
    }

    [Fact]
    public void Windows_follow_one_another_and_hold_each_measurement_once()
    {
        NoiseMeasurement[] measured = [.. Of(new NoisyQuadratic(50, 0), 61).Select((one, i) => one with { Step = 10 * (i + 1), Tokens = 1000 * (i + 1), Loss = 3 - (0.01 * i) })];

        var fit = NoiseScaleFit.Of(measured);

        Assert.Equal(61, fit.Windows.Sum(window => window.Measurements));
        Assert.All(fit.Windows, window => Assert.True(window.Measurements >= 8));
        Assert.All(fit.Windows.Zip(fit.Windows.Skip(1)), pair => Assert.True(pair.First.LastStep < pair.Second.FirstStep && pair.First.Loss > pair.Second.Loss));
        Assert.True(fit.Windows.Count >= 5);
        Assert.Equal(31, fit.Summary!.Measurements); // from 30,500 tokens on
        Assert.Equal(31_000, fit.Summary.FirstTokens);
    }

    [Fact]
    public void A_scale_that_grows_shows_in_its_windows()
    {
        var quadratic = new NoisyQuadratic(10, 0, gradientLeft: 0.05);
        NoiseMeasurement[] measured = [.. quadratic.Measure(80, 4, 8, new SeededRandom(9)).Select((one, i) => one with { Tokens = 1000 * (i + 1) })];

        var fit = NoiseScaleFit.Of(measured);

        Assert.All(fit.Windows, window => Assert.Equal(FitStatus.Converged, window.Status));
        Assert.True(fit.Windows[0].NoiseScaleInterval!.High < fit.Windows[^1].NoiseScaleInterval!.Low);
    }

    [Theory]
    [InlineData(0.1, Regime.NoiseDominated, 0.545, 1.09)] // the facts' .1: S / S_min from 11 to 6, E / E_min from 1.1 to 1.2
    [InlineData(1, Regime.Efficient, 0.75, 1.5)]
    [InlineData(10, Regime.CurvatureDominated, 0.955, 1.91)]
    public void The_regime_of_a_batch_and_what_twice_as_much_would_buy(double share, Regime regime, double steps, double examples)
    {
        var window = new NoiseWindow
        {
            FirstStep = 1,
            LastStep = 2,
            FirstTokens = 1,
            LastTokens = 2,
            Tokens = 1,
            Measurements = 10,
            Status = FitStatus.Converged,
            NoiseScale = 100,
            NoiseScaleInterval = new Interval(90, 110, 0.95),
        };

        var standing = BatchStanding.Of(100 * share, null, window, 0.95);

        Assert.Equal(regime, standing.Regime);
        Assert.Equal(steps, standing.StepsOfTwice!.Value, 0.001);
        Assert.Equal(examples, standing.ExamplesOfTwice!.Value, 0.01);
        Assert.Equal(Regime.Uncertain, BatchStanding.Of(33, null, window, 0.95).Regime);
    }

    [Fact]
    public void A_fit_is_read_back_as_it_was_written()
    {
        using TemporaryFolder folder = new();
        var fit = NoiseScaleFit.Of([.. Of(new NoisyQuadratic(50, 0), 40).Select(one => one with { ExampleTokens = 20, BatchExamples = 5 })]);
        FitFile.Write(fit, folder.Combine("fit.json"));

        var read = Assert.IsType<NoiseScaleFit>(FitFile.Read(folder.Combine("fit.json")));

        Assert.Contains("\"kind\": \"noise-scale\"", File.ReadAllText(folder.Combine("fit.json")), StringComparison.Ordinal);
        Assert.Equal(fit.NoiseScale, read.NoiseScale);
        Assert.Equal(fit.Windows, read.Windows);
        Assert.Equal(fit.Intervals["noiseScale"], read.Intervals["noiseScale"]);
        Assert.Equal(fit.Batch!.Meaning, read.Batch!.Meaning);
    }

    private static NoiseMeasurement[] Of(NoisyQuadratic quadratic, int count) => quadratic.Measure(count, microBatch: 4, microBatches: 8, new SeededRandom(3));
}
