namespace Sextant.Scaling;

/// <summary>Lines through optima, their intervals by name and what stands beside them: the same for curves and budgets.</summary>
internal static class AllocationLines
{
    /// <summary>The intervals of both lines and of the FLOPs asked for, by the path of the value's name.</summary>
    public static Dictionary<string, Interval> Intervals(LineSpread? parameters, LineSpread? tokens, IReadOnlyList<double> at, double level)
    {
        var intervals = new Dictionary<string, Interval>();
        foreach (var (name, spread) in new[] { ("parameters", parameters), ("tokens", tokens) })
        {
            if (spread is null)
            {
                continue;
            }

            intervals[$"{name}.slope"] = spread.Slope(level);
            intervals[$"{name}.intercept"] = spread.Intercept(level);
            foreach (var (i, flops) in at.Index())
            {
                intervals[$"at[{i}].{name}"] = spread.At(flops, level);
            }
        }

        if (parameters is not null)
        {
            intervals["exponent"] = parameters.Slope(level);
        }

        return intervals;
    }

    /// <summary>The lines at the FLOPs asked for.</summary>
    public static IReadOnlyList<LineValues> At(LogLine? parameters, LogLine? tokens, IReadOnlyList<double> at) =>
        parameters is null ? [] : [.. at.Select(flops => new LineValues(flops, parameters.At(flops), tokens?.At(flops)))];

    /// <summary>The status of a fit from its optima and the interval of its exponent at <see cref="Identifiability.Level"/>.</summary>
    public static FitStatus Status(IReadOnlyList<Optimum> optima, LogLine? line, Interval? exponent) =>
        line is null
            ? optima.Count(optimum => optimum.Status != FitStatus.TooFewPoints) < 2 ? FitStatus.TooFewPoints
                : optima.Any(optimum => optimum.Status == FitStatus.BoundHit) ? FitStatus.BoundHit
                : FitStatus.Failed
            : exponent is null || exponent.Width > Identifiability.WidestExponent ? FitStatus.NotIdentified
            : FitStatus.Converged;

    /// <summary>What the status means here, in a sentence; none where all is well.</summary>
    public static IEnumerable<string> Explained(FitStatus status, IReadOnlyList<Optimum> optima, Interval? exponent) => status switch
    {
        FitStatus.TooFewPoints => [$"A line needs optima at two computes, and an optimum at least three sizes: of {optima.Count} computes {optima.Count(optimum => optimum.Status != FitStatus.TooFewPoints)} have that many."],
        FitStatus.BoundHit => ["The optima lie outside the sizes that were trained, so that there are not two to draw a line through: train sizes on both sides of the minimum."],
        FitStatus.Failed => ["Too few computes have a size of least loss, so there is no line: the losses are equal, or they do not turn within the sizes."],
        FitStatus.NotIdentified when exponent is null or { Low: null } or { High: null } => ["Nothing bounds the exponent on both sides: these points do not determine it."],
        FitStatus.NotIdentified => [$"The exponent's {Identifiability.Percent} interval is wider than {Identifiability.WidestExponent}: these points do not determine it."],
        _ => [],
    };

    /// <summary>Predicts the largest compute from the others.</summary>
    public static ExtrapolationCheck? Extrapolation(IReadOnlyList<(double Flops, double LogValue)> vertices, Func<IReadOnlyList<int>, LogLine?> lineThrough)
    {
        if (vertices.Count < 3)
        {
            return null;
        }

        int largest = vertices.Index().MaxBy(vertex => vertex.Item.Flops).Index;
        return lineThrough([.. Enumerable.Range(0, vertices.Count).Where(i => i != largest)]) is LogLine line
            ? new ExtrapolationCheck(vertices[largest].Flops, line.At(vertices[largest].Flops), Math.Pow(10, vertices[largest].LogValue))
            : null;
    }

    /// <summary>The scatter of the losses of one size and compute.</summary>
    public static SeedNoise? SeedNoise(IEnumerable<IEnumerable<ProfilePoint>> profiles) =>
        Scaling.SeedNoise.Of(profiles.SelectMany(profile => profile.GroupBy(point => Math.Round(point.X, 9))).Select(size => size.Select(point => point.Loss).ToArray()));
}
