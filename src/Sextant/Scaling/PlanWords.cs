namespace Sextant.Scaling;

/// <summary>A plan in sentences.</summary>
internal sealed class PlanWords(Plan plan, Guidance guidance, PlanRequest request)
{
    /// <summary>An interval whose ends differ by more than this says no more than an order of magnitude.</summary>
    private const double WidestFactor = 10;

    /// <summary>Half or twice the parameters may cost this share of the loss in a valley that is flat.</summary>
    private const double Flat = 0.02;

    private const int FitWarnings = 3;

    private bool IsPublished => plan.Law is not null;

    private string Compute => $"{Said.Number(plan.Flops)} FLOPs";

    public IEnumerable<string> Conclusion()
    {
        yield return Allocation();
        if (plan.Loss is double loss)
        {
            yield return $"Expected loss: {Value("loss", loss)} nats a token.";
        }

        if (Valley() is string valley)
        {
            yield return valley;
        }

        if (plan.Shape is { } shape)
        {
            string tokens = shape.Tokens is double d ? $"; the same FLOPs pay for {Said.Number(d)} tokens at it" : "";
            yield return $"Nearest model to build: {shape.Kind}, hidden {shape.Hidden}, {shape.Layers} layers, {shape.Heads} {(shape.Heads == 1 ? "head" : "heads")}, feedForward {shape.FeedForward}, vocabulary {Said.Whole(shape.Vocabulary)}: {Said.Number(shape.Parameters)} parameters{tokens}.";
        }

        foreach (string sentence in plan.BatchSize?.Sentences ?? [])
        {
            yield return sentence;
        }

        if (plan is { Steps: double steps } && (plan.Batch ?? plan.BatchSize?.BatchTokens) is double batch)
        {
            yield return $"{Said.Whole(steps)} updates of {Said.Number(batch)} tokens.";
        }

        yield return Growth();
        if (plan.Serving is { } serving)
        {
            yield return $"To serve {Said.Number(serving.ServedTokens)} tokens: {Value("serving.parameters", serving.Parameters)} parameters on {Value("serving.tokens", serving.Tokens)} tokens reach the same loss, and save {Said.Number(serving.SavedFlops)} FLOPs of training and serving together ({Said.Percent(serving.SavedShare)}).";
        }

        if (plan.Next is [var next, ..])
        {
            string run = next.Runs == 1
                ? $"{Said.Number(next.Parameters)} parameters on {Said.Number(next.Tokens ?? double.NaN)} tokens"
                : $"a profile of {next.Runs} sizes about {Said.Number(next.Parameters)} parameters, each of {Said.Number(next.Flops)} FLOPs";
            string most = plan.Next.MaxBy(other => other.Narrows) is { } other && other != next ? $"; the most of all, {Said.Percent(other.Narrows)}, comes of {Said.Number(other.TotalFlops)} FLOPs about {Said.Number(other.Parameters)} parameters" : "";
            yield return $"To be surer, run next {run} ({Said.Number(next.TotalFlops)} FLOPs): it should narrow the interval of the parameters by {Said.Percent(next.Narrows)}, the most per FLOP{most}.";
        }
    }

    public IEnumerable<string> Warnings()
    {
        foreach (string warning in Extrapolation().Concat(Data()).Concat(plan.BatchSize?.Warnings ?? []))
        {
            yield return warning;
        }

        if (!IsPublished && guidance.CountsSixNd && plan.Convention is not (null or "6nd" or "kaplan"))
        {
            yield return $"This law knows compute as 6 N D; by the convention {plan.Convention} the same model and tokens count otherwise, so set FLOPs aside for the difference.";
        }

        if (plan.Shape is { } shape && Math.Abs(Math.Log(shape.Parameters / plan.Parameters!.Value)) > Math.Log(1.25))
        {
            yield return $"The nearest model has {Said.Times(shape.Parameters / plan.Parameters.Value)} the parameters asked for: the widths go in steps.";
        }

        if (plan.Status is { } status && status != FitStatus.Converged)
        {
            yield return $"The fit's own status is {Said.Status(status)}.";
        }

        foreach (string warning in guidance.FitWarnings.Take(FitWarnings))
        {
            yield return $"The fit says: {warning}";
        }

        if (guidance.FitWarnings.Count > FitWarnings)
        {
            yield return $"The fit's file holds {guidance.FitWarnings.Count - FitWarnings} more of its warnings.";
        }
    }

