namespace Sextant.Scaling;

/// <summary>The steps of an <see cref="Audit"/>.</summary>
internal sealed class Auditing
{
    /// <summary>Within this factor of the optimum a size is as good as it: the valley is flat there.</summary>
    private const double Near = 1.25;

    /// <summary>An evaluation farther than this factor from a budget says nothing about it.</summary>
    private const double NearBudget = 1.5;

    private readonly Guidance? guidance;
    private readonly string? why;
    private readonly Fit fit;
    private readonly LossCurve run;
    private readonly AuditOptions options;
    private readonly CurvePoint[] points;
    private readonly IntervalBook book = new();
    private readonly Dictionary<string, string> reasons = [];

    public Auditing(Fit fit, LossCurve run, AuditOptions options)
    {
        (this.fit, this.run, this.options) = (fit, run, options);
        guidance = Guidance.Of(fit, options.UniqueTokens, out why);
        points = [.. run.Points.Where(CurveSmoother.IsMeasured).OrderBy(point => point.Flops)];
        if (points.Length == 0 || !(run.Parameters > 0 && double.IsFinite(run.Parameters)))
        {
            throw new ArgumentException($"The run {run.Name} has no evaluation with FLOPs and a loss, or no parameters.", nameof(run));
        }

        if (!(points[^1].Tokens > 0 && double.IsFinite(points[^1].Tokens)))
        {
            throw new ArgumentException($"The run {run.Name} does not say how many tokens it was trained on.", nameof(run));
        }
    }

    public Audit Audit()
    {
        var end = points[^1];
        double flops = guidance?.FlopsOf(run.Parameters, end) ?? end.Flops;
        var audit = new Audit
        {
            Run = run.Name,
            Status = AuditStatus.CannotTell,
            Convention = fit.Convention,
            Parameters = run.Parameters,
            Tokens = end.Tokens,
            Flops = flops,
            Loss = end.Loss,
            BatchSize = options.Batches,
        };
        if (guidance is null)
        {
            return audit with { Advice = [why!], Reasons = new Dictionary<string, string> { ["parametersRatio"] = why! } };
        }

        var (parameters, tokens) = (guidance.Parameters(flops), guidance.Tokens(flops));
        var loss = Known("lossAboveFrontier", guidance.Loss(flops));
        var reached = Known("computeWasted", guidance.ComputeFor(end.Loss));
        audit = audit with
        {
            Status = Judge(parameters),
            OptimalParameters = book.Enter("optimalParameters", parameters),
            OptimalTokens = book.Enter("optimalTokens", tokens),
            ParametersRatio = book.Enter("parametersRatio", parameters?.Times(1 / run.Parameters)),
            TokensRatio = book.Enter("tokensRatio", tokens?.Times(1 / end.Tokens)),
            LossAboveFrontier = book.Enter("lossAboveFrontier", loss?.Through(least => end.Loss - least, isRising: false)),
            LossOfSplit = book.Enter("lossOfSplit", guidance.LossOfSplit(run.Parameters, end.Tokens)),
            ComputeWasted = book.Enter("computeWasted", reached?.Through(enough => flops - enough, isRising: false)),
            At = [.. Budgets()],
            Shape = parameters is { } optimal && options.Family is { } family && Conventions.TryParse(fit.Convention, out var convention)
                && family.Nearest(optimal.Value, convention) is { } shape ? shape with { Tokens = guidance.TokensAt(flops, shape.Parameters) } : null,
        };
        audit = audit with { Intervals = book.Outer, Intervals80 = book.Inner, Reasons = reasons };
        var words = new AuditWords(audit, guidance, points, options);
        return audit with { Advice = [.. words.Advice()], Warnings = [.. words.Warnings()] };
    }

    /// <summary>The evaluation nearest to each budget of the fit.</summary>
    private IEnumerable<AuditedPoint> Budgets()
    {
        int count = 0;
        foreach (double target in guidance!.Targets)
        {
            var point = points.MinBy(point => Math.Abs(point.Flops - target))!;
            if (Math.Abs(Math.Log(point.Flops / target)) > Math.Log(NearBudget))
            {
                continue;
            }

            string name = $"at[{count++}]";
            var (parameters, tokens) = (guidance.Parameters(point.Flops), guidance.Tokens(point.Flops));
            double? seen = point.Tokens > 0 && double.IsFinite(point.Tokens) ? point.Tokens : null;
            var loss = guidance.Loss(point.Flops).Value;
            yield return new AuditedPoint
            {
                Target = target,
                Row = point.Row,
                Status = Judge(parameters),
                Flops = point.Flops,
                Tokens = seen,
                Loss = point.Loss,
                OptimalParameters = book.Enter($"{name}.optimalParameters", parameters),
                OptimalTokens = book.Enter($"{name}.optimalTokens", tokens),
                ParametersRatio = book.Enter($"{name}.parametersRatio", parameters?.Times(1 / run.Parameters)),
                TokensRatio = seen is double d ? book.Enter($"{name}.tokensRatio", tokens?.Times(1 / d)) : null,
                LossAboveFrontier = point.Loss - loss?.Value,
            };
        }
    }

    private AuditStatus Judge(Estimated? parameters)
    {
        if (guidance!.IsVoid || parameters?.Times(1 / run.Parameters).Within(Estimated.Level) is not { } ratio)
        {
            return AuditStatus.CannotTell;
        }

        return ratio switch
        {
            { Low: >= 1 / Near, High: <= Near } => AuditStatus.Optimal,
            { High: < 1 } => AuditStatus.TooLarge,
            { Low: > 1 } => AuditStatus.TooSmall,
            _ => AuditStatus.CannotTell,
        };
    }

    private Estimated? Known(string name, Told told)
    {
        if (told.Why is string reason)
        {
            reasons[name] = reason;
        }

        return told.Value is { } value && double.IsFinite(value.Value) ? value : null;
    }
}
