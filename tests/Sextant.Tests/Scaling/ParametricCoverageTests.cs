using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>Intervals of 95 % hold the planted value in 92 to 98 of 100 studies.</summary>
public sealed class ParametricCoverageTests
{
    [Fact]
    public void Few_studies_are_mostly_covered() => Covered(studies: 40, resamples: 100, low: 0.82, high: 1);

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void Five_hundred_studies_are_covered_as_the_level_says() => Covered(studies: 500, resamples: 300, low: 0.92, high: 0.98);

    private static void Covered(int studies, int resamples, double low, double high)
    {
        var law = PlantedPoints.Law;
        (string Name, Func<ParametricLaw, double> Of)[] quantities =
        [
            ("E", fitted => fitted.E), ("A", fitted => fitted.A), ("B", fitted => fitted.B), ("alpha", fitted => fitted.Alpha), ("beta", fitted => fitted.Beta),
            ("exponent", fitted => fitted.Exponent), ("N* at ten times the compute", fitted => fitted.Optimum(1e22).Parameters), ("its loss", fitted => fitted.Optimum(1e22).Loss),
        ];
        int[] held = new int[quantities.Length];
        for (int study = 0; study < studies; study++)
        {
            var fit = ParametricFit.To(PlantedPoints.Grid(law, 8, 6, 0.005, seed: (ulong)study + 100), new ParametricOptions { Resamples = resamples, Seed = (ulong)study });
            for (int i = 0; i < quantities.Length; i++)
            {
                var interval = fit.IntervalOf(quantities[i].Of)!;
                double truth = quantities[i].Of(law);
                held[i] += interval.Low <= truth && truth <= interval.High ? 1 : 0;
            }
        }

        string[] shares = [.. quantities.Select((quantity, i) => $"{quantity.Name} {held[i] / (double)studies:P1}")];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", shares));
        Assert.True(held.All(count => count >= low * studies && count <= high * studies), string.Join(", ", shares));
    }
}
