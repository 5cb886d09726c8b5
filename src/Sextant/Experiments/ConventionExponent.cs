using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What the same runs say when parameters and FLOPs are counted another way.</summary>
public sealed record ConventionExponent
{
    public required Convention Convention { get; init; }

    /// <summary>a in N* ~ C^a; null where there is none.</summary>
    public double? Exponent { get; init; }

    /// <summary>Its interval; null where there is none.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Null where the runs have no such count.</summary>
    public FitStatus? Status { get; init; }

    /// <summary>Why there is no exponent, or why it is not to be believed; null where nothing is wrong.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The analysis by every convention. Targets stand for a part of the runs: by another convention they are moved by the mean ratio of the two counts
    /// of the runs' FLOPs, so that the same part is compared.
    /// </summary>
    /// <param name="study">Its runs, whose folders hold every count.</param>
    /// <param name="analysis">What to fit.</param>
    /// <param name="trunks">What is independent of what, by the names of runs: see <see cref="StudyTables.Trunks"/>.</param>
    /// <param name="fit">Fits curves or points by an analysis.</param>
    internal static IReadOnlyList<ConventionExponent> Of(StudyRecord study, AnalysisOptions.Scaling analysis, IReadOnlyDictionary<string, string> trunks, Func<AnalysisOptions.Scaling, IReadOnlyList<LossCurve>, IReadOnlyList<ScalingPoint>, Fit> fit)
    {
        var runs = study.Runs.Where(run => run.LeftOut is null).Select(run => new CountedRun(run, trunks.GetValueOrDefault(run.Name, run.Name), analysis.Loss)).ToList();
        var done = new Dictionary<string, ConventionExponent>();
        return [.. Conventions.All.Select(convention =>
        {
            if (Missing(runs, convention) is string reason)
            {
                return new ConventionExponent { Convention = convention, Reason = reason };
            }

            string counts = string.Join(' ', runs.Select(run => $"{run.Parameters(convention)} {run.Flops(convention)}"));
            if (!done.TryGetValue(counts, out var found))
            {
                var same = Moved(analysis, runs, convention);
                done[counts] = found = Read(fit(same, [.. runs.Select(run => run.Curve(convention))], Points(analysis, runs, convention)));
            }

            return found with { Convention = convention };
        })];
    }

    /// <summary>
    /// The runs' last losses. Runs of one budget have not the same compute by another convention, and would fall apart into budgets of their own: they stay together, at the compute that
    /// the convention gives the best size among them.
    /// </summary>
    private static ScalingPoint[] Points(AnalysisOptions.Scaling analysis, List<CountedRun> runs, Convention convention)
    {
        ScalingPoint[] points = [.. runs.Index().Select(run => run.Item.Point(convention, run.Index + 1))];
        if (analysis is not AnalysisOptions.IsoFlop || convention == analysis.Convention)
        {
            return points;
        }

        var budgets = EqualBudgets.Of(Enumerable.Range(0, points.Length), i => runs[i].Flops(analysis.Convention) ?? double.NaN);
        return [.. budgets.SelectMany(budget => Together([.. budget.Select(i => points[i])], convention))];
    }

    private static IEnumerable<ScalingPoint> Together(ScalingPoint[] budget, Convention convention)
    {
        double mean = Math.Exp(budget.Average(point => Math.Log(point.Flops)));
        var alone = IsoFlopFit.Of([.. budget.Select(point => point with { Flops = mean })], new IsoFlopOptions { Convention = convention.Name(), WithoutEachSize = false });
        double flops = alone.Optima is [{ Parameters: double best }] ? ComputeAt(best, budget) : mean;
        return budget.Select(point => point with { Flops = flops });
    }

