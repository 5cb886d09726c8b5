namespace Sextant.Scaling;

/// <summary>From points to a <see cref="ParametricFit"/>: what can be told, the optimum, its resamples, its checks, its status.</summary>
internal static class ParametricFitting
{
    /// <summary>E, A, B, alpha, beta.</summary>
    private const int Constants = 5;

    private const int MostSizesLeftOut = 12;

    private static readonly string[] Names = ["E", "A", "B", "alpha", "beta"];

    private static readonly (string Name, Func<double[], double> Of) Derived = ("exponent", constants => ParametricFit.LawOf(constants).Exponent);

    public static ParametricFit Fit(IReadOnlyList<ScalingPoint> points, ParametricOptions options)
    {
        options.Require();
        var screened = ScreenedPoints.Of(points);
        var empty = new ParametricFit
        {
            Status = FitStatus.TooFewPoints,
            ObjectiveName = options.Objective.Name,
            Excluded = screened.Excluded,
            Convention = options.Convention,
            Provenance = options.Filled(screened.Used.Count, 0),
        };
        if (screened.Used.Count <= Constants)
        {
            return empty with { Warnings = [$"A law of five constants needs at least six points; there {(screened.Used.Count == 1 ? "is 1" : $"are {screened.Used.Count}")}."] };
        }

        if (screened.Undetermined() is string reason)
        {
            return empty with { Status = FitStatus.NotIdentified, Warnings = [reason] };
        }

        int[][] units = Bootstrap.Units(screened.Used, point => point.Run);
        var problem = Problem(screened.Used, options.Objective);
        var best = PowerSumSearch.Best(problem);
        string[] bounds = [.. LawChecks.AtBounds(problem, best, ["parameters", "tokens"], ["alpha", "beta"])];
        if (!double.IsFinite(best.Value) || (!best.Converged && bounds.Length == 0))
        {
            return empty with { Status = FitStatus.Failed, Warnings = ["No optimum was found from any start: the losses do not look like this law at all."] };
        }

        var law = Law(problem, best);
        var statistic = PowerSumSearch.Statistic(problem, best);
        var resampled = ResampledValues.Of(
            Names,
            Ordered(problem.Constants(best.At)),
            units,
            PowerSumSearch.Affordable(problem.Rows, options.Resamples),
            options.Seed,
            (counts, resample) => Ordered(statistic(counts, resample)));
        var fit = empty with
        {
            E = law.E,
            A = law.A,
            B = law.B,
            Alpha = law.Alpha,
            Beta = law.Beta,
            Objective = best.Value,
            Residual = Median(screened.Used.Select(point => Math.Abs(LogResidual(law, point)))) * 1.4826,
            Condition = problem.Condition(best.At),
            Resampled = resampled,
            StandardErrors = LawChecks.StandardErrors(resampled, Derived),
            Intervals = LawChecks.Intervals(resampled, options.Level, Derived),
            WithoutSizes = WithoutSizes(screened, problem, best),
            Extrapolation = WithoutLargestBudget(screened, problem, best),
            SeedNoise = Repeated(screened.Used),
            Range = FittedRange.Of(screened.Used),
            Provenance = options.Filled(screened.Used.Count, resampled?.Count ?? 0),
        };
        var judged = LawChecks.Intervals(resampled, Identifiability.Level, Derived);
        string[] open = [.. LawChecks.Open(judged, "exponent", "how compute should be split between parameters and tokens", options.Resamples > 0)];
        string[] warnings =
        [
            .. bounds,
            .. open,
            .. screened.DesignWarnings(units.Length),
            .. FitWarnings(fit, options, judged),
        ];
        return fit with
        {
            Status = bounds.Length > 0 ? FitStatus.BoundHit : open.Length > 0 ? FitStatus.NotIdentified : FitStatus.Converged,
            Warnings = warnings,
        };
    }

    private static PowerSum Problem(IReadOnlyList<ScalingPoint> points, LossObjective objective) => new(
        [[.. points.Select(point => point.Parameters)], [.. points.Select(point => point.Tokens)]],
        [.. points.Select(point => point.Loss)],
        [.. points.Select(point => point.Weight)],
        objective);

    /// <summary>From (E, A, alpha, B, beta) of a <see cref="PowerSum"/> to (E, A, B, alpha, beta).</summary>
    private static double[] Ordered(double[] constants) => [constants[0], constants[1], constants[3], constants[2], constants[4]];

    private static ParametricLaw Law(PowerSum problem, Minimum minimum) => ParametricFit.LawOf(Ordered(problem.Constants(minimum.At)));

    private static double LogResidual(ParametricLaw law, ScalingPoint point) => Math.Log(law.Loss(point.Parameters, point.Tokens) / point.Loss);

    /// <summary>Each size left out, or each of twelve ranges of neighbouring sizes that hold about as many points.</summary>
    private static WithoutSize[] WithoutSizes(ScreenedPoints screened, PowerSum problem, Minimum best)
    {
        var sizes = screened.Groups(point => point.Parameters, 1.01);
        int ranges = Math.Min(sizes.Count, MostSizesLeftOut);
        int before = 0;
        var leftOut = new List<ScalingPoint>[ranges];
        foreach (var size in sizes)
        {
            int range = sizes.Count <= MostSizesLeftOut ? Array.FindIndex(leftOut, list => list is null) : (int)((long)before * ranges / screened.Used.Count);
            (leftOut[range] ??= []).AddRange(size);
            before += size.Count;
        }

        return [.. leftOut.Where(list => list is not null).Select(list =>
        {
            var law = FitRest(screened, list, problem, best)?.Law;
            return new WithoutSize(list.Min(point => point.Parameters), list.Max(point => point.Parameters), list.Count, law?.Exponent, law?.E);
        })];
    }

