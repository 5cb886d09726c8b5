using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>How often an interval over curves holds what the study would find without noise.</summary>
public sealed class CurvesCoverageTests
{
    private static readonly CurvesOptions Course = new() { Smoother = new CurveSmoother.Monotone(), Targets = [8e10, 16e10, 32e10, 64e10, 128e10], Convention = "course" };

    [Fact]
    public void Intervals_of_a_hundred_planted_studies_hold_the_exponent() => Assert.InRange(Held(100, 0.1), 0.88, 1);

    // Noise that hides how the sizes miss a parabola, then noise as large as the real study's (standard deviation of the exponent .09).
    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(0.06)]
    [InlineData(0.1)]
    public void Nineteen_of_twenty_intervals_hold_the_exponent(double noise) => Assert.InRange(Held(600, noise), 0.92, 0.98);

    private static double Held(int studies, double noise)
    {
        double planted = CurvesFit.Of(PlantedStudies.SixTrainings(0, 1), Course).Exponent!.Value;
        int held = 0, lines = 0;
        Parallel.For(0, studies, study =>
        {
            if (CurvesFit.Of(PlantedStudies.SixTrainings(noise, (ulong)study + 1000), Course).Intervals.TryGetValue("exponent", out var interval))
            {
                Interlocked.Increment(ref lines);
                Interlocked.Add(ref held, interval.Low <= planted && interval.High >= planted ? 1 : 0);
            }
        });
        Assert.InRange(lines, 0.99 * studies, studies);
        return (double)held / lines;
    }
}
