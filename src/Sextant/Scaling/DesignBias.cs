namespace Sextant.Scaling;

/// <summary>
/// What a quadratic makes of an IsoFLOP design on a known surface, without noise: the share of the error that no further seed removes. A
/// surface is a parabola in log N only near its optimum, so that wide or off-centre grids miss it.
/// </summary>
public sealed record DesignBias
{
    /// <summary>A budget each, in the order given.</summary>
    public required IReadOnlyList<BudgetBias> Budgets { get; init; }

    /// <summary>log10 of the vertices on log10 C, unweighted; null where fewer than two budgets have a vertex.</summary>
    public required LogLine? Line { get; init; }

    /// <summary>The line held against the surface where the design is meant to be extrapolated to; null where there is no line or no such place.</summary>
    public required BudgetBias? Extrapolated { get; init; }

    /// <summary>The bias of a design.</summary>
    /// <param name="surface">The law taken for true.</param>
    /// <param name="budgets">The sizes to be trained at each budget.</param>
    /// <param name="variable">Whether the quadratic is one in log N or in log D.</param>
    /// <param name="extrapolateTo">FLOPs the line is to be used at.</param>
    public static DesignBias Of(ParametricLaw surface, IReadOnlyList<BudgetDesign> budgets, ProfileVariable variable, double? extrapolateTo = null)
    {
        BudgetBias[] biases = [.. budgets.Select(budget => Of(surface, budget, variable))];
        var found = biases.Where(bias => bias.Found is not null).ToList();
        var line = PolynomialFit.Of(
            [.. found.Select(bias => Math.Log10(bias.Flops))], [.. found.Select(bias => Math.Log10(bias.Found!.Value))], [.. found.Select(_ => 1.0)], 1)?.Line();
        var log = line is var (slope, intercept, _) ? new LogLine(slope, intercept) : null;
        return new DesignBias
        {
            Budgets = biases,
            Line = log,
            Extrapolated = extrapolateTo is double flops && log is not null ? new BudgetBias(flops, Optimum(surface, flops, variable), log.At(flops)) : null,
        };
    }

    private static BudgetBias Of(ParametricLaw surface, BudgetDesign budget, ProfileVariable variable)
    {
        double[] values = [.. budget.Values.Where(value => double.IsFinite(value) && value > 0)];
        double[] losses = [.. values.Select(value => Loss(surface, budget.Flops, value, variable))];
        var vertex = PolynomialFit.Of([.. values.Select(Math.Log10)], losses, [.. values.Select(_ => 1.0)], 2)?.Vertex();
        return new BudgetBias(budget.Flops, Optimum(surface, budget.Flops, variable), vertex is { IsMinimum: true } at ? Math.Pow(10, at.At) : null);
    }

    private static double Loss(ParametricLaw surface, double flops, double value, ProfileVariable variable) =>
        variable == ProfileVariable.Parameters ? surface.Loss(value, flops / 6 / value) : surface.Loss(flops / 6 / value, value);

    private static double Optimum(ParametricLaw surface, double flops, ProfileVariable variable) =>
        variable == ProfileVariable.Parameters ? surface.Optimum(flops).Parameters : surface.Optimum(flops).Tokens;
}

/// <summary>The sizes of one budget.</summary>
/// <param name="Flops">C = 6ND.</param>
/// <param name="Values">N or D of each run.</param>
public sealed record BudgetDesign(double Flops, IReadOnlyList<double> Values)
{
    /// <summary><paramref name="count"/> values evenly spaced in log, from centre / <paramref name="factor"/> to centre x factor.</summary>
    public static BudgetDesign Around(double flops, double centre, double factor, int count) =>
        new(flops, [.. Enumerable.Range(0, count).Select(i => centre * Math.Pow(factor, count == 1 ? 0 : (2.0 * i / (count - 1)) - 1))]);
}

/// <summary>The true optimum at a budget and the one a noise-free quadratic finds.</summary>
/// <param name="Flops">C.</param>
/// <param name="True">N* or D* of the surface.</param>
/// <param name="Found">Where the quadratic turns; null where it has no minimum.</param>
public sealed record BudgetBias(double Flops, double True, double? Found)
{
    /// <summary>Found over true, less 1.</summary>
    public double? Error => (Found / True) - 1;
}

/// <summary>What a profile of equal compute is drawn over.</summary>
public enum ProfileVariable
{
    /// <summary>log10 N.</summary>
    Parameters,

    /// <summary>log10 D.</summary>
    Tokens,
}
