using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Reports;

/// <summary>A fit in sentences.</summary>
internal static class ScalingWords
{
    /// <summary>A word list longer than this is a table's business.</summary>
    private const int MostNamed = 3;

    /// <summary>The conclusion, for someone who reads no further.</summary>
    public static IReadOnlyList<string> Lead(ScalingEvidence evidence, AllocationView view) =>
    [
        .. evidence.Fit.Status switch
        {
            FitStatus.Converged => Answer(view),
            FitStatus.NotIdentified => ["These data do not determine how compute is best divided between a larger model and more data. " + Openness(view), .. Guess(view)],
            FitStatus.BoundHit when evidence.Fit is ParametricFit => ["These data do not show the law: its best fit lies at an end of the range that was searched, so that its numbers are no answer."],
            FitStatus.BoundHit => ["These data do not show the best size: the losses still fall at an end of the sizes that were trained. Train sizes beyond that end."],
            FitStatus.TooFewPoints => ["These data are too few to say how compute is best divided."],
            _ => ["No best size was found in these data."],
        },
        Basis(evidence),
    ];

    /// <summary>What was known beforehand, then what the fit warns of; each once.</summary>
    public static IEnumerable<string> Caveats(ScalingEvidence evidence) => evidence.Caveats.Concat(LearningRateWords.Caveats(evidence.Tuning)).Concat(evidence.Fit.Warnings).Distinct();

    /// <summary>An interval in words, with its level.</summary>
    public static string Range(Interval interval, Func<double, string>? number = null) =>
        $"{Numbers.Short(100 * interval.Level)} %: {Ends(interval, number)}";

    /// <summary>From its low end to its high one.</summary>
    public static string Ends(Interval? interval, Func<double, string>? number = null)
    {
        number ??= value => Numbers.Significant(value);
        return interval switch
        {
            null => "–",
            { SaysNothing: true } => $"anything within {interval.Decades:F0} powers of ten",
            { Low: double low, High: double high } => $"{number(low)} to {number(high)}",
            { Low: double low } => $"{number(low)} or more",
            { High: double high } => $"{number(high)} or less",
            _ => "no bounds",
        };
    }

    /// <summary>A number in three digits, as it is said.</summary>
    public static string Said(double value) => value switch
    {
        >= 999.5e12 or < 0 => Numbers.Significant(value),
        >= 999.5e9 => Numbers.Significant(value / 1e12) + " trillion",
        >= 999.5e6 => Numbers.Significant(value / 1e9) + " billion",
        >= 999.5e3 => Numbers.Significant(value / 1e6) + " million",
        >= 9_999.5 => Numbers.Significant(value / 1e3) + " thousand",
        _ => Numbers.Significant(value),
    };

    private static IEnumerable<string> Answer(AllocationView view)
    {
        if (view.Parameters is not { } parameters || !double.IsFinite(view.Last))
        {
            yield break;
        }

        string size = view.ParametersInterval(view.Last) is { } range ? $" ({Range(range, Said)})" : "";
        string data = view.Tokens is { } tokens
            ? $", trained on {Said(tokens(view.Last))} tokens{(view.TokensInterval(view.Last) is { } wide ? $" ({Ends(wide, Said)})" : "")}"
            : "";
        yield return $"At {Numbers.Significant(view.Last)} FLOPs, the most that was measured, the best model has {Said(parameters(view.Last))} parameters{size}{data}.";
        yield return TenTimes(view);
    }

    private static IEnumerable<string> Guess(AllocationView view)
    {
        if (view.Parameters is { } parameters && double.IsFinite(view.Last))
        {
            string size = view.ParametersInterval(view.Last) is { } range ? $" ({Range(range, Said)})" : "";
            yield return $"The best guess, which is not to be built on: at {Numbers.Significant(view.Last)} FLOPs {Said(parameters(view.Last))} parameters{size}. {TenTimes(view)}";
        }
    }

