using FsCheck;
using FsCheck.Fluent;
using Sextant.Scaling;
using Xunit;
using Interval = Sextant.Scaling.Interval;

namespace Sextant.Tests.Scaling;

public sealed class PowerLawFitTests
{
    // facts/scaling.md, "Real IsoFLOP tables".
    [Theory]
    [InlineData(0, 0.8353)]
    [InlineData(1, 0.7065)]
    [InlineData(2, 0.6020)]
    [InlineData(3, 0.5715)]
    [InlineData(4, 0.4969)]
    public void Published_optima_give_the_published_exponents(int selection, double exponent)
    {
        var fit = PowerLawFit.Of(MeasuredTables.PublishedOptima(MeasuredTables.Selections[selection]));

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(exponent, fit.Slope!.Value, 5e-4);
    }

    [Fact]
    public void An_empty_row_is_left_out_with_its_reason()
    {
        var row = Assert.Single(PowerLawFit.Of(MeasuredTables.PublishedOptima(MeasuredTables.Selections[1])).Excluded);

        Assert.Equal(new ExcludedRow(12, "y is missing or not a number"), row);
    }

    [Fact]
    public void A_planted_line_is_recovered() =>
        Prop.ForAll(Gen.Choose(-200, 200).Two().ToArbitrary(), planted =>
        {
            var line = new LogLine(planted.Item1 / 100.0, planted.Item2 / 20.0);
            var fit = PowerLawFit.Of([.. Enumerable.Range(0, 8).Select(i => new PowerLawPoint(i, Math.Pow(10, 17 + i), line.At(Math.Pow(10, 17 + i)), 1 + (i % 3)))]);
            return Math.Abs(fit.Slope!.Value - line.Slope) < 1e-9 && Math.Abs(fit.Intercept!.Value - line.Intercept) < 1e-7 && fit.Status == FitStatus.Converged;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nineteen_of_twenty_intervals_hold_the_planted_exponent_where_weights_are_inverse_variances()
    {
        const int studies = 2000;
        int held = Enumerable.Range(0, studies).Count(study =>
        {
            var random = new SeededRandom(11, (ulong)study);
            var points = Enumerable.Range(0, 6).Select(i => (Log: 17.0 + i, Deviation: 0.02 + (0.03 * (i % 2))))
                .Select((at, i) => new PowerLawPoint(i, Math.Pow(10, at.Log), Math.Pow(10, (0.5 * at.Log) + (at.Deviation * random.NextGaussian())), Math.Pow(at.Deviation, -2)));
            var interval = PowerLawFit.Of([.. points]).Intervals["slope"];
            return interval.Low <= 0.5 && interval.High >= 0.5;
        });

        Assert.InRange(held, 0.935 * studies, 0.965 * studies);
    }

    [Fact]
    public void What_has_no_logarithm_or_weight_is_left_out()
    {
        PowerLawPoint[] rows = [new(1, 1, 1), new(2, 10, 10), new(3, 100, 100), new(4, 0, 1), new(5, 1, -1), new(6, double.NaN, 1), new(7, 1, double.PositiveInfinity), new(8, 1, 1, 0), new(9, 1, 1, double.NaN)];

        var fit = PowerLawFit.Of(rows, new PowerLawOptions { At = [1000] });

        Assert.Equal([4, 5, 6, 7, 8, 9], fit.Excluded.Select(row => row.Row));
        Assert.Equal(1000, Assert.Single(fit.At).Y, 1e-6);
    }

    [Fact]
    public void Too_few_points_are_called_so()
    {
        Assert.Equal(FitStatus.TooFewPoints, PowerLawFit.Of([]).Status);
        Assert.Equal(FitStatus.TooFewPoints, PowerLawFit.Of([new(1, 5, 5), new(2, 5, 7), new(3, 5, 9)]).Status);
        var two = PowerLawFit.Of([new(1, 1, 1), new(2, 10, 10)]);
        Assert.Equal(FitStatus.NotIdentified, two.Status);
        Assert.Equal(new Interval(null, null, 0.95), two.Intervals["slope"]);
    }
}
