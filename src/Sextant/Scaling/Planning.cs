namespace Sextant.Scaling;

/// <summary>The steps of a <see cref="Plan"/>.</summary>
internal sealed class Planning(Guidance guidance, PlanRequest request)
{
    /// <summary>Kaplan 2020, equations 1.7 and 1.8: batch ~ C^.24, steps ~ C^.03.</summary>
    private const double KaplanBatch = 0.24, KaplanSteps = 0.03;

    private readonly IntervalBook book = new();
    private readonly Dictionary<string, string> reasons = [];

    public Plan Plan(PublishedLaw? published)
    {
        var parameters = guidance.Parameters(request.Flops);
        var plan = new Plan { Law = published?.Name, Status = guidance.Status, Convention = guidance.Convention, Flops = request.Flops, Batch = request.Batch };
        if (parameters is null)
        {
            string why = $"The fit's line gives no number of parameters at {Said.Number(request.Flops)} FLOPs.";
            return plan with { Conclusion = [why], Reasons = new Dictionary<string, string> { ["parameters"] = why } };
        }

        var tokens = Known("tokens", guidance.Tokens(request.Flops), "the fit has no line of tokens");
        var loss = Known("loss", guidance.Loss(request.Flops));
        var batches = request.Batches is not { } guide ? null
            : request.Batch is not null && guide.Units(request.Batch) is null ? guide.Uncounted()
            : guide.At(loss?.Value, guide.Units(request.Batch), parameters: parameters.Value);
        plan = plan with
        {
            Parameters = book.Enter("parameters", parameters),
            Tokens = book.Enter("tokens", tokens),
            TokensPerParameter = book.Enter("tokensPerParameter", guidance.TokensPerParameter(request.Flops)),
            Loss = book.Enter("loss", loss),
            Steps = (request.Batch ?? batches?.BatchTokens) is double batch && tokens is not null ? Math.Ceiling(tokens.Value / batch) : null,
            BatchSize = batches,
            Epochs = tokens?.Value / request.UniqueTokens,
            Valley = Valley(parameters.Value),
            Growth = Growth(published),
            Shape = Shape(parameters.Value),
            Serving = Serving(),
            Next = Next(),
        };
        if (published is not null)
        {
            reasons["intervals"] = PublishedLaw.Intervals;
        }
        else if (book.Outer.Count == 0)
        {
            reasons["intervals"] = "the fit was made without resamples, or from too few points for them";
        }

        plan = plan with { Intervals = book.Outer, Intervals80 = book.Inner, Reasons = reasons };
        var words = new PlanWords(plan, guidance, request);
        return plan with { Conclusion = [.. words.Conclusion()], Warnings = [.. words.Warnings()] };
    }

    private List<ValleyPoint> Valley(double optimal)
    {
        var valley = new List<ValleyPoint>();
        foreach (double share in new[] { 0.5, 2 })
        {
            if (Known("valley", guidance.CostOf(share, request.Flops, out double at)) is { } cost)
            {
                double cheap = book.Enter($"valley[{valley.Count}].cost", cost)!.Value;
                double? loss = guidance.Loss(at).Value?.Value is > 0 and double above ? above : null;
                valley.Add(new ValleyPoint(share, share * optimal, cheap, cheap / loss, at));
            }
        }

        return valley;
    }

    private List<GrowthSplit> Growth(PublishedLaw? published)
    {
        var (parameters, tokens) = guidance.Growth(request.Flops, request.Grow);
        List<GrowthSplit> growth = published is null
            ? [new GrowthSplit("this fit", request.Grow, book.Enter("growth[0].parameters", parameters) ?? double.NaN, book.Enter("growth[0].tokens", tokens))]
            : [];
        if (growth.Count > 0 && BatchGrowth() is { } batch)
        {
            growth[0] = growth[0] with { Batch = book.Enter("growth[0].batch", batch), Steps = book.Enter("growth[0].steps", tokens?.Over(batch)) };
        }

        growth.RemoveAll(split => !double.IsFinite(split.Parameters));
        // The plan's own law first.
        growth.AddRange(PublishedLaw.All.OrderByDescending(law => law == published).Select(law =>
        {
            double ofParameters = Math.Pow(request.Grow, law.Law.Exponent);
            return new GrowthSplit(
                law.Name,
                request.Grow,
                ofParameters,
                request.Grow / ofParameters,
                law.Law is KaplanLaw ? Math.Pow(request.Grow, KaplanBatch) : null,
                law.Law is KaplanLaw ? Math.Pow(request.Grow, KaplanSteps) : null);
        }));
        return growth;
    }

    /// <summary>The critical batch goes with the loss as the trade-offs at several losses say; null where there are none, or the law knows no loss there.</summary>
    private Estimated? BatchGrowth() =>
        request.Batches?.Steps?.Trend is { } trend && guidance.Loss(request.Flops).Value is { Value: > 0 and var now } && guidance.Loss(request.Flops * request.Grow).Value is { Value: > 0 and var then }
            ? trend.Estimate.Through(exponent => Math.Pow(then / now, exponent), isRising: then > now)
            : null;

    private PlannedShape? Shape(double parameters)
    {
        if (request.Family is not { } family)
        {
            reasons["shape"] = "parameters depend on the vocabulary, and none was given";
            return null;
        }

        if (!Conventions.TryParse(guidance.Convention, out var convention))
        {
            reasons["shape"] = "the fit does not say how its parameters were counted";
            return null;
        }

        if (family.Nearest(parameters, convention) is not { } shape)
        {
            reasons["shape"] = $"the convention {guidance.Convention} does not count a {family.Kind}";
            return null;
        }

        return shape with { Tokens = guidance.TokensAt(request.Flops, shape.Parameters) };
    }

    private ServingPlan? Serving()
    {
        if (request.ServedTokens is not double served)
        {
            return null;
        }

        var (serving, why) = guidance.Serving(request.Flops, served, book);
        return Because("serving", serving, why);
    }

    private IReadOnlyList<NextRun> Next()
    {
        var (runs, why) = guidance.Next(request.Flops);
        return Because("next", runs, why ?? (runs.Count == 0 ? "nothing that costs less than the plan itself and lies near the fit's budgets narrows it by half a per cent" : null))!;
    }

    private Estimated? Known(string name, Told told) => Because(name, told.Value is { } value && double.IsFinite(value.Value) ? value : null, told.Why);

    private Estimated? Known(string name, Estimated? value, string why) => Because(name, value, value is null ? why : null);

    private T? Because<T>(string name, T? value, string? why)
    {
        if (why is not null)
        {
            reasons[name] = why;
        }

        return value;
    }
}
