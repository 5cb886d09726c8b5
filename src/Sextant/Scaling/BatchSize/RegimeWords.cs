namespace Sextant.Scaling.BatchSize;

/// <summary>Names a batch's regime where the interval of the critical batch allows it, and says what to do there.</summary>
internal static class RegimeWords
{
    /// <summary>A batch within this factor of the critical one is efficient: at the ends 4 times the fewest steps, or 4 times the least compute, are spent.</summary>
    public const double Near = 3;

    /// <summary>A batch size in a sentence: whole ones with every digit.</summary>
    public static string Size(double batch) => batch == Math.Round(batch) ? Said.Whole(batch) : Said.Number(batch);

    /// <param name="batch">What was measured.</param>
    /// <param name="critical">By the fit; null where it is at a bound.</param>
    /// <param name="judged">The critical batch's interval that the regime goes by.</param>
    /// <param name="printed">Its interval at the level asked for.</param>
    public static BatchRegime Of(BatchSteps batch, double? critical, Interval judged, Interval printed)
    {
        double? ratio = batch.Batch / critical;
        var within = Over(batch.Batch, printed);
        var regime = RegimeOf(Over(batch.Batch, judged));
        return new BatchRegime
        {
            Batch = batch.Batch,
            Regime = regime,
            Steps = batch.Logs.Length > 0 ? Math.Exp(batch.Mean) : null,
            Reached = batch.Logs.Length,
            Censored = batch.Censored,
            BatchRatio = ratio,
            BatchRatioInterval = within,
            StepsRatio = 1 + (1 / ratio),
            StepsRatioInterval = new Interval(1 + ((1 / within.High) ?? 0), 1 + (1 / within.Low), within.Level),
            ExamplesRatio = 1 + ratio,
            ExamplesRatioInterval = new Interval(1 + (within.Low ?? 0), 1 + within.High, within.Level),
            Advice = Advice(regime, ratio, Over(batch.Batch, judged)),
        };
    }

    /// <summary>Batch over critical batch.</summary>
    private static Interval Over(double batch, Interval critical) => new(batch / critical.High, batch / critical.Low, critical.Level);

    /// <summary>The regime that the whole interval of batch over critical batch lies in.</summary>
    public static Regime RegimeOf(Interval ratio) => ratio switch
    {
        { High: < 1 / Near } => Regime.NoiseDominated,
        { Low: > Near } => Regime.CurvatureDominated,
        { Low: >= 1 / Near, High: <= Near } => Regime.Efficient,
        _ => Regime.Uncertain,
    };

    private static string Advice(Regime regime, double? ratio, Interval range)
    {
        // What twice the batch does, by the form.
        string twice = ratio is double x ? $"twice the batch takes {Said.Times((1 + (0.5 / x)) / (1 + (1 / x)))} the steps and {Said.Times((1 + (2 * x)) / (1 + x))} the compute" : "";
        return regime switch
        {
            Regime.NoiseDominated => $"Noise limits it{Told(twice, "twice the batch nearly halves the steps for nearly the same compute")}: more hardware in parallel shortens training almost in proportion.",
            Regime.Efficient => $"It trades steps for compute at a fair price{Told(twice, "")}: stay near here, larger where time is dear, smaller where compute is.",
            Regime.CurvatureDominated => $"Curvature limits it{Told(twice, "twice the batch costs nearly twice the compute and saves hardly a step")}: a smaller batch saves compute, a better preconditioned (higher-order) optimiser saves steps, more hardware saves little.",
            _ => $"It is {Said.Range(range, Said.Number)} times the critical batch, {Between(range)}: more seeds or batches would tell.",
        };
    }

    private static string Told(string twice, string otherwise) => twice.Length > 0 ? $" ({twice})" : otherwise.Length > 0 ? $" ({otherwise})" : "";

    private static string Between(Interval range) => range switch
    {
        { Low: >= 1 / Near } => "efficient or curvature-dominated",
        { High: <= Near } => "noise-dominated or efficient",
        _ => "which may be any regime",
    };
}
