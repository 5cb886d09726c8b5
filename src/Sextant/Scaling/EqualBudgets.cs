namespace Sextant.Scaling;

/// <summary>Which runs were given the same compute: a run ends with the step that reaches its horizon, so that equal budgets differ a little.</summary>
internal static class EqualBudgets
{
    /// <summary>The items by rising budget: each budget reaches from its least compute up to a share above it.</summary>
    /// <param name="items">Runs or points.</param>
    /// <param name="flops">The compute of one.</param>
    public static List<List<T>> Of<T>(IEnumerable<T> items, Func<T, double> flops)
    {
        double tolerance = new IsoFlopOptions().BudgetTolerance;
        List<List<T>> budgets = [];
        foreach (var item in items.OrderBy(flops))
        {
            if (budgets.Count == 0 || !(flops(item) <= flops(budgets[^1][0]) * (1 + tolerance)))
            {
                budgets.Add([]);
            }

            budgets[^1].Add(item);
        }

        return budgets;
    }
}
