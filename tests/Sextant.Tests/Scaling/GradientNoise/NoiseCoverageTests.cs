using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;
using Xunit;

namespace Sextant.Tests.Scaling.GradientNoise;

/// <summary>Of 100 trainings about 95 have an interval of 95 % that holds the planted noise scale; a number whose interval does not is rarer still where the data are few.</summary>
public sealed class NoiseCoverageTests
{
    [Theory]
    [InlineData(25, 30, 0)]
    [InlineData(12, 8, 1)]
    public void A_thousand_trainings_are_covered_as_the_level_says(int measurements, double noiseScale, double slope) =>
        Covered(measurements, new NoisyQuadratic(noiseScale, slope), trainings: 1000);

    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(8, 2, 0)]
    [InlineData(8, 30, 0)]
    [InlineData(8, 30, 1)]
    [InlineData(8, 300, 0)]
    [InlineData(12, 2, 1)]
    [InlineData(12, 100, 0)]
    [InlineData(25, 2, 1)]
    [InlineData(25, 30, 1)]
    [InlineData(25, 100, 0)]
    [InlineData(25, 300, 0)]
    [InlineData(25, 300, 1)]
    [InlineData(100, 30, 0)]
    [InlineData(100, 300, 1)]
    public void Four_thousand_trainings_are_covered_as_the_level_says(int measurements, double noiseScale, double slope) =>
        Covered(measurements, new NoisyQuadratic(noiseScale, slope), trainings: 4000);

    [Theory]
    [InlineData(25, 0.3, 0.7)]
    [InlineData(25, 0.5, 2)]
    public void Weights_that_drift_are_covered_too(int measurements, double gradientLeft, double traceLeft) =>
        Covered(measurements, new NoisyQuadratic(30, 0, gradientLeft, traceLeft), trainings: 1000);

    private static void Covered(int measurements, NoisyQuadratic quadratic, int trainings)
    {
        double truth = quadratic.NoiseScale(measurements);
        int held = 0, told = 0, wrong = 0;
        for (int training = 0; training < trainings; training++)
        {
            var fit = NoiseScaleFit.Of(quadratic.Measure(measurements, microBatch: 4, microBatches: 8, new SeededRandom((ulong)training, 77)));
            var interval = fit.Intervals["noiseScale"];
            bool holds = !(interval.Low > truth) && !(interval.High < truth);
            held += holds ? 1 : 0;
            told += fit.NoiseScale is null ? 0 : 1;
            wrong += fit.NoiseScale is null || holds ? 0 : 1;
            Assert.Equal(fit.NoiseScale is not null, fit.Status == FitStatus.Converged);
        }

        string shares = $"truth {truth:G4} examples: held by {held / (double)trainings:P1}; a number in {told / (double)trainings:P1}, whose interval misses in {wrong / (double)trainings:P1} of all";
        TestContext.Current.TestOutputHelper?.WriteLine(shares);
        Assert.True(held >= 0.92 * trainings && held <= 0.98 * trainings, shares);
        Assert.True(wrong <= 0.08 * trainings, shares);
    }
}
