using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>Whether points determine a law does not hang on the level that its intervals are printed at.</summary>
public sealed class IdentifiabilityTests
{
    private static readonly double[] Levels = [0.3, 0.95, 0.9999];

    private static readonly double[] Noises = [0.0005, 0.003, 0.02, 0.05, 0.1];

    [Fact]
    public void Of_curves()
    {
        var curves = MeasuredTables.SixDecoders();

        var status = SameAtEachLevel(level => CurvesFit.Of(curves, new CurvesOptions { Targets = [8e10, 16e10, 32e10, 64e10, 128e10], Convention = "course", Level = level }));

        Assert.Equal(FitStatus.NotIdentified, status);
    }

    [Fact]
    public void Of_profiles_and_each_of_their_optima() => SameAtEachLevel((noise, seed, level) =>
    {
        var points = PlantedStudies.Budgets(PlantedStudies.Hoffmann, 4, 7, 0.6, noise, seed);
        IsoFlopFit Fit(double at) => IsoFlopFit.Of(points, new IsoFlopOptions { Level = at });
        Assert.Equal(Fit(0.95).Optima.Select(optimum => optimum.Status), Fit(level).Optima.Select(optimum => optimum.Status));
        return Fit(level);
    });

    [Fact]
    public void Of_a_line() => SameAtEachLevel((noise, seed, level) =>
    {
        var random = new SeededRandom(seed);
        return PowerLawFit.Of(
            [.. Enumerable.Range(0, 6).Select(i => new PowerLawPoint(i + 1, Math.Pow(10, i / 2.0), Math.Pow(10, (i / 4.0) + (5 * noise * random.NextGaussian()))))],
            new PowerLawOptions { Level = level });
    });

    [Fact]
    public void Of_a_law_and_what_is_said_of_it() => SameAtEachLevel((noise, seed, level) =>
    {
        var points = PlantedPoints.Grid(PlantedPoints.Law, 5, 3, noise, seed, 1e18, 1e20);
        ParametricFit Fit(double at) => ParametricFit.To(points, new ParametricOptions { Resamples = 40, Level = at });
        Assert.Equal(Fit(0.95).Warnings, Fit(level).Warnings);
        return Fit(level);
    });

    [Fact]
    public void Of_a_law_of_one_variable() => SameAtEachLevel((noise, seed, level) =>
    {
        var law = new SaturatingLaw(1.7, 300, 0.33);
        var random = new SeededRandom(seed);
        return SaturatingFit.To(
            [.. Enumerable.Range(0, 8).Select(i => Math.Pow(10, 6 + (i / 3.0))).Select((x, i) => new ScalingPoint
            {
                Row = i + 1,
                Parameters = x,
                Tokens = 1e9,
                Flops = 1,
                Loss = law.Loss(x) * Math.Exp(noise * random.NextGaussian()),
            })],
            LawVariable.Parameters,
            new ParametricOptions { Resamples = 100, Level = level });
    });

    [Theory]
    [InlineData(1, 0.9999, 6366.1977)]
    [InlineData(2, 0.9999, 99.9925)]
    [InlineData(1, 0.95, 12.7062)]
    [InlineData(2, 0.95, 4.30265)]
    [InlineData(3, 0.95, 3.18245)]
    public void Few_degrees_of_freedom_reach_as_far_as_the_tables_of_Student_s_distribution_say(int freedom, double level, double expected) =>
        Assert.Equal(1, Student.Reach(freedom, level) / expected, 1e-5);

    /// <summary>Over noise from next to none to much, so that some points determine their law and others do not.</summary>
    private static void SameAtEachLevel(Func<double, ulong, double, Fit> fit)
    {
        var seen = new List<FitStatus>();
        foreach (double noise in Noises)
        {
            for (ulong seed = 1; seed <= 2; seed++)
            {
                seen.Add(SameAtEachLevel(level => fit(noise, seed, level)));
            }
        }

        Assert.Contains(FitStatus.Converged, seen);
        Assert.Contains(FitStatus.NotIdentified, seen);
    }

    private static FitStatus SameAtEachLevel(Func<double, Fit> fit)
    {
        Fit[] fits = [.. Levels.Select(fit)];
        Assert.All(fits, each => Assert.Equal(fits[0].Status, each.Status));
        Assert.All(fits.Zip(Levels), pair => Assert.All(pair.First.Intervals.Values, interval => Assert.Equal(pair.Second, interval.Level)));
        Assert.All(fits[0].Intervals, narrow => Assert.True(narrow.Value.Width <= fits[1].Intervals[narrow.Key].Width));
        return fits[0].Status;
    }
}
