using FsCheck;
using FsCheck.Fluent;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class SaturatingFitTests
{
    [Fact]
    public void A_planted_law_is_recovered() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(30),
            Prop.ForAll(
                (from floor in Gen.Choose(50, 250) from alpha in Gen.Choose(10, 100) from term in Gen.Choose(20, 200) select (floor, alpha, term)).ToArbitrary(),
                drawn =>
                {
                    double alpha = drawn.alpha / 100.0;
                    var law = new SaturatingLaw(drawn.floor / 100.0, drawn.term / 100.0 * Math.Pow(1e8, alpha), alpha);
                    var fit = SaturatingFit.To(Points(law, 12), LawVariable.Parameters, new ParametricOptions { Resamples = 0 });
                    return new[] { (fit.E, law.E), (fit.A, law.A), (fit.Alpha, law.Alpha) }.All(pair => Math.Abs((pair.Item1!.Value / pair.Item2) - 1) < 1e-4);
                }));

    [Fact]
    public void Its_intervals_hold_what_was_planted()
    {
        var law = new SaturatingLaw(1.7, 300, 0.33);
        var fit = SaturatingFit.To(Points(law, 30, 0.002), LawVariable.Parameters, new ParametricOptions { Resamples = 300 });

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.InRange(law.E, fit.Intervals["E"].Low!.Value, fit.Intervals["E"].High!.Value);
        Assert.InRange(law.Alpha, fit.Intervals["alpha"].Low!.Value, fit.Intervals["alpha"].High!.Value);
        Assert.NotNull(fit.IntervalOf(fitted => fitted.Loss(1e11)));
    }

    [Fact]
    public void Any_variable_may_be_the_law_s()
    {
        var law = new SaturatingLaw(1.7, 300, 0.33);
        ScalingPoint[] points = [.. Points(law, 12).Select(point => point with { Flops = point.Parameters, Parameters = double.NaN })];

        Assert.Equal(0.33, SaturatingFit.To(points, LawVariable.Flops).Alpha!.Value, 1e-4);
        var none = SaturatingFit.To(points, LawVariable.Parameters);
        Assert.Equal(FitStatus.TooFewPoints, none.Status);
        Assert.Equal(12, none.Excluded.Count);
    }

    [Fact]
    public void What_the_points_cannot_tell_is_said()
    {
        var points = Points(new SaturatingLaw(1.7, 300, 0.33), 12);

        Assert.Equal(FitStatus.TooFewPoints, SaturatingFit.To(points[..3], LawVariable.Parameters).Status);
        Assert.Equal(FitStatus.NotIdentified, SaturatingFit.To([.. points.Select(point => point with { Loss = 2 })], LawVariable.Parameters).Status);
        Assert.Equal(FitStatus.NotIdentified, SaturatingFit.To([.. points.Select(point => point with { Parameters = 1e8 })], LawVariable.Parameters).Status);
        var straight = SaturatingFit.To(Points(new SaturatingLaw(0, 30, 0.1), 12, 0.001), LawVariable.Parameters);
        Assert.Contains(straight.Status, new[] { FitStatus.BoundHit, FitStatus.NotIdentified });
    }

    private static ScalingPoint[] Points(SaturatingLaw law, int count, double noise = 0)
    {
        var random = new SeededRandom(2);
        return [.. Enumerable.Range(0, count).Select(i => Math.Pow(10, 6 + (4.0 * i / (count - 1)))).Select((x, i) => new ScalingPoint
        {
            Row = i + 1,
            Parameters = x,
            Tokens = 1e9,
            Flops = 6e9 * x,
            Loss = law.Loss(x) * Math.Exp(noise * random.NextGaussian()),
        })];
    }
}
