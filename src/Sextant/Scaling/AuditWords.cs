namespace Sextant.Scaling;

/// <summary>An audit in sentences that a person acts on.</summary>
internal sealed class AuditWords(Audit audit, Guidance guidance, CurvePoint[] points, AuditOptions options)
{
    private const int FitWarnings = 3;

    private bool HasTooLarge => audit.Status == AuditStatus.TooLarge || audit.At.Any(point => point.Status == AuditStatus.TooLarge);

    private bool HasTooSmall => audit.Status == AuditStatus.TooSmall || audit.At.Any(point => point.Status == AuditStatus.TooSmall);

    public IEnumerable<string> Advice()
    {
        yield return Verdict();
        foreach (string sentence in OnTheWay())
        {
            yield return sentence;
        }

        if (audit.Status is AuditStatus.TooLarge or AuditStatus.TooSmall && Instead() is string instead)
        {
            yield return $"To spend the same {Said.Number(audit.Flops)} FLOPs: {instead}.";
        }

        if (Cost() is string cost)
        {
            yield return cost;
        }

        foreach (string sentence in audit.BatchSize?.Sentences ?? [])
        {
            yield return sentence;
        }

        if (HasTooLarge)
        {
            yield return "At fixed FLOPs too few tokens IS too many parameters, since FLOPs grow with parameters times tokens: a run that has seen fewer tokens than optimal for its compute has more parameters than optimal for it, never fewer. "
                + "A larger batch does not mend it: it takes the same tokens in fewer updates. A smaller model does, or more compute.";
        }

        if (HasTooSmall)
        {
            yield return "At fixed FLOPs too many tokens IS too few parameters, since FLOPs grow with parameters times tokens. A smaller batch does not mend it: it takes the same tokens in more updates. A larger model does.";
        }
    }

    public IEnumerable<string> Warnings()
    {
        if (guidance.Range is { } range && range.Decades(audit.Flops) is var decades && Math.Abs(decades) > 0.05)
        {
            yield return $"The run's {Said.Number(audit.Flops)} FLOPs lie {Said.Number(Math.Abs(decades))} decades {(decades > 0 ? "above" : "below")} the fit's budgets, {Said.Number(range.SmallestFlops)} to {Said.Number(range.LargestFlops)}: what is said of its end is an extrapolation.";
        }

        var lowest = points.MinBy(point => point.Loss)!;
        if (lowest.Loss < audit.Loss * 0.995)
        {
            yield return $"Its loss was lowest, {Said.Number(lowest.Loss)}, at {Said.Number(lowest.Flops / points[^1].Flops * 100)} % of its FLOPs and is {Said.Number(audit.Loss)} at the end: what came after bought nothing.";
        }

        if (audit.Tokens / options.UniqueTokens is double epochs && epochs > DataConstrainedLaw.FreshEpochs)
        {
            string worth = $"The run read its data {Said.Number(epochs)} times: past about {DataConstrainedLaw.FreshEpochs} epochs a repeated token is worth clearly less than a fresh one";
            yield return guidance.AllowsForRepetition
                ? $"{worth}, which the fit's law of repeated tokens allows for."
                : $"{worth}, so \"more tokens\" means more data, and a fit to fresh tokens does not hold here.";
        }

        foreach (string warning in audit.BatchSize?.Warnings ?? [])
        {
            yield return warning;
        }

        if (guidance.CountsSixNd && points[^1].Flops is var counted && Math.Abs(Math.Log(counted / audit.Flops)) > Math.Log(1.05))
        {
            yield return $"The law knows compute as 6 N D, {Said.Number(audit.Flops)}; by the convention {audit.Convention} the run counts {Said.Number(counted)} FLOPs.";
        }

        if (guidance.Status is { } status && status != FitStatus.Converged)
        {
            yield return $"The fit's own status is {Said.Status(status)}{(guidance.IsVoid ? ": its numbers are no answer" : "; the intervals say what it leaves open")}.";
        }

        foreach (string warning in guidance.FitWarnings.Take(FitWarnings))
        {
            yield return $"The fit says: {warning}";
        }
    }

    private string Verdict()
    {
        string at = $"at its end ({Said.Number(audit.Flops)} FLOPs)";
        string ratios = $"use {Ratio("parametersRatio", audit.ParametersRatio)} the parameters{(audit.TokensRatio is null ? "" : $" and {Ratio("tokensRatio", audit.TokensRatio)} the tokens")}";
        return audit.Status switch
        {
            AuditStatus.TooLarge => $"{audit.Run} is too large for its compute {at}: {ratios}{Within()}.",
            AuditStatus.TooSmall => $"{audit.Run} is too small for its compute {at}: {ratios}{Within()}.",
            AuditStatus.Optimal => $"{audit.Run} has the size that its compute asks for {at}: the optimum is {Said.Times(audit.ParametersRatio!.Value)} its parameters{Within()}, which makes no difference.",
            _ when guidance.IsVoid => $"The fit cannot tell whether {audit.Run} is compute-optimal: its status is {Said.Status(guidance.Status!.Value)}.",
            _ when audit.ParametersRatio is null => $"The fit cannot tell whether {audit.Run} is compute-optimal {at}: it gives no number of parameters there.",
            _ when !audit.Intervals.ContainsKey("parametersRatio") => $"The fit cannot tell whether {audit.Run} is compute-optimal {at}: it has no intervals.",
            _ => $"The fit cannot tell whether {audit.Run} is compute-optimal {at}: the best number of parameters is {Said.Range(audit.Intervals["parametersRatio"], Said.Times)} its own (95 %), which includes 1x.",
        };
    }

