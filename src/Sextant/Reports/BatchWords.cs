using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Reports;

/// <summary>What was measured over batch sizes, in sentences.</summary>
internal static class BatchWords
{
    /// <summary>The conclusion, for someone who reads no further.</summary>
    public static IReadOnlyList<string> Lead(BatchEvidence evidence) =>
    [
        .. evidence.Steps is { } steps ? Critical(steps, evidence.Unit) : [],
        .. evidence.Steps is { } fit ? Regimes(fit) : [],
        Rate(evidence),
        .. evidence.Agreement is { } agreement ? [agreement.Sentence] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Critical(StepsFit fit, string unit)
    {
        if (fit is { Status: FitStatus.Converged, CriticalBatch: double critical, MinSteps: double steps, MinExamples: double examples, Target: double target })
        {
            yield return $"To a loss of {Numbers.Significant(target)} the critical batch is {Numbers.Significant(critical)} {unit}{Within(fit, "criticalBatch")}: far below it twice the batch takes half the steps at no cost, far above it twice the batch costs twice the {unit} and saves hardly a step.";
            yield return $"No batch, however large, takes fewer than {Numbers.Significant(steps)} steps{Within(fit, "minSteps")}, and none, however small, fewer than {Numbers.Significant(examples)} {unit}{Within(fit, "minExamples")}.";
        }
        else
        {
            yield return $"These trainings do not determine the critical batch ({(fit.Warnings is [string first, ..] ? first.TrimEnd('.') : "no reason is known")}).";
        }

        if (fit.Trend is { } trend)
        {
            bool moves = trend.Interval is { High: < 0 } or { Low: > 0 };
            yield return moves
                ? $"The lower the loss aimed at, the {(trend.Exponent < 0 ? "larger" : "smaller")} the critical batch: it goes with the loss to the power {Numbers.Significant(trend.Exponent)} ({ScalingWords.Range(trend.Interval)})."
                : $"Whether the critical batch moves with the loss aimed at, these trainings do not tell (loss to the power {Numbers.Significant(trend.Exponent)}, {ScalingWords.Range(trend.Interval)}).";
        }
    }

    private static IEnumerable<string> Regimes(StepsFit fit)
    {
        foreach (var regime in new[] { Regime.NoiseDominated, Regime.Efficient, Regime.CurvatureDominated })
        {
            var batches = fit.Regimes.Where(batch => batch.Regime == regime).ToList();
            if (batches.Count > 0)
            {
                yield return $"{(batches.Count == 1 ? "Batch" : "Batches")} {string.Join(", ", batches.Select(batch => Numbers.Short(batch.Batch)))}: {regime.Words()}. {batches[^1].Advice}";
            }
        }
    }

    private static string Rate(BatchEvidence evidence) => evidence.Rates switch
    {
        { Growth: { } growth } => $"The best learning rate grows {Numbers.Significant(growth.AtSmall)} times ({ScalingWords.Range(growth.AtSmallInterval)}) where a batch of {Numbers.Short(growth.SmallBatch)} doubles and {Numbers.Significant(growth.AtLarge)} times ({ScalingWords.Range(growth.AtLargeInterval)}) where one of {Numbers.Short(growth.LargeBatch)} does; "
            + (growth.IsSignificant ? "it grows more while the batch is small." : "whether it grows more while the batch is small, these trainings do not tell."),
        var fit => $"How the best learning rate grows with the batch, these trainings do not tell ({(fit.Warnings is [string first, ..] ? first.TrimEnd('.') : "no reason is known")}).",
    };

    private static string Within(Fit fit, string name) => fit.Intervals.TryGetValue(name, out var interval) ? $" ({ScalingWords.Range(interval)})" : "";
}