    /// <summary>A fit that does not determine its answer gives its interval before its number.</summary>
    private string Allocation()
    {
        double n = plan.Parameters!.Value;
        string perParameter = plan.TokensPerParameter is double ratio ? $", {Said.Number(ratio)} tokens a parameter" : "";
        if (IsPublished)
        {
            return $"{Compute} by {plan.Law}: {Said.Number(n)} parameters on {Said.Number(plan.Tokens!.Value)} tokens{perParameter} (intervals: {PublishedLaw.Intervals}).";
        }

        if (CannotTell() is not string why)
        {
            return $"{Compute}: {Value("parameters", n)} parameters{(plan.Tokens is double d ? $" on {Value("tokens", d)} tokens" : "")}{perParameter}.";
        }

        string wide = plan.Intervals.TryGetValue("parameters", out var outer) && plan.Intervals80.TryGetValue("parameters", out var inner)
            ? $"with 95 % the best number of parameters is {Said.Range(outer, Said.Number)}, with 80 % {Said.Range(inner, Said.Number)}"
            : "it gives no interval";
        if (plan.Status == FitStatus.NotIdentified && guidance.Range?.Decades(plan.Flops) == 0 && outer is { Low: > 0 and double low, High: double high } && high / low <= WidestFactor)
        {
            return $"The fit cannot tell how size grows with compute ({why}); at {Compute}, among its budgets, {wide}; in the middle {Said.Number(n)} parameters{(plan.Tokens is double d2 ? $" on {Value("tokens", d2)} tokens" : "")}{perParameter}.";
        }

        string tokens = plan.Intervals.TryGetValue("tokens", out var ofTokens) ? $", the best number of tokens with 95 % {Said.Range(ofTokens, Said.Number)}" : "";
        return $"The fit cannot tell how to spend {Compute} ({why}): {wide}{tokens}. Its middle, {Said.Number(n)} parameters{(plan.Tokens is double middle ? $" on {Said.Number(middle)} tokens" : "")}, is no answer.";
    }

    /// <summary>Null where it can.</summary>
    private string? CannotTell() => plan switch
    {
        { Status: not FitStatus.Converged } => Said.Status(plan.Status!.Value),
        _ when !plan.Intervals.TryGetValue("parameters", out var interval) => "it has no intervals",
        _ when plan.Intervals["parameters"] is { Low: > 0 and double low, High: double high } => high / low > WidestFactor ? $"the interval spans a factor of {Said.Number(high / low)}" : null,
        _ => "the interval has no end",
    };

    private string? Valley()
    {
        if (plan.Valley is not [var half, var twice])
        {
            return null;
        }

        string where = half.Flops == plan.Flops ? "at equal FLOPs" : $"at {Said.Number(half.Flops)} FLOPs, the nearest budget of the fit,";
        string costs = half.Cost == twice.Cost
            ? $"{where} half or twice the parameters cost {Cost("valley[0].cost", half.Cost)} more"
            : $"{where} half the parameters cost {Cost("valley[0].cost", half.Cost)} more, twice the parameters {Cost("valley[1].cost", twice.Cost)}";
        return guidance.Loss(half.Flops).Value?.Value is double loss ? Verdict(costs, half, twice, loss) : $"{char.ToUpperInvariant(costs[0])}{costs[1..]}.";
    }

    /// <summary>
    /// "Flat" where even the upper ends of both costs are a small share of the loss, "matters" where both lower ends are above 0, and else that the fit cannot
    /// tell. A published law's costs stand for their own ends.
    /// </summary>
    private string Verdict(string costs, ValleyPoint half, ValleyPoint twice, double loss)
    {
        if (!(loss > 0))
        {
            return $"How flat the valley is the fit cannot tell: {costs}, but the loss that it expects there, {Said.Number(loss)} nats, is none that can be.";
        }

        Interval[] ends = [.. new[] { half, twice }.Select((point, i) => IsPublished ? new Interval(point.Cost, point.Cost, 1)
            : plan.Intervals.GetValueOrDefault($"valley[{i}].cost") ?? new Interval(null, null, Estimated.Level))];
        double most = ends.Max(cost => cost.High ?? double.PositiveInfinity) / loss, worst = Math.Max(half.Cost, twice.Cost) / loss;
        return guidance.IsVoid || (most > Flat && !ends.All(cost => cost.Low > 0)) ? $"Whether the valley is flat or the size matters here the fit cannot tell: {costs}."
            : most <= Flat ? $"The valley is flat: {costs}, {(IsPublished ? "" : $"with {Said.Percent(Estimated.Level)} ")}at most {Said.Percent(most)} of the loss."
            : worst < 1 ? $"The size matters here: {costs}, up to {Said.Percent(worst)} of the loss."
            : $"The size matters here by this fit: {costs}, more than the whole loss that it expects there, {Said.Number(loss)} nats; do not rely on a loss so near 0.";
    }