    /// <summary>Leaves out the points of more than two thirds of the largest budget, or the tenth of the points of most compute where that is more.</summary>
    private static Extrapolation? WithoutLargestBudget(ScreenedPoints screened, PowerSum problem, Minimum best)
    {
        double largest = screened.Used.Max(ScreenedPoints.Compute) / 1.5;
        double tenth = screened.Used.Select(ScreenedPoints.Compute).OrderDescending().ElementAt(screened.Used.Count / 10);
        double from = Math.Min(largest, tenth);
        List<ScalingPoint> last = [.. screened.Used.Where(point => ScreenedPoints.Compute(point) >= from)];
        if (FitRest(screened, last, problem, best) is not var (law, kept))
        {
            return null;
        }

        double Error(ScalingPoint point) => law.Loss(point.Parameters, point.Tokens) - point.Loss;
        return new Extrapolation(
            from,
            last.Count,
            last.Average(Error),
            Math.Sqrt(last.Average(point => Error(point) * Error(point))),
            Math.Sqrt(kept.Average(point => Error(point) * Error(point))));
    }

    /// <summary>The law of the points that are not left out; null where they cannot tell one.</summary>
    private static (ParametricLaw Law, IReadOnlyList<ScalingPoint> Kept)? FitRest(ScreenedPoints screened, List<ScalingPoint> leftOut, PowerSum problem, Minimum best)
    {
        // By reference: two rows may hold the same values.
        var left = new HashSet<ScalingPoint>(leftOut, ReferenceEqualityComparer.Instance);
        var rest = screened with { Used = [.. screened.Used.Where(point => !left.Contains(point))] };
        if (rest.Used.Count <= Constants || rest.Undetermined() is not null)
        {
            return null;
        }

        var remaining = problem.Resampled([.. screened.Used.Select(point => left.Contains(point) ? 0 : 1)]);
        var minimum = PowerSumSearch.Near(remaining, best.At);
        return minimum.Converged ? (Law(remaining, minimum), rest.Used) : null;
    }

    /// <summary>The scatter of runs of the same N and D.</summary>
    private static SeedNoise? Repeated(IReadOnlyList<ScalingPoint> points) =>
        SeedNoise.Of(points.GroupBy(point => (point.Parameters, point.Tokens, point.UniqueTokens))
            .Select(design => design.DistinctBy(point => (object?)point.Run ?? point).Select(point => point.Loss).ToArray()));

    private static IEnumerable<string> FitWarnings(ParametricFit fit, ParametricOptions options, Dictionary<string, Interval> judged)
    {
        foreach (string name in (string[])["A", "B"])
        {
            if (judged.GetValueOrDefault(name) is { } interval && (interval.Low is not > 0 || interval.High is null || interval.High / interval.Low > 3))
            {
                string exponent = name == "A" ? "alpha" : "beta";
                yield return $"{name} alone is weakly determined (its {Identifiability.Percent} interval spans {(interval is { Low: > 0, High: { } high } ? $"a factor of {ScreenedPoints.Short(high / interval.Low.Value)}" : "everything")}): it trades against {exponent}. Use them together, or predictions near the points.";
            }
        }

        if (fit.Condition > 1e4)
        {
            yield return $"The five constants are hard to tell apart (condition number {ScreenedPoints.Short(fit.Condition.Value)}): points more unequal in size and tokens would part them.";
        }

        foreach (string warning in LawChecks.ResamplingWarnings(fit.Resampled, options.Resamples, fit.Provenance!.Used))
        {
            yield return warning;
        }

        if (fit.Extrapolation is { } last && last.RootMeanSquareError > 3 * last.Residual && last.RootMeanSquareError > 1e-6)
        {
            yield return $"Fitted without the largest budget, the law misses its {last.Points} points by {ScreenedPoints.Short(last.RootMeanSquareError)} nats (the points kept: {ScreenedPoints.Short(last.Residual)}): do not extrapolate far.";
        }

        if (fit.SeedNoise is { } noise && noise.Runs - noise.Designs >= 3 && fit.Residual > 2 * noise.StandardDeviation)
        {
            yield return $"Residuals ({ScreenedPoints.Short(100 * fit.Residual.Value)} %) are more than twice what seeds alone make ({ScreenedPoints.Short(100 * noise.StandardDeviation)} %): the law leaves something out.";
        }

        if (fit.Law is { } law && fit.WithoutSizes.Where(without => without.Exponent is not null).MaxBy(without => Math.Abs(without.Exponent!.Value - law.Exponent)) is { Exponent: { } other } most
            && judged.GetValueOrDefault("exponent") is { } range && (other < range.Low || other > range.High))
        {
            yield return $"Without {(most.Smallest == most.Largest ? $"size {ScreenedPoints.Short(most.Smallest)}" : $"sizes {ScreenedPoints.Short(most.Smallest)} to {ScreenedPoints.Short(most.Largest)}")} the exponent a is {ScreenedPoints.Short(other)}, outside its {Identifiability.Percent} interval: the answer hangs on so few points.";
        }
    }

    private static double Median(IEnumerable<double> values) => Bootstrap.Quantile([.. values.Order()], 0.5);
}
