using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>The table "Bias of a quadratic IsoFLOP fit, noise-free" of facts/scaling.md.</summary>
public sealed class DesignBiasTests
{
    private static readonly ParametricLaw Symmetric = new(1.69, 400, 400, 0.31, 0.31);

    private static readonly double[] Budgets = [1e17, 1e18, 1e19, 1e20, 1e21];

    private static readonly ParametricLaw Steep = new(1.69, 406.4, 410.7, 0.465, 0.155);

    public static TheoryData<string, double, double, double> Cells()
    {
        double[] factors = [2, 4, 8, 16];
        var table = new (string Surface, double Centre, double[] Errors)[]
        {
            ("symmetric", 1, [0, 0, 0, 0]),
            ("hoffmann", 1, [-0.326937804, -1.301125044, -2.902904738, -5.100244552]),
            ("steep", 1, [-1.674747717, -6.497778742, -13.910418584, -23.116308049]),
            ("symmetric", 3, [3.974243557, 3.471817881, 2.645165430, 1.509792260]),
        };
        var cells = new TheoryData<string, double, double, double>();
        foreach (var (surface, centre, errors) in table)
        {
            foreach (var (factor, error) in factors.Zip(errors))
            {
                cells.Add(surface, centre, factor, error);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_bias_of_a_design_is_known_beforehand(string name, double centre, double factor, double percent)
    {
        var surface = name switch { "symmetric" => Symmetric, "hoffmann" => PlantedStudies.Hoffmann, _ => Steep };
        BudgetDesign[] design = [.. Budgets.Select(flops => BudgetDesign.Around(flops, centre * surface.Optimum(flops).Tokens, factor, 15))];

        var bias = DesignBias.Of(surface, design, ProfileVariable.Tokens, 1e24);

        Assert.Equal(percent, 100 * bias.Extrapolated!.Error!.Value, Math.Max(1e-8, Math.Abs(percent) * 5e-7));
        Assert.Equal(1 - surface.Exponent, bias.Line!.Slope, 10);
    }

    [Fact]
    public void A_design_of_two_sizes_has_no_vertex()
    {
        var bias = DesignBias.Of(Symmetric, [new BudgetDesign(1e18, [1e8, 1e9]), new BudgetDesign(1e19, [double.NaN, -1])], ProfileVariable.Parameters, 1e21);

        Assert.All(bias.Budgets, budget => Assert.Null(budget.Found));
        Assert.Null(bias.Line);
        Assert.Null(bias.Extrapolated);
    }
}
