using System.Globalization;

namespace Sextant.Scaling.BatchSize;

/// <summary>Screens losses over rates and batches, finds the best rate at each batch and fits both laws to these.</summary>
internal static class RateCurveFitting
{
    /// <summary>Best rates, not bounds of them, that the law of a fixed and of a free exponent needs: one more than constants.</summary>
    private const int FewestFixed = 3, FewestFree = 4;

    public static LearningRateFit Of(IReadOnlyList<RateMeasurement> measurements, RateCurveOptions options)
    {
        options.Require();
        RateMeasurement[] used = [.. measurements.Where(m => Reason(m) is null)];
        var (best, freedom) = BestRates.Of(used, options.Level);
        var fit = new LearningRateFit
        {
            Status = FitStatus.TooFewPoints,
            Form = options.Form == RateForm.Free ? RateForm.Free : RateForm.Sgd,
            Best = best,
            Excluded = [.. measurements.Where(m => Reason(m) is not null).Select(m => new ExcludedRow(m.Row, Reason(m)!))],
            Intervals = Rates(best),
            Provenance = new Provenance
            {
                Source = "measurements",
                Used = used.Length,
                Options = new Dictionary<string, string>
                {
                    ["law"] = "rate = maxRate / (1 + noiseBatch / batch)^exponent",
                    ["form"] = options.Form.ToString().ToLowerInvariant(),
                    ["exponents"] = string.Create(CultureInfo.InvariantCulture, $"{options.LowestExponent} to {options.HighestExponent}"),
                    ["widestRatio"] = options.WidestRatio.ToString(CultureInfo.InvariantCulture),
                },
            },
        };
        var curve = best.Any(rate => rate.IsUsed) ? new RateCurve(best) : null;
        if (curve is null || curve.Known < FewestFixed)
        {
            return fit with { Warnings = [.. RateWarnings.OfTooFew(best, FewestFixed)] };
        }

        var sgd = new RateLawFitting(curve, 1, 1, freedom);
        var free = curve.Known >= FewestFree ? new RateLawFitting(curve, options.LowestExponent, options.HighestExponent, freedom) : null;
        bool isRefuted = free is not null && free.DevianceAt(1) - free.Deviance > free.Reach(Identifiability.Level);
        fit = fit with
        {
            Form = free is not null && (options.Form == RateForm.Free || (options.Form == RateForm.Measured && isRefuted)) ? RateForm.Free : RateForm.Sgd,
            Sgd = sgd.Law(options.Level, options.WidestRatio),
            Free = free?.Law(options.Level, options.WidestRatio),
            Growth = free?.Growth(options.Level),
            FallsAt = Falls(best, freedom, free?.Excess ?? sgd.Excess),
        };
        if (options.Form == RateForm.Free && free is null)
        {
            return fit with { Form = RateForm.Free, Warnings = [.. RateWarnings.OfTooFew(best, FewestFree)] };
        }

        var law = fit.Form == RateForm.Free ? fit.Free! : fit.Sgd;
        var line = Line(best);
        fit = fit with
        {
            Status = law.Status,
            MaxRate = law.MaxRate,
            NoiseBatch = law.NoiseBatch,
            Exponent = fit.Free?.Exponent,
            Slope = line?.Line.Slope,
            Intervals = Named(fit, law, line?.Spread.Slope(options.Level)),
        };
        return fit with { Warnings = [.. RateWarnings.Of(fit, law, isRefuted, options)] };
    }

    private static string? Reason(RateMeasurement m) =>
        !double.IsFinite(m.Batch) || m.Batch <= 0 ? "its batch is not a number above 0"
        : !double.IsFinite(m.Rate) || m.Rate <= 0 ? "its rate is not a number above 0"
        : m.Loss is double loss && (!double.IsFinite(loss) || loss <= 0) ? "its loss is not a number above 0"
        : null;

    private static Dictionary<string, Interval> Rates(IReadOnlyList<BestRate> best) =>
        best.Index().Where(rate => rate.Item.RateInterval is not null).ToDictionary(rate => $"best[{rate.Index}].rate", rate => rate.Item.RateInterval!);

    private static Dictionary<string, Interval> Named(LearningRateFit fit, RateLaw law, Interval? slope)
    {
        var intervals = Rates(fit.Best);
        foreach (string name in new[] { "maxRate", "noiseBatch" })
        {
            intervals[name] = law.Intervals[name];
        }

        if (fit.Free is { Exponent: not null } free)
        {
            intervals["exponent"] = free.Intervals["exponent"];
        }

        if (slope is not null)
        {
            intervals["slope"] = slope;
        }

        if (fit.Growth is { } growth)
        {
            (intervals["growth.atSmall"], intervals["growth.atLarge"], intervals["growth.ratio"]) = (growth.AtSmallInterval, growth.AtLargeInterval, growth.RatioInterval);
        }

        return intervals;
    }

    /// <summary>log10 best rate on log10 batch, bounds left out; null where there are not two.</summary>
    private static WeightedLine? Line(IReadOnlyList<BestRate> best)
    {
        BestRate[] known = [.. best.Where(rate => rate is { IsUsed: true, Bound: RateBound.None })];
        double typical = known.Select(rate => rate.LogError ?? 0).DefaultIfEmpty(0).Max();
        return WeightedLine.OfNoisy(
            [.. known.Select(rate => Math.Log10(rate.Batch))],
            [.. known.Select(rate => Math.Log10(rate.Rate!.Value))],
            [.. known.Select(rate => Math.Pow((rate.LogError ?? typical) / Math.Log(10), 2) is > 0 and var variance ? variance : 1e-12)]);
    }

    /// <summary>Batches whose best rate lies below that of a smaller one by more than both errors.</summary>
    private static double[] Falls(IReadOnlyList<BestRate> best, int freedom, double excess)
    {
        double reach = Student.Reach(Math.Max(1, freedom == 0 ? best.Count - 2 : freedom), Identifiability.Level);
        BestRate[] used = [.. best.Where(rate => rate.IsUsed)];
        return [.. used.Where(rate => rate.Bound != RateBound.AtLeast && used.Any(smaller =>
            smaller.Batch < rate.Batch && smaller.Bound != RateBound.AtMost
            && Math.Log(smaller.Rate!.Value / rate.Rate!.Value) > reach * Math.Sqrt(Variance(smaller) + Variance(rate)) + 1e-9)).Select(rate => rate.Batch)];

        double Variance(BestRate rate) => rate.LogError is double error ? error * error : excess;
    }
}
