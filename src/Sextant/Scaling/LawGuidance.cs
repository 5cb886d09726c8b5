namespace Sextant.Scaling;

/// <summary>Guidance of a law L(N, D), whose compute is 6 N D. Whatever follows from the law has its interval from the law's resamples.</summary>
internal sealed class LawGuidance : Guidance
{
    /// <summary>FLOPs between which a loss is looked for.</summary>
    private const double LeastFlops = 1, MostFlops = 1e40;

    private readonly ScalingLaw law;
    private readonly Func<Func<ScalingLaw, double>, double, Interval?>? interval;
    private readonly ParametricFit? fit;

    /// <summary>Why there is no run to do next where <see cref="fit"/> is null.</summary>
    private readonly string noNext = "";

    public LawGuidance(PublishedLaw published)
    {
        law = published.Law;
        Convention = published.Convention;
        Range = published.Range;
        noNext = "only a fit of ours with resamples tells which run would narrow it";
    }

    public LawGuidance(ParametricFit fit)
    {
        this.fit = fit;
        law = fit.Law!;
        interval = (quantity, level) => fit.IntervalOf(quantity, level);
        (Convention, Status, Range, FitWarnings, Scatter) = (fit.Convention, fit.Status, fit.Range, fit.Warnings, fit.Residual);
    }

    /// <summary>Of fresh tokens, or of <paramref name="uniqueTokens"/> different ones that are repeated where the compute asks for more.</summary>
    public LawGuidance(DataConstrainedFit fit, double? uniqueTokens)
    {
        ScalingLaw Repeating(DataConstrainedLaw law) => uniqueTokens is double unique ? new RepeatingLaw(law, unique) : law.Fresh;
        law = Repeating(fit.Law!);
        interval = (quantity, level) => fit.IntervalOf(resampled => quantity(Repeating(resampled)), level);
        (Convention, Status, Range, FitWarnings) = (fit.Convention, fit.Status, fit.Range, fit.Warnings);
        noNext = "runs are weighed by a law of fresh tokens; by one of repeated tokens each would need its number of different tokens too";
    }

    /// <summary>Whether its optimum is where its L(N, D) is least. Kaplan's comes from runs at batches far below the critical one, and is not.</summary>
    private bool IsConsistent => law is not KaplanLaw;

    private const string Inconsistent = "Kaplan's growth is not the minimum of Kaplan's L(N, D), so that no loss beside it can be compared";

    public override bool AllowsForRepetition => law is RepeatingLaw;

    public override Estimated? Parameters(double flops) => Usable(Of(l => l.Optimum(flops).Parameters));

    public override Estimated? Tokens(double flops) => Usable(Of(l => l.Optimum(flops).Tokens));

    public override Estimated? TokensPerParameter(double flops) => Usable(Of(l => l.Optimum(flops).TokensPerParameter));

    public override Told Loss(double flops) => Of(l => l.Optimum(flops).Loss);

    public override Told ComputeFor(double loss) => FlopsFor(law, loss) is double flops && double.IsFinite(flops)
        ? Of(l => FlopsFor(l, loss))
        : Told.Nothing(law.Optimum(MostFlops).Loss >= loss ? "the loss lies below the floor of the law, so that no compute reaches it by the law" : "the loss is higher than any that the law knows");

    public override Estimated? LossOfSplit(double parameters, double tokens) =>
        IsConsistent ? Of(l => l.Loss(parameters, tokens) - l.Optimum(6 * parameters * tokens).Loss) : null;

    /// <summary>Beside the N of the plan and not beside each resample's own: that the plan may miss the valley's floor is part of the interval.</summary>
    public override Told CostOf(double share, double flops, out double at)
    {
        at = flops;
        double planned = law.Optimum(flops).Parameters;
        return IsConsistent ? Of(l => l.At(flops, planned * share).Loss - l.At(flops, planned).Loss) : Told.Nothing(Inconsistent);
    }

    public override (Estimated Parameters, Estimated? Tokens) Growth(double flops, double factor) =>
        (Of(l => l.Optimum(flops * factor).Parameters / l.Optimum(flops).Parameters), Of(l => l.Optimum(flops * factor).Tokens / l.Optimum(flops).Tokens));

    public override double? TokensAt(double flops, double parameters) => flops / 6 / parameters;

    public override double FlopsOf(double parameters, CurvePoint point) => 6 * parameters * point.Tokens;

    public override (ServingPlan? Plan, string? Why) Serving(double flops, double served, IntervalBook book)
    {
        if (law is not ParametricLaw parametric)
        {
            return (null, IsConsistent ? "serving is planned for fresh tokens only" : Inconsistent);
        }

        ServingPlan Plan(ScalingLaw l) => ServingPlan.Of((ParametricLaw)l, flops, served);
        book.Enter("serving.parameters", Of(l => Plan(l).Parameters));
        book.Enter("serving.tokens", Of(l => Plan(l).Tokens));
        book.Enter("serving.savedShare", Of(l => Plan(l).SavedShare));
        return (Plan(parametric), null);
    }

    public override (IReadOnlyList<NextRun> Runs, string? Why) Next(double flops) => fit switch
    {
        null => ([], noNext),
        { Resampled: null } => ([], "the fit has no resamples to tell from"),
        { Residual: not > 0 } => ([], "the points lie on the law exactly, so that no run can narrow it"),
        _ => (NextRun.Of(fit, flops), null),
    };

    private Estimated Of(Func<ScalingLaw, double> quantity) => new(quantity(law), level => interval?.Invoke(quantity, level));

    private static Estimated? Usable(Estimated estimate) => estimate.IsUsable ? estimate : null;

    /// <summary>The compute whose optimum has this loss, by bisection in its logarithm; infinite where none has.</summary>
    private static double FlopsFor(ScalingLaw law, double loss)
    {
        if (law.Optimum(MostFlops).Loss >= loss)
        {
            return double.PositiveInfinity;
        }

        double low = Math.Log(LeastFlops), high = Math.Log(MostFlops);
        if (law.Optimum(LeastFlops).Loss <= loss)
        {
            return double.NaN;
        }

        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = law.Optimum(Math.Exp(middle)).Loss > loss ? (middle, high) : (low, middle);
        }

        return Math.Exp((low + high) / 2);
    }
}
