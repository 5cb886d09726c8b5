using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class PowerSumTests
{
    public static TheoryData<string> Objectives => [.. All.Keys];

    private static Dictionary<string, LossObjective> All => new()
    {
        ["huber"] = new LossObjective.HuberLogLoss { Delta = 0.05 },
        ["log"] = new LossObjective.SquaredLogLoss(),
        ["raw"] = new LossObjective.SquaredLoss(),
    };

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Derivatives_are_those_of_the_value(string objective)
    {
        var points = PlantedPoints.Grid(PlantedPoints.Law, 5, 4, 0.05);
        var problem = Problem(points, All[objective]);
        double[] at = [1.6, 0.1, 0.3, -0.2, 0.45];
        double[] gradient = new double[5];
        double[] hessian = new double[25];
        problem.Derivatives(at, gradient, hessian, new double[25]);

        const double Step = 1e-5;
        for (int i = 0; i < 5; i++)
        {
            double[] above = [.. at];
            double[] below = [.. at];
            above[i] += Step;
            below[i] -= Step;
            double[] gradientAbove = new double[5];
            double[] gradientBelow = new double[5];
            double higher = problem.Derivatives(above, gradientAbove, new double[25], new double[25]);
            double lower = problem.Derivatives(below, gradientBelow, new double[25], new double[25]);

            Assert.Equal((higher - lower) / (2 * Step), gradient[i], 1e-6 * Math.Max(1, Math.Abs(gradient[i])));
            for (int j = 0; j < 5; j++)
            {
                Assert.Equal((gradientAbove[j] - gradientBelow[j]) / (2 * Step), hessian[(i * 5) + j], 1e-4 * Math.Max(1, Math.Abs(hessian[(i * 5) + j])));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Every_start_of_the_grid_leads_to_one_minimum(string objective)
    {
        var problem = Problem(PlantedPoints.Grid(PlantedPoints.Law, 6, 5, 0.005, seed: 4), objective == "huber" ? new LossObjective.HuberLogLoss() : All[objective]);
        Minimum[] minima = [.. problem.Starts(16, 6).Select(problem.Refine)];
        double lowest = minima.Min(minimum => minimum.Value);

        Assert.All(minima, minimum => Assert.True(minimum.Converged));
        Assert.All(minima, minimum => Assert.Equal(lowest, minimum.Value, 1e-6 * lowest));
    }

    [Fact]
    public void A_row_counted_twice_is_a_row_of_twice_the_weight()
    {
        var points = PlantedPoints.Grid(PlantedPoints.Law, 5, 4, 0.01);
        int[] counts = [.. Enumerable.Range(0, points.Length).Select(i => i % 3)];
        var counted = Problem(points, new LossObjective.HuberLogLoss()).Resampled(counts);
        ScalingPoint[] kept = [.. points.Where((_, i) => counts[i] > 0).Select(point => point with { Weight = counts[point.Row - 1] })];
        var weighted = Problem(kept, new LossObjective.HuberLogLoss());

        double[] one = counted.Constants(PowerSumSearch.Best(counted).At);
        double[] other = weighted.Constants(PowerSumSearch.Best(weighted).At);
        Assert.All(one.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * pair.First));
    }

    private static PowerSum Problem(IReadOnlyList<ScalingPoint> points, LossObjective objective) => new(
        [[.. points.Select(point => point.Parameters)], [.. points.Select(point => point.Tokens)]],
        [.. points.Select(point => point.Loss)],
        [.. points.Select(point => point.Weight)],
        objective);
}
