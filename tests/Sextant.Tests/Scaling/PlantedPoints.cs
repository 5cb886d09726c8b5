using Sextant.Scaling;

namespace Sextant.Tests.Scaling;

/// <summary>Studies whose law is known: sizes around the optimum of each budget, losses with noise on their logarithm.</summary>
internal static class PlantedPoints
{
    public static readonly ParametricLaw Law = new(1.82, 480, 2100, 0.347, 0.367);

    public static ScalingPoint[] Grid(ParametricLaw law, int sizes, int budgets, double noise = 0, ulong seed = 1, double lowest = 1e18, double highest = 1e21)
    {
        var random = new SeededRandom(seed);
        return [.. from budget in Enumerable.Range(0, budgets)
                   from size in Enumerable.Range(0, sizes)
                   let flops = lowest * Math.Pow(highest / lowest, budget / (double)(budgets - 1))
                   let spent = law.Beside(flops, Math.Pow(8, -1 + (2 * size / (double)(sizes - 1))))
                   select new ScalingPoint
                   {
                       Row = (budget * sizes) + size + 1,
                       Parameters = spent.Parameters,
                       Tokens = spent.Tokens,
                       Flops = flops,
                       Loss = spent.Loss * Math.Exp(noise * random.NextGaussian()),
                   }];
    }
}
