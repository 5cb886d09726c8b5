using System.Globalization;
using Sextant.Scaling;

namespace Sextant.Experiments;

/// <summary>What a study's sizes and budgets would make of a known surface without noise, said before anything is trained.</summary>
internal static class StudyBias
{
    /// <summary>How far beyond the largest compute a study is mostly used.</summary>
    private const double Beyond = 10;

    /// <summary>The bias of the design in a sentence that states what it takes for true; null where no quadratic can be drawn.</summary>
    public static string? Of(Study study, IReadOnlyList<RunForecast> runs)
    {
        if (study.Analysis is not AnalysisOptions.Scaling analysis || Budgets(analysis, runs) is not { Count: > 0 } budgets)
        {
            return null;
        }

        var middle = budgets[budgets.Count / 2];
        double[] sizes = [.. middle.Values];
        double centre = Math.Sqrt(sizes.Min() * sizes.Max());
        var surface = Through(middle.Flops, centre);
        BudgetDesign[] seen = [.. budgets.Select(budget => analysis is AnalysisOptions.IsoFlop ? Near(budget, surface.Optimum(budget.Flops).Parameters) : budget)];
        var bias = DesignBias.Of(surface, seen, ProfileVariable.Parameters, Beyond * budgets[^1].Flops);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The design itself: if losses had the shape of the refitted Chinchilla law (alpha {surface.Alpha:0.000}, beta {surface.Beta:0.000}), its best size at {Said.Number(middle.Flops)} FLOPs in the middle of the sizes trained there ({centre:N0} parameters), then without any noise the quadratics would find {Errors(bias)}.");
    }

    private static string Errors(DesignBias bias)
    {
        double[] errors = [.. bias.Budgets.Select(budget => budget.Error).OfType<double>()];
        int without = bias.Budgets.Count - errors.Length;
        if (errors.Length == 0)
        {
            return "no best size at any compute";
        }

        string found = errors.Length == 1
            ? $"the best size with an error of {Percent(errors[0])}"
            : $"the best sizes with errors of {Percent(errors.Min())} to {Percent(errors.Max())}";
        string none = without == 0 ? "" : $" (none at {without} of {bias.Budgets.Count} computes)";
        return bias.Extrapolated?.Error is double error ? $"{found}{none}, and their line would miss by {Percent(error)} at ten times the largest compute" : found + none;
    }

    private static string Percent(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>The sizes that the analysis compares at each compute, from the smallest compute; those with fewer than three are passed over.</summary>
    private static List<BudgetDesign> Budgets(AnalysisOptions.Scaling analysis, IReadOnlyList<RunForecast> runs)
    {
        var counted = runs.Where(run => run.Parameters[analysis.Convention] is > 0 && run.FlopsByConvention[analysis.Convention] is > 0).ToList();
        var budgets = new List<(double Flops, List<double> Sizes)>();
        if (analysis is AnalysisOptions.Curves curves)
        {
            budgets.AddRange(curves.Targets.Distinct().Order().Select(target => (target, counted.Where(run => StudyWarnings.Spans(run, curves.Convention, target)).Select(run => run.Parameters[curves.Convention]!.Value).ToList())));
        }
        else if (analysis is AnalysisOptions.IsoFlop)
        {
            budgets.AddRange(EqualBudgets.Of(counted, run => run.FlopsByConvention[analysis.Convention]!.Value)
                .Select(budget => (budget[0].FlopsByConvention[analysis.Convention]!.Value, budget.Select(run => run.Parameters[analysis.Convention]!.Value).ToList())));
        }

        return [.. budgets.Select(budget => new BudgetDesign(budget.Flops, [.. budget.Sizes.Distinct()])).Where(budget => budget.Values.Count >= 3)];
    }

    /// <summary>
    /// The refitted law with the coefficient of its parameters' term changed so that its optimum at these FLOPs is this size. At equal compute only the
    /// exponents and the place of the optimum shape a profile: A, B and E change its depth and height.
    /// </summary>
    private static ParametricLaw Through(double flops, double parameters)
    {
        var law = (ParametricLaw)PublishedLaw.ChinchillaRefit.Law;
        return law with { A = law.A * Math.Pow(parameters / law.Optimum(flops).Parameters, law.Alpha + law.Beta) };
    }

    /// <summary>The sizes that <see cref="ProfileWindow.Local"/> would take around the optimum.</summary>
    private static BudgetDesign Near(BudgetDesign budget, double optimum)
    {
        var window = new ProfileWindow.Local();
        return budget with
        {
            Values =
            [
                .. budget.Values.OrderBy(size => Math.Abs(Math.Log10(size / optimum))).Index()
                    .Where(size => size.Index < window.AtLeast || Math.Abs(Math.Log10(size.Item / optimum)) <= window.HalfWidth).Select(size => size.Item),
            ],
        };
    }
}