    /// <summary>At the fit's budgets, which the run passed.</summary>
    private IEnumerable<string> OnTheWay()
    {
        if (audit.At is [] or [_] && points.Length == 1)
        {
            yield break; // its only evaluation is its end
        }

        foreach (var (status, word, inverse) in new[] { (AuditStatus.TooLarge, "more", "fewer"), (AuditStatus.TooSmall, "fewer", "more") })
        {
            var points = audit.At.Where(point => point.Status == status && point.ParametersRatio is not null).ToList();
            if (points.Count == 0)
            {
                continue;
            }

            double[] sizes = [.. points.Select(point => 1 / point.ParametersRatio!.Value)], seen = [.. points.Select(point => 1 / point.TokensRatio).OfType<double>()];
            string tokens = seen.Length == points.Count ? $", and had seen {Span(seen)} the optimal tokens, so {inverse}" : "";
            yield return $"At {points.Count} of the fit's {audit.At.Count} budgets that it passed ({(points.Count == 1 ? "" : $"{Said.Number(points[0].Flops)} to ")}{Said.Number(points[^1].Flops)} FLOPs) it had {Span(sizes)} the optimal parameters, so {word}{tokens}; their 95 % intervals leave 1x out.";
        }

        if (audit.At.Count(point => point.Status == AuditStatus.CannotTell) is int open and > 0)
        {
            yield return $"At {open} of the fit's {audit.At.Count} budgets that it passed the fit cannot tell.";
        }
    }

    private string? Instead() => (audit.Shape, audit.OptimalParameters, audit.OptimalTokens) switch
    {
        ({ } shape, _, _) => $"hidden {shape.Hidden}, {shape.Layers} layers, {shape.Heads} {(shape.Heads == 1 ? "head" : "heads")}, feedForward {shape.FeedForward} ({Said.Number(shape.Parameters)} parameters), {(shape.Tokens is double pays ? $"{Said.Number(pays)} tokens" : "for as many tokens as they pay for")}",
        (_, double n, double d) => $"{Said.Number(n)} parameters on {Said.Number(d)} tokens",
        (_, double n, _) => $"{Said.Number(n)} parameters",
        _ => null,
    };

    private string? Cost()
    {
        if (audit.LossAboveFrontier is not double above)
        {
            return null;
        }

        return $"Its loss is {Said.Nats(Math.Abs(above))}{(above < 0 ? "" : Within("lossAboveFrontier"))} {(above < 0 ? "below" : "above")} the frontier at its compute{Causes(above)}.{Wasted()}";
    }

    /// <summary>What the law foretells of the split, and what it does not.</summary>
    private string Causes(double above)
    {
        if (audit.LossOfSplit is not double ofSplit)
        {
            return "";
        }

        double rest = above - ofSplit;
        string scatter = guidance.Scatter is double share && Math.Abs(rest) <= 2 * share * audit.Loss ? ", no more than the fit's own runs scatter" : "";
        string other = rest < 0 ? $"the run is {Said.Nats(-rest)} better than the law expects of its size and tokens" : $"{Said.Nats(rest)} have other causes (seed, learning rate, schedule, data)";
        return $"; the split of its compute costs {Said.Nats(ofSplit)}{Within("lossOfSplit")}, and {other}{scatter}";
    }

    private string Wasted()
    {
        if (audit.ComputeWasted is not double flops)
        {
            return "";
        }

        string share = $"{Said.Percent(flops / audit.Flops)} of its compute{WastedWithin()}";
        return flops <= 0 ? $" An optimal run would need {Said.Times((audit.Flops - flops) / audit.Flops)} its compute for this loss: the run is better than the fit expects of any."
            : audit.Intervals.TryGetValue("computeWasted", out var interval) && interval.Low is not > 0
                ? $" An optimal run would reach its loss with {Said.Number(audit.Flops - flops)} FLOPs and save {share}: whether any was wasted the fit cannot tell."
                : $" An optimal run reaches its loss with {Said.Number(audit.Flops - flops)} FLOPs: wasted were {share}.";
    }

    private string WastedWithin() => audit.Intervals.TryGetValue("computeWasted", out var interval)
        ? $" (95 %: {Said.Range(new Interval(interval.Low / audit.Flops, interval.High / audit.Flops, interval.Level), Said.Percent)})"
        : "";

    private string Within(string name) => audit.Intervals.TryGetValue(name, out var interval) ? $" (95 %: {Said.Range(interval, Said.Difference)})" : "";

    private static string Ratio(string name, double? value) => value is double ratio ? Said.Times(ratio) : name;

    /// <summary>The intervals of both ratios.</summary>
    private string Within()
    {
        if (!audit.Intervals.TryGetValue("parametersRatio", out var parameters))
        {
            return "";
        }

        return audit.Status != AuditStatus.Optimal && audit.Intervals.TryGetValue("tokensRatio", out var tokens)
            ? $" (95 %: {Said.Range(parameters, Said.Times)} and {Said.Range(tokens, Said.Times)})"
            : $" (95 %: {Said.Range(parameters, Said.Times)})";
    }

    private static string Span(double[] values) => values.Length == 1 ? Said.Times(values[0]) : $"{Said.Times(values.Min())} to {Said.Times(values.Max())}";
}
