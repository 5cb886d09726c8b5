using System.Globalization;

namespace Sextant.Scaling;

/// <summary>Points that a law of N and D can be fitted to, the others with their reasons, and what their design cannot tell.</summary>
internal sealed record ScreenedPoints(IReadOnlyList<ScalingPoint> Used, IReadOnlyList<ExcludedRow> Excluded)
{
    /// <summary>For a law of N and D.</summary>
    public static ScreenedPoints Of(IReadOnlyList<ScalingPoint> points) => Of(points, ("parameters", point => point.Parameters), ("tokens", point => point.Tokens));

    /// <summary>For a law of the quantities named.</summary>
    public static ScreenedPoints Of(IReadOnlyList<ScalingPoint> points, params (string Name, Func<ScalingPoint, double> Of)[] needed)
    {
        (string Name, Func<ScalingPoint, double> Of)[] all = [.. needed, ("loss", point => point.Loss), ("weight", point => point.Weight)];
        var reasons = points.Select(point => (Point: point, Reason: Reason(point, all))).ToList();
        return new ScreenedPoints(
            [.. reasons.Where(row => row.Reason is null).Select(row => row.Point)],
            [.. reasons.Where(row => row.Reason is not null).Select(row => new ExcludedRow(row.Point.Row, row.Reason!))]);
    }

    /// <summary>Whether all losses are one number.</summary>
    public bool LossesAreEqual => Used.Max(point => point.Loss) - Used.Min(point => point.Loss) <= 1e-12 * Used.Max(point => point.Loss);

    /// <summary>Largest over smallest.</summary>
    public double Span(Func<ScalingPoint, double> quantity) => Used.Max(quantity) / Used.Min(quantity);

    /// <summary>Why no law of N and D can be told from these points; null where one may be.</summary>
    public string? Undetermined()
    {
        int sizes = Groups(point => point.Parameters, 1.01).Count;
        int amounts = Groups(point => point.Tokens, 1.01).Count;
        return LossesAreEqual ? "All losses are equal: there is nothing a law could explain."
            : sizes < 3 ? $"There {(sizes == 1 ? "is one model size" : "are two model sizes")} only: E, A and alpha cannot be told apart with fewer than three."
            : amounts < 3 ? $"There {(amounts == 1 ? "is one number of tokens" : "are two numbers of tokens")} only: E, B and beta cannot be told apart with fewer than three."
            : Span(Compute) < 1.15 ? "There is one compute budget only: at a fixed product of parameters and tokens the two terms cannot be told from the floor E. An IsoFLOP fit finds its optimum."
            : Span(point => point.Tokens / point.Parameters) < 1.15 ? "All points have the same number of tokens per parameter: the two terms cannot be told apart."
            : null;
    }

    /// <summary>What weakens a fit that can be made.</summary>
    public IEnumerable<string> DesignWarnings(int units, bool ofFreshTokens = true)
    {
        int sizes = Groups(point => point.Parameters, 1.01).Count;
        if (sizes < 5)
        {
            yield return $"There are {sizes} model sizes only; five or more are needed to see whether the law holds.";
        }

        double ratio = Span(point => point.Tokens / point.Parameters);
        if (ratio < 4)
        {
            yield return $"Tokens per parameter span a factor of {Short(ratio)} only: the parameters' and the tokens' terms grow together and are hard to tell apart.";
        }

        double compute = Span(Compute);
        if (compute < 10)
        {
            yield return $"Compute spans a factor of {Short(compute)} only: exponents from so short a stretch do not carry far.";
        }

        foreach (string warning in UnitWarnings(units))
        {
            yield return warning;
        }

        int repeated = Used.Count(point => point.Epochs > DataConstrainedLaw.FreshEpochs);
        if (repeated > 0 && ofFreshTokens)
        {
            yield return $"{repeated} of {Used.Count} points saw their data more than {DataConstrainedLaw.FreshEpochs} times (at most {Short(Used.Max(point => point.Epochs ?? 0))}): this law is of fresh tokens, and repeated ones are worth less. The data-constrained form allows for it.";
        }
    }

    /// <summary>What weakens the intervals.</summary>
    public IEnumerable<string> UnitWarnings(int units)
    {
        if (units < Used.Count)
        {
            yield return $"The {Used.Count} points come from {units} runs; points of a run are not independent, so that runs were resampled whole.";
        }

        if (units < 12)
        {
            yield return $"The intervals rest on {units} independent runs; with so few they are rough.";
        }
    }

    /// <summary>Points in groups of nearly one value: neighbours in order that differ by less than <paramref name="factor"/>; ascending.</summary>
    public IReadOnlyList<IReadOnlyList<ScalingPoint>> Groups(Func<ScalingPoint, double> quantity, double factor)
    {
        var groups = new List<List<ScalingPoint>>();
        double last = 0;
        foreach (var point in Used.OrderBy(quantity))
        {
            if (groups.Count == 0 || quantity(point) > last * factor)
            {
                groups.Add([]);
            }

            groups[^1].Add(point);
            last = quantity(point);
        }

        return groups;
    }

    /// <summary>6 N D, whatever convention the point's FLOPs have: the law knows N and D only.</summary>
    public static double Compute(ScalingPoint point) => 6 * point.Parameters * point.Tokens;

    public static string Short(double value) => value.ToString(Math.Abs(value) is >= 1e5 or < 1e-3 ? "0.##e+0" : "G3", CultureInfo.InvariantCulture);

    private static string? Reason(ScalingPoint point, (string Name, Func<ScalingPoint, double> Of)[] needed)
    {
        foreach (var (name, of) in needed)
        {
            double value = of(point);
            if (!(value > 0) || !double.IsFinite(value))
            {
                return $"{name}: {value.ToString(CultureInfo.InvariantCulture)} is not a positive finite number";
            }
        }

        return null;
    }
}
