namespace Sextant.Scaling;

/// <summary>Training that would narrow what a fit says of N*, and how much.</summary>
public sealed record NextRun
{
    /// <summary>Sizes beside the optimum that are weighed, as shares of it.</summary>
    private static readonly double[] Shares = [0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4];

    /// <summary>Budgets over the fitted range that are weighed, beside the next one.</summary>
    private const int Budgets = 5;

    /// <summary>How far beyond the largest size and the most tokens a run may go.</summary>
    private const double Stretch = 4;

    /// <summary>Less than this share of the interval is not worth a run.</summary>
    private const double Least = 0.005;

    /// <summary>Of one run; of a profile, its optimum.</summary>
    public required double Parameters { get; init; }

    /// <summary>Null where no rule tells.</summary>
    public required double? Tokens { get; init; }

    /// <summary>Of one run.</summary>
    public required double Flops { get; init; }

    /// <summary>1, or the sizes of a whole profile about <see cref="Parameters"/>.</summary>
    public required int Runs { get; init; }

    /// <summary>The share by which the interval of ln N* at the planned compute is expected to shrink, 0..1.</summary>
    public required double Narrows { get; init; }

    /// <summary>FLOPs of all runs together.</summary>
    public double TotalFlops => Flops * Runs;

    /// <summary>
    /// The best size at each of the fit's budgets and the next that cost less than the plan, the most narrowing per FLOP first. Sizes and tokens stay near those
    /// fitted: a law's error is largest, and its residual no guide, where nothing was measured. To first order a loss of variance s^2 (the fit's residual) takes
    /// Cov(q, ln L)^2 / (Var(ln L) + s^2) off the variance of q = ln N* (c-optimal design; Chaloner and Verdinelli 1995), and the resamples hold these covariances.
    /// </summary>
    internal static IReadOnlyList<NextRun> Of(ParametricFit fit, double flops)
    {
        if (fit is not { Law: { } law, Resampled: { } resampled, Range: { } range, Residual: double residual })
        {
            return [];
        }

        var laws = Enumerable.Range(0, resampled.Count).Select(i => ParametricFit.LawOf(resampled[i]))
            .Select(drawn => (Law: drawn, Value: Math.Log(drawn.Optimum(flops).Parameters))).Where(drawn => double.IsFinite(drawn.Value)).ToList();
        if (laws.Count < 20)
        {
            return [];
        }

        double step = Math.Pow(range.LargestFlops / range.SmallestFlops, 1.0 / (Budgets - 1));
        double next = range.LargestFlops * Math.Clamp(step, 2, 10);
        double[] budgets = [.. Enumerable.Range(0, Budgets).Select(i => range.SmallestFlops * Math.Pow(step, i)), next];
        double[] values = [.. laws.Select(drawn => drawn.Value)];
        bool IsNear(Allocation run) => run.Parameters >= range.SmallestParameters && run.Parameters <= range.LargestParameters * Stretch
            && run.Tokens >= range.FewestTokens && run.Tokens <= range.MostTokens * Stretch;
        return Ranked(flops, budgets.Select(budget => Shares.Select(share => law.Beside(budget, share)).Where(IsNear).Select(run =>
        {
            double[] losses = [.. laws.Select(drawn => Math.Log(drawn.Law.Loss(run.Parameters, run.Tokens)))];
            return new NextRun { Parameters = run.Parameters, Tokens = run.Tokens, Flops = budget, Runs = 1, Narrows = Narrowing(values, losses, residual) };
        }).MaxBy(run => run.Narrows)));
    }

    /// <summary>
    /// A profile more, of as many sizes as the others have, at budgets below, above and between: the line's errors with one more optimum of average weight,
    /// and one more degree of freedom (weighted least squares).
    /// </summary>
    internal static IReadOnlyList<NextRun> Of(AllocationFit fit, double flops)
    {
        var optima = fit.Optima.Where(optimum => optimum is { Parameters: > 0, Status: FitStatus.Converged or FitStatus.NotIdentified }).OrderBy(optimum => optimum.Flops).ToList();
        if (optima.Count < 2 || fit.ParametersSpread is not { HeightError: double height, SlopeError: double slope } spread)
        {
            return [];
        }

        int sizes = (int)Math.Round(optima.Average(optimum => optimum.Used));
        double smallest = optima[0].Flops, largest = optima[^1].Flops, place = Math.Log10(flops) - spread.Pivot;
        double Width(double atPivot, double ofSlope, double distance, int freedom) =>
            Math.Sqrt((atPivot * atPivot) + (ofSlope * ofSlope * distance * distance)) * Student.Reach(freedom, Estimated.Level);
        double before = Width(height, slope, place, spread.DegreesOfFreedom), count = optima.Count;
        return Ranked(flops, new[] { smallest / 4, smallest, Math.Sqrt(smallest * largest), largest, largest * 2, largest * 4, largest * 10 }.Select(budget =>
        {
            double distance = Math.Log10(budget) - spread.Pivot, ratio = height / slope;
            double atPivot = height * Math.Sqrt(count / (count + 1)), ofSlope = slope / Math.Sqrt(1 + (distance * distance / ((count + 1) * ratio * ratio)));
            double after = Width(atPivot, ofSlope, place - (distance / (count + 1)), spread.DegreesOfFreedom + 1);
            return new NextRun { Parameters = spread.Line.At(budget), Tokens = fit.Tokens?.At(budget), Flops = budget, Runs = sizes, Narrows = 1 - (after / before) };
        }));
    }

    private static IReadOnlyList<NextRun> Ranked(double flops, IEnumerable<NextRun?> runs) =>
        [.. runs.OfType<NextRun>().Where(run => run.Narrows >= Least && run.TotalFlops < flops).OrderByDescending(run => run.Narrows / run.TotalFlops)];

    private static double Narrowing(double[] values, double[] losses, double residual)
    {
        double meanValue = values.Average(), meanLoss = losses.Average();
        double covariance = values.Zip(losses, (value, loss) => (value - meanValue) * (loss - meanLoss)).Average();
        double ofValue = values.Average(value => (value - meanValue) * (value - meanValue)), ofLoss = losses.Average(loss => (loss - meanLoss) * (loss - meanLoss));
        return ofValue > 0 ? 1 - Math.Sqrt(Math.Max(0, 1 - (covariance * covariance / ((ofLoss + (residual * residual)) * ofValue)))) : 0;
    }
}
