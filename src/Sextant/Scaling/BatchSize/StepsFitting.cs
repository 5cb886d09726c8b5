using System.Globalization;

namespace Sextant.Scaling.BatchSize;

/// <summary>Screens measurements of steps, fits each target and puts the fits together.</summary>
internal static class StepsFitting
{
    /// <summary>Targets that differ by a smaller share are one.</summary>
    private const double SameTarget = 1e-9;

    public static StepsFit Of(IReadOnlyList<StepsMeasurement> measurements, StepsOptions options)
    {
        options.Require();
        StepsMeasurement[] used = [.. measurements.Where(m => Reason(m) is null)];
        var targets = Groups(used).Select(target => TradeOffFitting.At(target[0].Target, target, options)).ToList();
        int chosen = targets.FindLastIndex(target => target.Status == FitStatus.Converged);
        chosen = chosen >= 0 ? chosen : targets.FindLastIndex(target => target.MinSteps is not null || target.MinExamples is not null);
        var top = chosen >= 0 ? targets[chosen] : targets.LastOrDefault();
        var intervals = new Dictionary<string, Interval>(top?.Intervals ?? new Dictionary<string, Interval>());
        foreach (var (i, target) in targets.Index())
        {
            foreach (var (name, interval) in target.Intervals)
            {
                intervals[$"targets[{i}].{name}"] = interval;
            }
        }

        var trend = Trend(targets, options.Level);
        return new StepsFit
        {
            Status = top?.Status ?? FitStatus.TooFewPoints,
            Target = chosen >= 0 ? top!.Target : null,
            MinSteps = top?.MinSteps,
            MinExamples = top?.MinExamples,
            CriticalBatch = top?.CriticalBatch,
            Regimes = top?.Regimes ?? [],
            Points = top?.Points ?? [],
            Targets = targets,
            Trend = trend,
            Warnings = top is null ? ["No row can be used: nothing says how many steps a batch takes to a target."] : [.. Warnings(top, targets, trend)],
            Excluded = [.. measurements.Where(m => Reason(m) is not null).Select(m => new ExcludedRow(m.Row, Reason(m)!))],
            Intervals = intervals,
            Provenance = new Provenance
            {
                Source = "measurements",
                Used = used.Length,
                Options = new Dictionary<string, string>
                {
                    ["law"] = "steps = minSteps (1 + criticalBatch / batch)",
                    ["widestRatio"] = options.WidestRatio.ToString(CultureInfo.InvariantCulture),
                },
            },
        };
    }

    private static string? Reason(StepsMeasurement m) =>
        !double.IsFinite(m.Batch) || m.Batch <= 0 ? "its batch is not a number above 0"
        : !double.IsFinite(m.Target) || m.Target <= 0 ? "its target is not a number above 0"
        : !double.IsFinite(m.Steps) || m.Steps <= 0 ? "its steps are not a number above 0"
        : null;

    /// <summary>By falling target.</summary>
    private static List<List<StepsMeasurement>> Groups(StepsMeasurement[] used)
    {
        var groups = new List<List<StepsMeasurement>>();
        foreach (var m in used.OrderByDescending(m => m.Target))
        {
            if (groups.Count > 0 && groups[^1][0].Target - m.Target <= SameTarget * m.Target)
            {
                groups[^1].Add(m);
            }
            else
            {
                groups.Add([m]);
            }
        }

        return groups;
    }

    private static IEnumerable<string> Warnings(TargetTradeOff top, List<TargetTradeOff> targets, CriticalBatchTrend? trend)
    {
        bool isOnly = targets.Count == 1;
        if (!isOnly)
        {
            string others = string.Join(", ", targets.Where(target => target != top).Select(target => $"{Said.Number(target.Target)} {Said.Status(target.Status)}"));
            yield return $"The values are those of the target {Said.Number(top.Target)}{(top.Status == FitStatus.Converged ? ", the lowest that determines them" : "; no target determines them")}; of the others: {others}.";
        }

        foreach (string warning in top.Warnings)
        {
            yield return isOnly ? warning : $"Target {Said.Number(top.Target)}: {warning}";
        }

        if (trend is { Interval: { Low: <= 0, High: >= 0 } or { Low: null } or { High: null } })
        {
            yield return "Whether the critical batch moves with the target cannot be told from these targets.";
        }
    }

    /// <summary>The line of ln B_crit on ln target, each weighted by its own interval.</summary>
    private static CriticalBatchTrend? Trend(List<TargetTradeOff> targets, double level)
    {
        var known = targets.Where(target => target.Status == FitStatus.Converged).Select(target => (
            X: Math.Log(target.Target),
            Y: Math.Log(target.CriticalBatch!.Value),
            Half: target.Intervals["criticalBatch"] is { Low: double low, High: double high } ? Math.Log(high / low) / 2 : double.NaN)).Where(target => target.Half > 0).ToList();
        if (known.Count < 2)
        {
            return null;
        }

        double total = known.Sum(k => 1 / (k.Half * k.Half)), x = known.Sum(k => k.X / (k.Half * k.Half)) / total;
        double width = known.Sum(k => (k.X - x) * (k.X - x) / (k.Half * k.Half));
        double slope = known.Sum(k => (k.X - x) * k.Y / (k.Half * k.Half)) / width, half = 1 / Math.Sqrt(width);
        return new CriticalBatchTrend(slope, new Interval(slope - half, slope + half, level), known.Count);
    }
}
