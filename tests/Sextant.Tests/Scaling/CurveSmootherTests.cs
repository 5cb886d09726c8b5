using MathNet.Numerics;
using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class CurveSmootherTests
{
    [Fact]
    public void The_polynomial_is_the_exact_least_squares_one()
    {
        // In FLOPs over 1e11 the monomials are tame enough for a solver by QR.
        var random = new SeededRandom(4);
        double[] x = [.. Enumerable.Range(1, 100).Select(i => i / 25.0)], y = [.. x.Select(value => 3 - Math.Log(1 + value) + (0.05 * random.NextGaussian()))];
        double[] exact = MathNet.Numerics.Fit.Polynomial(x, y, 5);

        var curve = new CurveSmoother.Polynomial(5).Smooth(Curve(x.Select(value => value * 1e11), y))!;

        Assert.All(x, value => Assert.Equal(Polynomial.Evaluate(value, exact), curve.At(value * 1e11)!.Value.Loss, 1e-9));
    }

    [Fact]
    public void A_polynomial_is_recovered_at_the_degree_it_has()
    {
        double[] x = [.. Enumerable.Range(1, 40).Select(i => i * 2e9)];
        static double Loss(double flops) => 3 - (2 * (flops / 1e11)) + Math.Pow(flops / 1e11, 3);

        var value = new CurveSmoother.Polynomial(3).Smooth(Curve(x, x.Select(Loss)))!.At(3.3e10)!.Value;

        Assert.Equal(Loss(3.3e10), value.Loss, 1e-12);
        Assert.Equal(0, value.StandardError, 1e-12);
    }

    [Fact]
    public void The_monotone_curve_never_rises_and_stays_within_what_was_seen()
    {
        var random = new SeededRandom(5);
        double[] x = [.. Enumerable.Range(1, 200).Select(i => i * 1e9)], y = [.. x.Select(flops => 1 + Math.Pow(flops / 1e9, -0.5) + (0.05 * random.NextGaussian()))];

        var curve = new CurveSmoother.Monotone().Smooth(Curve(x, y))!;
        double[] values = [.. Enumerable.Range(0, 2000).Select(i => curve.At(1e9 * Math.Min(200, Math.Pow(200, i / 1999.0)))!.Value.Loss)];

        Assert.All(values.Zip(values.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1e-12));
        Assert.InRange(values[^1], y.Min(), y.Max());
        Assert.InRange(curve.At(5e9)!.Value.StandardError, 0.01, 0.1);
    }

    [Fact]
    public void The_monotone_curve_goes_through_losses_that_fall()
    {
        double[] x = [1e9, 3e9, 4e9, 9e9], y = [3, 2.5, 1, 0.5];
        var curve = new CurveSmoother.Monotone().Smooth(Curve(x, y))!;
        Assert.All(x.Zip(y), pair => Assert.Equal(pair.Second, curve.At(pair.First)!.Value.Loss, 1e-12));
    }

    [Fact]
    public void A_curve_is_never_extrapolated()
    {
        var curve = new CurveSmoother.Polynomial(1).Smooth(Curve([2, 3, 4], [3, 2, 1]))!;
        Assert.Null(curve.At(1.99));
        Assert.Null(curve.At(4.01));
        Assert.NotNull(curve.At(2));
        Assert.NotNull(curve.At(4));
    }

    [Fact]
    public void Too_few_evaluations_have_no_curve()
    {
        Assert.Null(new CurveSmoother.Polynomial(5).Smooth(Curve([1, 2, 3, 4, 5], [5, 4, 3, 2, 1])));
        Assert.Null(new CurveSmoother.Monotone().Smooth(Curve([1, 1], [2, 3])));
        Assert.Null(new CurveSmoother.Monotone().Smooth(Curve([double.NaN], [2])));
    }

    [Fact]
    public void The_frontier_is_the_least_of_all_curves_and_never_rises()
    {
        LossCurve small = Curve([1e9, 2e9, 4e9], [3, 2, 1.9]) with { Name = "small" }, large = Curve([2e9, 4e9, 8e9], [2.5, 1.5, 1]) with { Name = "large", Parameters = 1e6 };

        var frontier = LossFrontier.Of([small, large], new CurveSmoother.Monotone());

        Assert.Equal("small", frontier[0].Curve);
        Assert.Equal("large", frontier[^1].Curve);
        Assert.Equal(1, frontier[^1].Loss, 1e-12);
        Assert.All(frontier.Zip(frontier.Skip(1)), pair => Assert.True(pair.Second.Loss <= pair.First.Loss));
        Assert.Empty(LossFrontier.Of([], new CurveSmoother.Monotone()));
    }

    private static LossCurve Curve(IEnumerable<double> flops, IEnumerable<double> losses) =>
        new() { Name = "one", Parameters = 1e5, Points = [.. flops.Zip(losses).Select((pair, i) => new CurvePoint(i + 1, pair.First, pair.First / 6e5, pair.Second))] };
}
