using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class CurvesFitTests
{
    [Fact]
    public void A_polynomial_that_misses_curves_over_many_decades_is_no_answer_and_a_monotone_curve_is_one()
    {
        var random = new SeededRandom(5);
        LossCurve[] curves =
        [
            .. Enumerable.Range(0, 5).Select(i => (i, n: 1e6 * (1 << i))).Select(size => new LossCurve
            {
                Name = $"n{size.i}",
                Parameters = size.n,
                Points = [.. Enumerable.Range(0, 40).Select(k => Math.Pow(10, 14 + (k / 13.0))).Select((c, k) => new CurvePoint(k + 1, c, c / (6 * size.n), (1.9 + (300 / Math.Pow(size.n, 0.33)) + (1200 / Math.Pow(c / (6 * size.n), 0.3))) * Math.Exp(0.001 * random.NextGaussian())))],
            }),
        ];
        double[] targets = [1e16, 2e16, 4e16];

        var polynomial = CurvesFit.Of(curves, new CurvesOptions { Targets = targets, Convention = "6nd" });
        var monotone = CurvesFit.Of(curves, new CurvesOptions { Targets = targets, Convention = "6nd", Smoother = new CurveSmoother.Monotone() });

        Assert.NotEqual(FitStatus.Converged, polynomial.Status);
        Assert.Contains(polynomial.Warnings, warning => warning.Contains("The polynomial of degree 5 misses", StringComparison.Ordinal) && warning.Contains("--smooth monotone", StringComparison.Ordinal));
        Assert.DoesNotContain(monotone.Warnings, warning => warning.Contains("misses", StringComparison.Ordinal));
        Assert.Equal(0.476, monotone.Exponent!.Value, 0.04);
    }

    private static readonly CurvesOptions Course = new() { Targets = [8e10, 16e10, 32e10, 64e10, 128e10], Convention = "course", At = [1e15] };

    // facts/scaling.md, "The course's scaling study".
    [Fact]
    public void Six_decoders_give_the_courses_numbers_by_the_courses_method()
    {
        var fit = CurvesFit.Of(MeasuredTables.SixDecoders(), Course);

        Assert.All(fit.Optima.Zip([36.2e3, 35.8e3, 60.2e3, 77.2e3, 111.5e3]), pair => Assert.Equal(1, pair.First.Parameters!.Value / pair.Second, 0.005));
        Assert.All(fit.Optima.Zip([1.67, 1.38, 1.00, 0.58, 0.32]), pair => Assert.Equal(pair.Second, pair.First.Loss!.Value, 0.0055));
        Assert.Equal(0.4353, fit.Parameters!.Slope, 0.001);
        Assert.Equal(-0.2426, fit.Parameters.Intercept, 0.001);
        Assert.Equal(0.5914, fit.Tokens!.Slope, 0.001);
        Assert.Equal(-0.902, fit.Tokens.Intercept, 0.001);
        Assert.Equal(1.94e6, fit.At[0].Parameters, 0.01e6);
        Assert.Empty(fit.Excluded);
    }

    [Fact]
    public void One_training_of_each_size_leaves_the_exponent_as_open_as_repetitions_of_the_study_do()
    {
        var fit = CurvesFit.Of(MeasuredTables.SixDecoders(), Course);

        // Four realisations: .307, .412, .435, .563, standard deviation .105.
        Assert.Equal(FitStatus.NotIdentified, fit.Status);
        Assert.InRange(fit.ParametersSpread!.SlopeError!.Value, 0.07, 0.16);
        Assert.True(fit.Intervals["parameters.slope"] is { Low: < 0.307, High: > 0.563 });
        Assert.True(fit.Intervals["at[0].parameters"] is { Low: < 4.1e5, High: > 9.4e6 });
        Assert.Equal(6, fit.WithoutSize.Count);
        Assert.Equal(1.28e12, fit.Extrapolation!.Flops);
        Assert.Contains(fit.Warnings, warning => warning.Contains("trained once", StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_takes_part_only_between_its_first_and_last_evaluation()
    {
        var fit = CurvesFit.Of(MeasuredTables.SixDecoders(), Course);

        Assert.Equal([5, 6, 5, 5, 4], fit.Optima.Select(optimum => optimum.Points));
        Assert.DoesNotContain(fit.Readings, reading => reading.Curve == "h128" && reading.Flops == 8e10);
    }

    [Fact]
    public void Planted_trainings_give_back_the_exponent()
    {
        var fit = CurvesFit.Of(PlantedStudies.SixTrainings(0, 1), Course with { Smoother = new CurveSmoother.Monotone() });

        // Planted: .4; the quadratic over all of five sizes misses some of it.
        Assert.InRange(fit.Exponent!.Value, 0.34, 0.42);
        Assert.Equal(0.4, fit.Exponent.Value, 0.5 * fit.Intervals["exponent"].Width);
    }

    [Fact]
    public void Tokens_follow_from_what_was_measured_where_no_rule_is_known()
    {
        var course = CurvesFit.Of(MeasuredTables.SixDecoders(), Course);
        var measured = CurvesFit.Of(MeasuredTables.SixDecoders(), Course with { Convention = null });

        Assert.Equal(course.Tokens!.Slope, measured.Tokens!.Slope, 0.02);
        Assert.All(course.Optima.Zip(measured.Optima), pair => Assert.Equal(1, pair.Second.Tokens!.Value / pair.First.Tokens!.Value, 0.06));
    }

    [Fact]
    public void Targets_are_chosen_where_four_trainings_can_be_read()
    {
        var fit = CurvesFit.Of(MeasuredTables.SixDecoders(), new CurvesOptions { Smoother = new CurveSmoother.Monotone() });

        Assert.Equal(5, fit.Optima.Count);
        Assert.All(fit.Optima, optimum => Assert.True(optimum.Points >= 4));
    }

    [Fact]
    public void Repeated_trainings_show_the_noise_of_a_seed()
    {
        LossCurve[] curves = [.. Enumerable.Range(1, 4).SelectMany(seed => PlantedStudies.SixTrainings(0.03, (ulong)seed).Select(curve => curve with { Name = $"{curve.Name}-{seed}" }))];

        var fit = CurvesFit.Of(curves, Course with { Smoother = new CurveSmoother.Monotone() });

        Assert.InRange(fit.SeedNoise!.StandardDeviation, 0.02, 0.04);
        Assert.DoesNotContain(fit.Warnings, warning => warning.Contains("trained once", StringComparison.Ordinal));
    }

    [Fact]
    public void Rubbish_is_left_out_or_given_an_honest_status()
    {
        var six = PlantedStudies.SixTrainings(0.01, 3);
        var broken = six[0] with { Points = [new(900, double.NaN, 1, 2), new(901, -1, 1, 2), new(902, 1e11, 1, double.NaN), new(903, 1e11, 1, -2), .. six[0].Points] };

        Assert.Equal([900, 901, 902, 903], CurvesFit.Of([broken, .. six.Skip(1)], Course).Excluded.Select(row => row.Row));
        Assert.Equal(100, CurvesFit.Of([six[0] with { Parameters = -3 }, .. six.Skip(1)], Course).Excluded.Count);
        Assert.Equal(FitStatus.TooFewPoints, CurvesFit.Of([], Course).Status);
        Assert.Equal(FitStatus.TooFewPoints, CurvesFit.Of([.. six.Take(2)], Course).Status);
        Assert.Equal(FitStatus.TooFewPoints, CurvesFit.Of(six, Course with { Targets = [1e30] }).Status);
        Assert.Equal(600, CurvesFit.Of(six, Course with { Targets = [1e30] }).Excluded.Count);
        var equal = CurvesFit.Of([.. six.Select(curve => curve with { Points = [.. curve.Points.Select(point => point with { Loss = 2 })] })], Course);
        Assert.Equal(FitStatus.Failed, equal.Status);
        Assert.Null(equal.Parameters);
        Assert.All(equal.Optima, optimum => Assert.Null(optimum.Parameters));
    }
}
