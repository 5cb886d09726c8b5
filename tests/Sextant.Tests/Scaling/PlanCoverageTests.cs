using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>Simulated studies of a known law: how often a plan's and an audit's intervals of 95 % hold the truth.</summary>
public sealed class PlanCoverageTests
{
    private const int Studies = 500;

    [Fact]
    [Trait("Category", "Slow")]
    public void Intervals_of_plans_and_audits_hold_the_truth_as_often_as_they_say()
    {
        var law = PlantedPoints.Law;
        var (planned, serving, run) = (law.Optimum(1e22), ServingPlan.Of(law, 1e22, 1e12), law.Beside(1e20, 8));
        var audited = new LossCurve { Name = "run", Parameters = run.Parameters, Points = [new CurvePoint(1, 1e20, run.Tokens, run.Loss)] };
        double enough = FlopsFor(law, run.Loss);
        (string Name, double Truth)[] ofPlan = [("parameters", planned.Parameters), ("tokensPerParameter", planned.TokensPerParameter), ("loss", planned.Loss), ("growth[0].parameters", Math.Pow(10, law.Exponent)), ("serving.parameters", serving.Parameters)];
        (string Name, double Truth)[] ofAudit = [("parametersRatio", 1 / 8.0), ("lossOfSplit", run.Loss - law.Optimum(1e20).Loss), ("computeWasted", 1e20 - enough)];
        int[] held = new int[ofPlan.Length + ofAudit.Length];
        for (ulong study = 1; study <= Studies; study++)
        {
            var fit = ParametricFit.To(PlantedPoints.Grid(law, 7, 5, noise: 0.005, seed: study), new ParametricOptions { Resamples = 200 });
            var plan = Plan.Of(fit, new PlanRequest { Flops = 1e22, ServedTokens = 1e12 });
            var audit = Audit.Of(fit, audited);
            bool[] holds = [.. ofPlan.Select(value => Holds(plan.Intervals, value)), .. ofAudit.Select(value => Holds(audit.Intervals, value))];
            for (int i = 0; i < held.Length; i++)
            {
                held[i] += holds[i] ? 1 : 0;
            }
        }

        string table = string.Join(", ", ofPlan.Concat(ofAudit).Zip(held, (value, count) => $"{value.Name} {100.0 * count / Studies:F1}"));
        TestContext.Current.TestOutputHelper?.WriteLine(table);
        Assert.True(held.All(count => count is >= 92 * Studies / 100 and <= 98 * Studies / 100), table);
    }

    /// <summary>An interval that is not there, as of a compute whose loss lies below the fitted floor, holds nothing.</summary>
    private static bool Holds(IReadOnlyDictionary<string, Interval> intervals, (string Name, double Truth) value) =>
        intervals.TryGetValue(value.Name, out var interval) && !(value.Truth < interval.Low) && !(value.Truth > interval.High);

    private static double FlopsFor(ParametricLaw law, double loss)
    {
        double low = 1e10, high = 1e25;
        while (high / low > 1 + 1e-9)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = law.Optimum(middle).Loss > loss ? (middle, high) : (low, middle);
        }

        return low;
    }
}
