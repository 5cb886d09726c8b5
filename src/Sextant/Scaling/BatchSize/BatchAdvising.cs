namespace Sextant.Scaling.BatchSize;

/// <summary>The steps of a <see cref="BatchAdvice"/>.</summary>
internal sealed class BatchAdvising(BatchGuide guide, double? loss, double? batch, double? rate, double? parameters)
{
    /// <summary>A loss farther than this factor from the one measured has another critical batch.</summary>
    private const double NearLoss = 1.25;

    /// <summary>Models that differ by more have other best rates.</summary>
    private const double NearSize = 1.5;

    /// <summary>A rate within this factor of the best costs little.</summary>
    private const double NearRate = 1.5;

    private readonly Dictionary<string, Interval> intervals = [];
    private readonly Dictionary<string, string> reasons = [];
    private readonly List<string> sentences = [], warnings = [];

    public BatchAdvice Advice()
    {
        var critical = Critical();
        double? at = batch ?? critical?.Batch;
        var regime = critical is not null && batch is double judged ? RegimeWords.Of(new BatchSteps(judged, []), critical.Batch, critical.Interval, critical.Interval) : null;
        if (critical is not null)
        {
            intervals["criticalBatch"] = critical.Interval;
            sentences.Add(regime is null ? Recommended(critical) : Judged(critical, regime));
        }

        if (regime is not null)
        {
            (intervals["batchRatio"], intervals["stepsRatio"], intervals["examplesRatio"]) = (regime.BatchRatioInterval, regime.StepsRatioInterval, regime.ExamplesRatioInterval);
        }

        Distance(critical);
        double? best = at is double size ? Rate(size) : Rates();
        return new BatchAdvice
        {
            Unit = guide.Unit,
            Target = critical?.Target,
            CriticalBatch = critical?.Batch,
            Batch = at,
            BatchTokens = at * guide.UnitTokens,
            Regime = regime?.Regime,
            BatchRatio = regime?.BatchRatio,
            StepsRatio = regime?.StepsRatio,
            ExamplesRatio = regime?.ExamplesRatio,
            LearningRate = best,
            LearningRateRatio = best / rate,
            Intervals = intervals,
            Sentences = sentences,
            Warnings = [.. guide.Caveats, .. warnings],
            Reasons = reasons,
        };
    }

    /// <summary>By the trade-off at the loss nearest to the one asked about, else by the curve of best rates; null where neither is determined.</summary>
    private Known? Critical()
    {
        var known = guide.Steps?.Targets.Where(target => target is { Status: FitStatus.Converged, CriticalBatch: not null }).ToList() ?? [];
        if (known.Count > 0)
        {
            var nearest = known.MinBy(target => loss is > 0 and double aimed ? Math.Abs(Math.Log(target.Target / aimed)) : target.Target == guide.Steps!.Target ? 0 : 1)!;
            return new Known(nearest.CriticalBatch!.Value, nearest.Intervals["criticalBatch"], $"at a loss of {Said.Number(nearest.Target)}", nearest.Target);
        }

        if (guide.Rates is { Status: FitStatus.Converged, NoiseBatch: double noise } rates)
        {
            return new Known(noise, rates.Intervals["noiseBatch"], "by the curve of best learning rates", null);
        }

        reasons["criticalBatch"] = string.Join("; ", new[] { Why("steps to a loss", guide.Steps), Why("learning rates", guide.Rates) }.OfType<string>()) is { Length: > 0 } why ? why : "neither a fit of steps nor one of learning rates was given";
        return null;

        static string? Why(string what, Fit? fit) => fit is null ? null : $"the fit of {what} is {Said.Status(fit.Status)}{(fit.Warnings is [string first, ..] ? $": {first.TrimEnd('.')}" : "")}";
    }

    private string Recommended(Known critical)
    {
        string tokens = guide.Unit != "tokens" && guide.UnitTokens is double each ? $", about {Said.Number(critical.Batch * each)} tokens" : "";
        return $"Batch: near the critical one, {Where(critical)}{tokens}; it takes twice the fewest steps and twice the least compute. "
            + $"Below {Said.Number(critical.Batch / RegimeWords.Near)} noise dominates and more hardware in parallel pays in full; above {Said.Number(critical.Batch * RegimeWords.Near)} curvature does and it hardly pays.";
    }

    private string Judged(Known critical, BatchRegime regime)
    {
        string name = regime.Regime.Words();
        return $"{char.ToUpperInvariant(name[0])}{name[1..]}: the batch of {Counted(regime.Batch)} is {Said.Times(regime.BatchRatio!.Value)} (95 %: {Said.Range(regime.BatchRatioInterval, Said.Times)}) the critical one, {Where(critical)}. {regime.Advice}";
    }

    /// <summary>How far from what was measured the training lies.</summary>
    private void Distance(Known? critical)
    {
        if (critical?.Target is double target && loss is > 0 and double aimed && Math.Abs(Math.Log(aimed / target)) > Math.Log(NearLoss))
        {
            string moves = guide.Steps!.Trend is { } trend ? $"; over the losses measured it goes with the loss to the power {Said.Number(trend.Exponent)} (95 %: {Said.Range(trend.Interval, Said.Number)})" : "";
            warnings.Add($"The critical batch was measured at a loss of {Said.Number(target)}, not of {Said.Number(aimed)}{moves}.");
        }

        if (guide.Parameters is double measured && parameters is double size && Math.Abs(Math.Log(size / measured)) > Math.Log(NearSize))
        {
            warnings.Add($"Batches and rates were measured on models of {Said.Number(measured)} parameters, not of {Said.Number(size)}: the best rate usually falls as models grow, and the critical batch moves with the loss and the data more than with the size.");
        }
    }

