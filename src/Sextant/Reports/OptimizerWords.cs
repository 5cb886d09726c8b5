using Sextant.Scaling.BatchSize;

namespace Sextant.Reports;

/// <summary>How optimisers compare, in sentences.</summary>
public static class OptimizerWords
{
    /// <summary>What one needs to know first: the lowest target, the largest batch, and whether more is saved there.</summary>
    public static IEnumerable<string> Lead(OptimizerComparison lowest, string unit)
    {
        double large = lowest.Results.Max(result => result.Batch);
        foreach (var result in lowest.Results.Where(result => result.Batch == large && result.Optimizer != lowest.Baseline))
        {
            yield return result.StepsRatio is { } steps
                ? $"At a batch of {Numbers.Short(large)} {unit} {result.Optimizer} takes {Times(steps)} the steps of {lowest.Baseline} to a loss of {Numbers.Significant(lowest.Target)}: {Verdict(steps)}; FLOPs {Times(result.FlopsRatio!)}, seconds here {Times(result.SecondsRatio!)}{(result.Remark is string remark ? $" ({remark})" : "")}."
                : $"At a batch of {Numbers.Short(large)} {unit} {result.Optimizer} has no ratio to {lowest.Baseline}: {result.Remark}.";
        }

        foreach (var contrast in lowest.Contrasts)
        {
            string between = $"at a batch of {Numbers.Short(contrast.LargeBatch)} and at one of {Numbers.Short(contrast.SmallBatch)}";
            yield return contrast.Ratio is not { } ratio
                ? $"{contrast.Optimizer}: whether it saves more where curvature limits a step cannot be told {between}: {contrast.Remark}."
                : $"{contrast.Optimizer}: its share of {lowest.Baseline}'s steps is {Times(ratio)} as large at a batch of {Numbers.Short(contrast.LargeBatch)} as at one of {Numbers.Short(contrast.SmallBatch)}: " + contrast.Verdict switch
                {
                    ContrastVerdict.MoreWhereLarge => "it saves more where the batch is large.",
                    ContrastVerdict.MoreWhereSmall => "it saves more where the batch is small.",
                    _ => $"where it saves more these trainings do not tell{(contrast.Remark is string why ? $" ({why})" : "")}.",
                };
        }
    }

    internal static string Times(RatioOf ratio) => $"{Numbers.Significant(ratio.Value)} times{(ratio.Interval is { } interval ? $" ({ScalingWords.Range(interval)})" : "")}";

    private static string Verdict(RatioOf steps) => steps.Interval switch
    {
        { High: < 1 } => "fewer",
        { Low: > 1 } => "more",
        _ => "no difference that these seeds tell",
    };
}