    /// <summary>The compute of a size between those of a budget, along the line from one to the next in logarithms.</summary>
    private static double ComputeAt(double parameters, ScalingPoint[] budget)
    {
        var sizes = budget.GroupBy(point => Math.Log(point.Parameters), point => Math.Log(point.Flops)).Select(size => (Size: size.Key, Flops: size.Average())).OrderBy(size => size.Size).ToList();
        int after = Math.Clamp(sizes.FindIndex(size => size.Size >= Math.Log(parameters)), 1, sizes.Count - 1);
        var (low, high) = (sizes[after - 1], sizes[after]);
        double share = Math.Clamp((Math.Log(parameters) - low.Size) / (high.Size - low.Size), 0, 1);
        return Math.Exp(low.Flops + (share * (high.Flops - low.Flops)));
    }

    private static string? Missing(List<CountedRun> runs, Convention convention)
    {
        if (runs.Count == 0)
        {
            return "there is no run";
        }

        foreach (var run in runs)
        {
            if (run.Result is null)
            {
                return "the run folders are not here to be counted again";
            }

            if (run.Parameters(convention) is null)
            {
                return run.Result.Parameters.Reasons.GetValueOrDefault(convention.Name()) ?? $"{run.Run.Name} has no such count";
            }

            if (run.Flops(convention) is null)
            {
                return run.Result.FlopsByConvention?.Reasons?.GetValueOrDefault(convention.Name()) ?? $"{run.Run.Name} was trained before FLOPs were counted so";
            }
        }

        return null;
    }

    private static AnalysisOptions.Scaling Moved(AnalysisOptions.Scaling analysis, List<CountedRun> runs, Convention convention)
    {
        var counted = analysis with { Convention = convention };
        if (counted is not AnalysisOptions.Curves curves || convention == analysis.Convention)
        {
            return counted;
        }

        double[] ratios = [.. runs.Select(run => Math.Log((run.Flops(convention) / run.Flops(analysis.Convention)) ?? double.NaN)).Where(double.IsFinite)];
        return ratios.Length == 0 ? curves : curves with { Targets = [.. curves.Targets.Select(target => target * Math.Exp(ratios.Average()))] };
    }

    private static ConventionExponent Read(Fit fit) => new()
    {
        Convention = default,
        Exponent = fit is AllocationFit allocation ? allocation.Exponent : (fit as ParametricFit)?.Exponent,
        Interval = fit.Intervals.GetValueOrDefault("exponent"),
        Status = fit.Status,
        Reason = fit.Status == FitStatus.Converged ? null : fit.Warnings.Count > 0 ? fit.Warnings[0].TrimEnd('.') : null,
    };

    /// <summary>A run with what was counted along it.</summary>
    private sealed class CountedRun(StudiedRun run, string trunk, LossKind loss)
    {
        private readonly IReadOnlyList<Evaluation> evaluations = run.Folder.Exists ? run.Folder.ReadMetrics() : [];

        public StudiedRun Run => run;

        public RunResult? Result { get; } = run.Folder.ReadResult();

        public double? Parameters(Convention convention) => Result?.Parameters[convention];

        public double? Flops(Convention convention) => evaluations.Count == 0 ? null : evaluations[^1].FlopsByConvention?[convention];

        public LossCurve Curve(Convention convention) => new()
        {
            Name = run.Name,
            Parameters = Parameters(convention) ?? double.NaN,
            Layers = run.Recipe.Model.Layers,
            Hidden = run.Recipe.Model.Hidden,
            Points = [.. evaluations.Index().Select(at => new CurvePoint(at.Index + 1, at.Item.FlopsByConvention?[convention] ?? double.NaN, at.Item.Tokens, at.Item.Loss(loss)))],
        };

        public ScalingPoint Point(Convention convention, int row) => new()
        {
            Row = row,
            Parameters = Parameters(convention) ?? double.NaN,
            Tokens = evaluations[^1].Tokens,
            Flops = Flops(convention) ?? double.NaN,
            Loss = evaluations[^1].Loss(loss),
            Run = trunk,
        };
    }
}