    private string Growth()
    {
        string Split(GrowthSplit split) => $"by {split.Source} {Said.Times(split.Parameters)} the parameters{(split.Tokens is double tokens ? $" and {Said.Times(tokens)} the tokens" : "")}{(split is { Batch: double batch, Steps: double steps } ? $", these as {Said.Times(batch)} the batch and {Said.Times(steps)} the updates" : "")}"
            + (split.Source == plan.Growth[0].Source && plan.Intervals.TryGetValue("growth[0].parameters", out var interval) ? $" (95 %: {Said.Range(interval, Said.Times)} the parameters)" : "");
        return $"{Said.Times(request.Grow)} the compute: {string.Join("; ", plan.Growth.Select(Split))}.";
    }

    private IEnumerable<string> Extrapolation()
    {
        if (guidance.Range is not { } range)
        {
            yield break;
        }

        string whose = IsPublished ? $"what {plan.Law} was fitted to" : "the fit's budgets";
        double decades = range.Decades(plan.Flops);
        if (Math.Abs(decades) > 0.05)
        {
            string far = Math.Abs(decades) >= 1 ? "a long extrapolation, whose interval holds only if the law keeps its form" : "an extrapolation";
            yield return $"{Compute} lies {Said.Number(Math.Abs(decades))} decades {(decades > 0 ? $"above {whose}, at most {Said.Number(range.LargestFlops)}" : $"below {whose}, at least {Said.Number(range.SmallestFlops)}")}: {far}.";
        }

        double n = plan.Parameters!.Value;
        if (IsPublished && (n > range.LargestParameters || n < range.SmallestParameters))
        {
            string no = plan.Law == PublishedLaw.Kaplan.Name ? "; it has no floor of the loss and cannot hold far beyond" : "";
            yield return $"{Said.Number(n)} parameters are outside the models of {plan.Law}, {Said.Number(range.SmallestParameters)} to {Said.Number(range.LargestParameters)}{no}.";
        }

        if (IsPublished && plan.Law == PublishedLaw.Kaplan.Name)
        {
            yield return "Kaplan's parameters leave out embeddings and output layer, and its runs did not decay the learning rate to their own ends: later work finds less weight on size (Hoffmann 2022, Porian 2024).";
        }
    }

    private IEnumerable<string> Data()
    {
        if (plan.Epochs is not double epochs || epochs <= 1)
        {
            yield break;
        }

        string read = $"The plan reads its {Said.Number(request.UniqueTokens!.Value)} unique tokens {Said.Number(epochs)} times";
        yield return epochs <= DataConstrainedLaw.FreshEpochs ? $"{read}; up to about {DataConstrainedLaw.FreshEpochs} epochs that is nearly as good as fresh ones (Muennighoff 2023)."
            : guidance.AllowsForRepetition ? $"{read}: past about {DataConstrainedLaw.FreshEpochs} epochs a repeated token is worth clearly less than a fresh one (Muennighoff 2023). The fit's law of repeated tokens allows for that."
            : $"{read}: past about {DataConstrainedLaw.FreshEpochs} epochs a repeated token is worth clearly less than a fresh one (Muennighoff 2023), so a law of fresh tokens promises too much. Find more data, or fit the data-constrained form.";
    }

    private string Value(string name, double value) => Said.Number(value) + Within(name, Said.Number);

    private string Cost(string name, double nats) => Said.Nats(nats) + Within(name, Said.Difference);

    private string Within(string name, Func<double, string> number) => plan.Intervals.TryGetValue(name, out var interval) ? $" (95 %: {Said.Range(interval, number)})" : "";
}