    private static string TenTimes(AllocationView view)
    {
        double a = view.Exponent!.Value;
        string size = view.ExponentInterval is { } range ? $", {Range(range)}" : "";
        string data = view.TokensExponent is double b ? $" and {Numbers.Significant(Math.Pow(10, b))} times the tokens" : "";
        return $"Ten times the compute wants a model {Numbers.Significant(Math.Pow(10, a))} times larger{data}: the best size grows as compute to the power {Numbers.Significant(a)}{size}.";
    }

    private static string Openness(AllocationView view) => view.ExponentInterval switch
    {
        { Low: double low, High: double high } and var interval =>
            $"The {Numbers.Short(100 * interval.Level)} % interval of the exponent reaches from {Numbers.Significant(low)} to {Numbers.Significant(high)}: ten times the compute could want a model {Numbers.Significant(Math.Pow(10, low))} or {Numbers.Significant(Math.Pow(10, high))} times as large.",
        { } interval => $"Nothing bounds the exponent on both sides ({Range(interval)}).",
        null => "There is no interval of the exponent: the runs are too few for one.",
    };

    private static string Basis(ScalingEvidence evidence)
    {
        var fit = evidence.Fit;
        string what = fit switch
        {
            CurvesFit => $"the losses along {Count(evidence.Curves.Count(curve => curve.Points.Any(point => fit.Excluded.All(row => row.Row != point.Row))), "training")}",
            _ => Count(evidence.Used().Count(), "run"),
        };
        string how = fit switch
        {
            CurvesFit curves => $", compared at {Count(curves.Optima.Count, "compute")}",
            IsoFlopFit budgets => $" at {Count(budgets.Optima.Count, "budget")}",
            _ => ", to which L(N, D) = E + A/N^alpha + B/D^beta was fitted",
        };
        int rows = fit.Excluded.Count(row => row.Row > 0), runs = fit.Excluded.Count - rows;
        string[] missing = [.. runs > 0 ? [Count(runs, "run")] : Array.Empty<string>(), .. rows > 0 ? [Count(rows, "row")] : Array.Empty<string>()];
        string left = missing.Length == 0 ? "Nothing was left out." : $"{string.Join(" and ", missing)} {(rows + runs == 1 ? "was" : "were")} left out, each with its reason below.";
        string chosen = fit.Provenance?.Options.GetValueOrDefault("where") is string where ? $" Of the table, only rows with {where.Replace(",", ", ", StringComparison.Ordinal)}." : "";
        return $"This rests on {what}{how}; {Counted(fit.Convention)}{Measured(evidence.Loss)}.{chosen} {left}";
    }

    private static string Counted(string? convention) =>
        convention is null ? "how their parameters and FLOPs were counted the data do not say" : $"parameters and FLOPs are counted by the convention {convention}";

    private static string Measured(LossKind? loss) => loss switch
    {
        LossKind.PerBatch => ", the loss is the mean over validation batches",
        LossKind.PerToken => ", the loss is the mean over validation tokens",
        _ => "",
    };

    private static string Count(int count, string thing) => $"{Numbers.Whole(count)} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>The exponents that other ways to count give, in a sentence; null where there are not two.</summary>
    public static string? Spread(IReadOnlyList<ConventionExponent> exponents)
    {
        var known = exponents.Where(by => by.Exponent is not null).ToList();
        if (known.Count < 2)
        {
            return null;
        }

        var (least, most) = (known.MinBy(by => by.Exponent)!, known.MaxBy(by => by.Exponent)!);
        string others = string.Join(", ", known.Where(by => by.Exponent == most.Exponent).Take(MostNamed).Select(by => by.Convention.Name()));
        return least.Exponent == most.Exponent
            ? "The exponent is the same by every convention."
            : $"The same runs give exponents from {Numbers.Significant(least.Exponent!.Value)} ({least.Convention.Name()}) to {Numbers.Significant(most.Exponent!.Value)} ({others}), by nothing but how parameters and FLOPs are counted. Compare exponents of one convention only.";
    }
}