    /// <summary>Where no batch is known to find the rate for: all that were measured.</summary>
    private double? Rates()
    {
        var known = guide.Rates?.Best.Where(best => best is { Status: FitStatus.Converged, Bound: RateBound.None, Rate: not null }).ToList() ?? [];
        if (known.Count > 0)
        {
            sentences.Add($"Best peak learning rates: {string.Join(", ", known.Select(best => $"{Said.Number(best.Rate!.Value)} at a batch of {RegimeWords.Size(best.Batch)}"))}.");
        }

        return Nothing("learningRate", "no batch is known to find it for");
    }

    /// <summary>By the law where it is determined, else between the best rates measured at the neighbouring batches.</summary>
    private double? Rate(double size)
    {
        if (guide.Rates is not { } fit)
        {
            return Nothing("learningRate", "no fit of learning rates was given");
        }

        var found = (fit.Form == RateForm.Free ? fit.Free : fit.Sgd) is { Status: FitStatus.Converged } law && law.RateAt(size) is double by
            ? (by, Box(law, size), "by the law of best rates")
            : Between(fit, size);
        if (found is not (double best, var interval, string source))
        {
            return Nothing("learningRate", $"the fit of learning rates is {Said.Status(fit.Status)}, and a batch of {Said.Number(size)} does not lie between two whose best rates are known");
        }

        if (interval is not null)
        {
            intervals["learningRate"] = interval;
        }

        string within = interval is null ? "" : $" (95 %: {Said.Range(interval, Said.Number)})";
        string known = fit.Best is { Count: > 0 } batches && (size < batches[0].Batch || size > batches[^1].Batch) ? $", beyond the batches measured, {RegimeWords.Size(batches[0].Batch)} to {RegimeWords.Size(batches[^1].Batch)}" : "";
        sentences.Add(rate is double used ? Compared(best, used, interval, within, source + known) : $"Peak learning rate at {(batch is null ? "the critical batch" : "that batch")}: {Said.Number(best)}{within}, {source}{known}.");
        return best;
    }

    private string Compared(double best, double used, Interval? interval, string within, string source)
    {
        if (interval is not null)
        {
            intervals["learningRateRatio"] = new Interval(interval.Low / used, interval.High / used, interval.Level);
        }

        string verdict = interval is { Low: double low } && low > used ? "too low" : interval is { High: double high } && high < used ? "too high"
            : Math.Abs(Math.Log(best / used)) <= Math.Log(NearRate) ? "near the best" : "not told from the best";
        return $"Its peak learning rate of {Said.Number(used)} is {verdict} for its batch, {Said.Number(best)}{within}, {source}.";
    }

    /// <summary>Of the constants' intervals the worse ends: they err together so that errors cancel, and this is wide rather than narrow.</summary>
    private static Interval? Box(RateLaw law, double size)
    {
        if (law.Intervals.GetValueOrDefault("maxRate") is not { } most || law.Intervals.GetValueOrDefault("noiseBatch") is not { } noise || law.Exponent is not double exponent)
        {
            return null;
        }

        var powers = law.Intervals.GetValueOrDefault("exponent") ?? new Interval(exponent, exponent, most.Level);
        double? low = noise.High is double large && powers.High is double steep ? most.Low / Math.Pow(1 + (large / size), steep) : null;
        return new Interval(low, most.High / Math.Pow(1 + ((noise.Low ?? 0) / size), powers.Low ?? 0), most.Level);
    }

    /// <summary>Straight in logarithms, the ends of the intervals as well.</summary>
    private static (double Rate, Interval? Interval, string Source)? Between(LearningRateFit fit, double size)
    {
        BestRate[] known = [.. fit.Best.Where(best => best is { Status: FitStatus.Converged, Bound: RateBound.None, Rate: not null })];
        if (known.LastOrDefault(best => best.Batch <= size) is not { } below || known.FirstOrDefault(best => best.Batch >= size) is not { } above)
        {
            return null;
        }

        double share = below == above ? 0 : Math.Log(size / below.Batch) / Math.Log(above.Batch / below.Batch);
        double? Of(double? low, double? high) => low is double a && high is double b ? a * Math.Pow(b / a, share) : null;
        var interval = below.RateInterval is { } first && above.RateInterval is { } second ? new Interval(Of(first.Low, second.Low), Of(first.High, second.High), first.Level) : null;
        string where = below == above ? $"measured at batch {RegimeWords.Size(below.Batch)}" : $"between those measured at batches {RegimeWords.Size(below.Batch)} and {RegimeWords.Size(above.Batch)}";
        return (Of(below.Rate, above.Rate)!.Value, interval, where);
    }

    private string Where(Known critical) => $"{Counted(critical.Batch)} (95 %: {Said.Range(critical.Interval, Said.Number)}) {critical.How}";

    private string Counted(double size) => $"{RegimeWords.Size(size)} {guide.Unit}";

    private double? Nothing(string name, string why)
    {
        reasons[name] = why;
        return null;
    }

    /// <summary>A critical batch.</summary>
    /// <param name="Batch">In the guide's unit.</param>
    /// <param name="Interval">Of 95 %.</param>
    /// <param name="How">It was found.</param>
    /// <param name="Target">The loss it belongs to; null where it is of no one loss.</param>
    private sealed record Known(double Batch, Interval Interval, string How, double? Target);
}
