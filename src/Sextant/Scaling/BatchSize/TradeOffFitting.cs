namespace Sextant.Scaling.BatchSize;

/// <summary>
/// Fits S = S_min (1 + B_crit / B) to the steps to one target. Intervals are of the profile likelihood, its reach that of Student's t with the trainings that reached the target less two as degrees of
/// freedom; where the batches' means miss the form by more than repeats differ (p below 0.25, since a miss that is hard to see matters as well), that miss is the noise and the batches less two are the degrees of freedom. Where seeds are complete blocks, each one's own level is taken out beforehand (<see cref="SeedLevels"/>).
/// </summary>
internal static class TradeOffFitting
{
    /// <summary>How far beyond the batches the critical one is looked for, as a factor.</summary>
    private const double Beyond = 1000;

    /// <summary>Places along the critical batch.</summary>
    private const int Places = 121;

    /// <summary>Two constants and a spread need one more.</summary>
    private const int FewestTrainings = 4, FewestBatches = 3;

    /// <summary>A test that comes out so by chance less often makes the miss the noise (Bancroft 1964 on pooling after a test).</summary>
    private const double NotPooled = 0.25;

    public static TargetTradeOff At(double target, IReadOnlyList<StepsMeasurement> measurements, StepsOptions options)
    {
        var seeds = SeedLevels.Of(measurements);
        var rows = seeds.Rows;
        BatchSteps[] batches = [.. rows.GroupBy(row => row.Batch).OrderBy(batch => batch.Key).Select(batch => new BatchSteps(batch.Key, [.. batch]))];
        var empty = new TargetTradeOff { Target = target, Status = FitStatus.TooFewPoints, Used = rows.Count, Censored = rows.Count(row => row.IsCensored) };
        int reached = rows.Count - empty.Censored, reachedBatches = batches.Count(batch => batch.Logs.Length > 0);
        if (reached < FewestTrainings + seeds.Lost || reachedBatches < FewestBatches)
        {
            return empty with
            {
                Warnings = [$"{reached} {(reached == 1 ? "training" : "trainings")} of {reachedBatches} {(reachedBatches == 1 ? "batch size" : "batch sizes")} reached the target: the form needs {FewestTrainings + seeds.Lost} trainings of {FewestBatches} batch sizes."],
            };
        }

        var curve = new CensoredSteps(rows);
        double lowest = Math.Log(batches[0].Batch / Beyond), highest = Math.Log(batches[^1].Batch * Beyond);
        var scan = new ProfileScan(at => curve.Best(at).Deviance, lowest, highest, Places);
        var (logMin, spread, _) = curve.Best(scan.At);
        var test = FormTesting.Of(batches, seeds.Lost, batch => logMin + CensoredSteps.Excess(scan.At, batch));
        double Reach(double level) => test is { By: FormTesting.Repeats, P: < NotPooled } && FormTesting.Miss(batches, batch => logMin + CensoredSteps.Excess(scan.At, batch)) is var (miss, freedom)
            ? ReachOf(reached, Student.Reach(freedom, level), miss / (spread * spread * reached))
            : ReachOf(reached, Student.Reach(reached - 2 - seeds.Lost, level), 1.0 / (reached - 2 - seeds.Lost));

        var judged = Critical(scan.Within(Reach(Identifiability.Level)), Identifiability.Level);
        bool isAtHigh = scan.IsAtHigh, isAtLow = scan.IsAtLow && !isAtHigh, isAtBound = isAtHigh || isAtLow;
        bool isKnown = !isAtBound && judged is { Low: double low, High: double high } && high / low <= options.WidestRatio;
        var fit = empty with
        {
            Status = isAtBound ? FitStatus.BoundHit : isKnown ? FitStatus.Converged : FitStatus.NotIdentified,
            MinSteps = isAtHigh ? null : Math.Exp(logMin),
            MinExamples = isAtLow ? null : Math.Exp(logMin + scan.At),
            CriticalBatch = isAtBound ? null : Math.Exp(scan.At),
            Spread = spread,
            LackOfFit = test,
            Intervals = Intervals(curve, scan, seeds, Reach(options.Level), options.Level),
            Regimes = [.. batches.Select(batch => RegimeWords.Of(batch, isAtBound ? null : Math.Exp(scan.At), judged, Critical(scan.Within(Reach(options.Level)), options.Level)))],
        };
        return fit with
        {
            Points = isAtBound ? [] : [.. TradeOffPoints.Of(curve, scan, seeds, Reach(options.Level), options.Level, batches)],
            Warnings = [.. StepsWarnings.Of(fit, judged, batches, seeds.Lost, options), .. seeds.Remark is string remark ? [remark] : Array.Empty<string>()],
        };
    }

    /// <summary>How far the deviance may rise, where n ln RSS does as a variance of <paramref name="share"/> times RSS allows it at so many standard errors.</summary>
    private static double ReachOf(int trainings, double quantile, double share) => trainings * Math.Log(1 + (quantile * quantile * share));

    private static Interval Critical((double? Low, double? High) logs, double level) => new(Exp(logs.Low), Exp(logs.High), level);

    private static Dictionary<string, Interval> Intervals(CensoredSteps curve, ProfileScan scan, SeedLevels seeds, double reach, double level)
    {
        var within = scan.Within(reach);
        var region = TradeOffPoints.Region(curve, scan, seeds, reach, level);
        return new Dictionary<string, Interval>
        {
            ["minSteps"] = new(within.High is null ? null : Exp(region.LowSteps), Exp(region.HighSteps), level),
            ["minExamples"] = new(within.Low is null ? null : Exp(region.LowExamples), Exp(region.HighExamples), level),
            ["criticalBatch"] = Critical(within, level),
        };
    }

    private static double? Exp(double? log) => log is double value && Math.Exp(value) is var power && double.IsFinite(power) ? power : null;
}

/// <summary>The trainings of one batch size.</summary>
/// <param name="Batch">Examples an update.</param>
/// <param name="Trainings">All of them.</param>
internal sealed record BatchSteps(double Batch, IReadOnlyList<StepsMeasurement> Trainings)
{
    /// <summary>ln steps of those that reached the target.</summary>
    public double[] Logs { get; } = [.. Trainings.Where(training => !training.IsCensored).Select(training => Math.Log(training.Steps))];

    public int Censored => Trainings.Count - Logs.Length;

    public double Mean => Logs.Average();

    /// <summary>The most steps that were made without reaching the target.</summary>
    public double Allowance => Trainings.Where(training => training.IsCensored).Max(training => training.Steps);
}
