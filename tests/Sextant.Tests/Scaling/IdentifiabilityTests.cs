using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>Whether points determine a law does not hang on the level that its intervals are printed at.</summary>
public sealed class IdentifiabilityTests
{
    private static readonly double[] Levels = [0.3, 0.95, 0.9999];

    [Fact]
    public void Of_curves()
    {
        var curves = MeasuredTables.SixDecoders();

        SameAtEachLevel(FitStatus.NotIdentified, level => CurvesFit.Of(curves, new CurvesOptions { Targets = [8e10, 16e10, 32e10, 64e10, 128e10], Convention = "course", Level = level }));
    }

    [Theory]
    [InlineData(0.003, FitStatus.Converged)]
    [InlineData(0.06, FitStatus.NotIdentified)]
    public void Of_profiles_and_each_of_their_optima(double noise, FitStatus expected)
    {
        var points = PlantedStudies.Budgets(PlantedStudies.Hoffmann, 4, 7, 0.6, noise, 3);
        IsoFlopFit Fit(double level) => IsoFlopFit.Of(points, new IsoFlopOptions { Level = level });

        SameAtEachLevel(expected, Fit);
        Assert.All(Levels, level => Assert.Equal(Fit(0.95).Optima.Select(optimum => optimum.Status), Fit(level).Optima.Select(optimum => optimum.Status)));
    }

    [Theory]
    [InlineData(0.01, FitStatus.Converged)]
    [InlineData(0.5, FitStatus.NotIdentified)]
    public void Of_a_line(double noise, FitStatus expected)
    {
        var random = new SeededRandom(1);
        PowerLawPoint[] points = [.. Enumerable.Range(0, 6).Select(i => new PowerLawPoint(i + 1, Math.Pow(10, i / 2.0), Math.Pow(10, (i / 4.0) + (noise * random.NextGaussian()))))];

        SameAtEachLevel(expected, level => PowerLawFit.Of(points, new PowerLawOptions { Level = level }));
    }

    [Theory]
    [InlineData(0.001, FitStatus.Converged)]
    [InlineData(0.03, FitStatus.NotIdentified)]
    public void Of_a_law_and_what_is_said_of_it(double noise, FitStatus expected)
    {
        var points = PlantedPoints.Grid(PlantedPoints.Law, 7, 5, noise, seed: 3);
        ParametricFit Fit(double level) => ParametricFit.To(points, new ParametricOptions { Resamples = 200, Level = level });

        SameAtEachLevel(expected, Fit);
        Assert.All(Levels, level => Assert.Equal(Fit(0.95).Warnings, Fit(level).Warnings));
    }

    [Theory]
    [InlineData(0.001, FitStatus.Converged)]
    [InlineData(0.03, FitStatus.NotIdentified)]
    public void Of_a_law_of_one_variable(double noise, FitStatus expected)
    {
        var law = new SaturatingLaw(1.7, 300, 0.33);
        var random = new SeededRandom(2);
        ScalingPoint[] points = [.. Enumerable.Range(0, 12).Select(i => new ScalingPoint
        {
            Row = i + 1,
            Parameters = Math.Pow(10, 6 + (i / 3.0)),
            Tokens = 1e9,
            Flops = 1,
            Loss = law.Loss(Math.Pow(10, 6 + (i / 3.0))) * Math.Exp(noise * random.NextGaussian()),
        })];

        SameAtEachLevel(expected, level => SaturatingFit.To(points, LawVariable.Parameters, new ParametricOptions { Resamples = 200, Level = level }));
    }

    private static void SameAtEachLevel(FitStatus expected, Func<double, Fit> fit)
    {
        Fit[] fits = [.. Levels.Select(fit)];
        Assert.Equal(Levels.Select(_ => expected), fits.Select(each => each.Status));
        Assert.Equal(Levels, fits.Select(each => each.Intervals.Values.First().Level));
        Assert.All(fits[0].Intervals, narrow => Assert.True(narrow.Value.Width <= fits[1].Intervals[narrow.Key].Width));
    }
}
