using Sextant.Experiments;
using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>How a study came by its learning rates, in sentences.</summary>
public static class LearningRateWords
{
    /// <summary>What the search found for a size.</summary>
    public static string Of(TunedSize size)
    {
        var choice = size.Choice;
        string tried = $"{choice.Trials.Count} rates from {Numbers.Significant(choice.Trials[0].Rate)} to {Numbers.Significant(choice.Trials[^1].Rate)} tried";
        string? remark = choice.Status == FitStatus.BoundHit ? $"{choice.Remark}, so a better one may lie beyond" : choice.Remark;
        string how = string.Concat(new[] { tried, Cost(size), remark }.OfType<string>().Select((part, i) => i == 0 ? part : "; " + part));
        string range = choice.RateInterval is { Low: not null } interval ? $", {ScalingWords.Range(interval)}" : "";
        string rates = choice.Rate is double rate ? $"{size.Name}: learning rate {Numbers.Significant(rate)}{range} ({how})." : $"{size.Name}: no learning rate ({how}).";
        return string.Join(' ', size.Values.GroupBy(value => value.Path).Select(Of).Prepend(rates));

        string Of(IGrouping<string, TunedValue> tried)
        {
            string with = string.Join(", ", tried.Select(value => $"{value.Value} {Effect(value, size)}"));
            return $"{tried.Key} {(tried.FirstOrDefault(value => value.IsKept) is { } kept ? $"is {kept.Value} in place of {kept.InPlaceOf}" : $"stays {tried.First().InPlaceOf}")} ({with}).";
        }
    }

    /// <summary>What another value did to the steps or the loss: "4 % more steps".</summary>
    internal static string Effect(TunedValue value, TunedSize size) => (value.Ratio, size.Steps) switch
    {
        (null, null) => "diverged or failed",
        (null, _) => "missed the target, diverged or failed",
        (double ratio, null) => $"{Numbers.Share(Math.Abs(ratio - 1))} {(ratio < 1 ? "less" : "more")} loss",
        (double ratio, _) => $"{Numbers.Share(Math.Abs(ratio - 1))} {(ratio < 1 ? "fewer" : "more")} steps",
    };

    private static string? Cost(TunedSize size) => (size.Choice.CostOfTwofold, size.Steps) switch
    {
        (_, { Steps: double steps, CostOfTwofold: double more }) => $"{Numbers.Significant(steps)} steps to the lowest target there, {Numbers.Share(more)} more at half or twice the rate",
        (double cost, _) => $"half or twice it would raise the loss by {Numbers.Share(cost)}",
        _ => null,
    };

    /// <summary>Where the rates come from, for one who asks whether they decide the answer.</summary>
    internal static string Source(ScalingEvidence evidence)
    {
        double[] rates = [.. evidence.Runs.Select(run => run.LearningRate).OfType<double>().Distinct().Order()];
        return evidence.LearningRate switch
        {
            LearningRateOptions.Tuned tuned => $"The learning rate of each size was tuned beforehand: {(tuned.Seeds == 1 ? "one training" : $"{tuned.Seeds} trainings")} at each of a few rates {Numbers.Significant(tuned.Factor)} times apart, then the bottom of the parabola in the logarithms of loss and rate through the best and its neighbours. All runs of a size train at its rate, however long.",
            LearningRateOptions.MaximalUpdate { From: var from } => $"The learning rate was chosen for width {from.Hidden} ({from.Heads} heads, feed-forward {from.FeedForward}) and carried over to the others by the maximal-update parametrisation (Yang and Hu 2022); it was not tuned at each size.",
            LearningRateOptions.ByWidth rule => $"The learning rate was carried over from width {rule.From} by the rule rate ~ width^{Numbers.Significant(rule.Exponent)}; it was not tuned at each size, so that the answer is that of the sizes and the rule together.",
            _ when rates.Length == 1 => $"All sizes trained at the recipe's learning rate of {Numbers.Significant(rates[0])}; it was tuned for none of them. The best rate usually falls as models grow, so that one rate for all favours the sizes that it suits (`learningRate` in a study tunes it or carries it over).",
            _ => "Each run trained at the learning rate of its recipe; none was tuned by this study.",
        };
    }

    /// <summary>What the search for rates leaves open.</summary>
    public static IEnumerable<string> Caveats(IReadOnlyList<TunedSize> tuning)
    {
        foreach (var (status, why) in new[] { (FitStatus.BoundHit, "an end of the rates tried is the best of them, so that a better one may lie beyond"), (FitStatus.Failed, "every rate failed") })
        {
            string[] sizes = [.. tuning.Where(size => size.Choice.Status == status).Select(size => size.Name)];
            if (sizes.Length > 0)
            {
                yield return $"The learning rate of {string.Join(", ", sizes)} is not tuned: {why}.";
            }
        }
    }

    /// <summary>How the tuned rates move with the size; null where there are too few.</summary>
    internal static string? Trend(ScalingEvidence evidence)
    {
        var line = PowerLawFit.Of([.. Rates(evidence).Select((size, i) => new PowerLawPoint(i + 1, size.Parameters, size.Rate, 1))]);
        return line is { Slope: double slope, Intervals: var intervals } && intervals.TryGetValue("slope", out var interval)
            ? $"The best rate moves with the size as N^{Numbers.Significant(slope)} ({ScalingWords.Range(interval)})."
            : null;
    }

    /// <summary>N and rate of each tuned size.</summary>
    private static IEnumerable<(double Parameters, double Rate)> Rates(ScalingEvidence evidence) =>
        from size in evidence.Tuning
        let parameters = ParametersOf(evidence, size)
        where parameters is not null && size.Choice is { Status: FitStatus.Converged, Rate: not null }
        select (parameters.Value, size.Choice.Rate!.Value);

    /// <summary>N of a tuned size by the fit's convention; null where none of its runs has one.</summary>
    internal static double? ParametersOf(ScalingEvidence evidence, TunedSize size) =>
        evidence.Runs.FirstOrDefault(run => run.Parameters is not null && size.Runs.Contains(run.Name))?.Parameters;
}
