namespace Sextant.Scaling;

/// <summary>The fit of <see cref="DataConstrainedLaw"/>: for a given R_D it is a <see cref="PowerSum"/> of N and D', so that R_D is searched alone.</summary>
internal sealed class RepeatedTokens
{
    /// <summary>Below, repeating is worth nothing; above, repeated tokens are fresh ones.</summary>
    private const double LowestScale = 0.05;
    private const double HighestScale = 1000;

    /// <summary>Places over that range, in equal steps of ln R_D.</summary>
    private const int Places = 17;

    private readonly double[] tokens;
    private readonly double[] unique;
    private readonly PowerSum fresh;

    public RepeatedTokens(IReadOnlyList<ScalingPoint> points, LossObjective objective)
    {
        tokens = [.. points.Select(point => point.Tokens)];
        unique = [.. points.Select(point => point.UniqueTokens!.Value)];
        fresh = new PowerSum(
            [[.. points.Select(point => point.Parameters)], tokens], [.. points.Select(point => point.Loss)], [.. points.Select(point => point.Weight)], objective);
    }

    private RepeatedTokens(double[] tokens, double[] unique, PowerSum fresh) => (this.tokens, this.unique, this.fresh) = (tokens, unique, fresh);

    /// <summary>The same rows counted <paramref name="counts"/> times.</summary>
    public RepeatedTokens Resampled(int[] counts) =>
        new([.. tokens.Where((_, row) => counts[row] > 0)], [.. unique.Where((_, row) => counts[row] > 0)], fresh.Resampled(counts));

    /// <summary>E, A, B, alpha, beta, R_D.</summary>
    public double[] Constants(Minimum minimum)
    {
        double[] constants = fresh.Constants(minimum.At.AsSpan(..^1));
        return [constants[0], constants[1], constants[3], constants[2], constants[4], Math.Exp(minimum.At[^1])];
    }

    /// <summary>The global minimum: R_D on a grid, each place searched from starts of its own, then between the best one's neighbours. The last coordinate is ln R_D.</summary>
    public Minimum Best() => Along(logScale => PowerSumSearch.Best(At(logScale)), 1e-6);

    /// <summary>The minimum of a problem whose other constants are much like those of <paramref name="place"/>. R_D is searched over its whole range: a shorter one would be an interval's end.</summary>
    public Minimum Near(Minimum place) => Along(logScale => At(logScale).Refine([.. place.At.AsSpan(..^1)]), 1e-3);

    /// <summary>A sentence for each value at the end of its range.</summary>
    public IEnumerable<string> AtBounds(Minimum best)
    {
        foreach (string sentence in LawChecks.AtBounds(fresh, best, ["parameters", "tokens"], ["alpha", "beta"]))
        {
            yield return sentence;
        }

        double scale = Math.Exp(best.At[^1]);
        if (scale < LowestScale * 1.01)
        {
            yield return "R_D is at the low end of its range: in these points repeating data is worth nothing.";
        }

        if (scale > HighestScale / 1.01)
        {
            yield return "R_D is at the high end of its range: in these points repeated tokens are worth as much as fresh ones.";
        }
    }

    /// <summary>The interval of R_D, unbounded where it reaches an end of the range searched: nothing was looked for beyond.</summary>
    public static Interval Unbounded(Interval scale) => scale with
    {
        Low = scale.Low > LowestScale * 1.01 ? scale.Low : null,
        High = scale.High < HighestScale / 1.01 ? scale.High : null,
    };

    /// <summary>A sentence where the interval of R_D at <see cref="Identifiability.Level"/>, as <see cref="Unbounded"/> has it, says nothing.</summary>
    public static IEnumerable<string> Open(Interval? scale)
    {
        if (scale is { Low: null } or { High: null })
        {
            yield return $"The {Identifiability.Percent} interval of R_D reaches an end of its range ({LowestScale} to {HighestScale}): the points do not tell what a repeated token is worth; more epochs would.";
        }
    }

    private PowerSum At(double logScale)
    {
        double scale = Math.Exp(logScale);
        return fresh.With(1, [.. tokens.Select((total, row) => DataConstrainedLaw.Effective(total, unique[row], scale))]);
    }

    /// <summary>The best of the places, then golden sections between its neighbours from its own minimum (Kiefer 1953).</summary>
    private Minimum Along(Func<double, Minimum> search, double tolerance)
    {
        double low = Math.Log(LowestScale), high = Math.Log(HighestScale), step = (high - low) / (Places - 1);
        var places = Enumerable.Range(0, Places).Select(i => (X: low + (i * step), Minimum: search(low + (i * step)))).ToList();
        var best = places.MinBy(place => Height(place.Minimum));
        double[] start = best.Minimum.At;
        double left = Math.Max(low, best.X - step);
        double right = Math.Min(high, best.X + step);
        double ratio = (Math.Sqrt(5) - 1) / 2;
        (double X, Minimum Minimum) Tried(double x) => (x, At(x).Refine(start));
        var first = Tried(right - (ratio * (right - left)));
        var second = Tried(left + (ratio * (right - left)));
        while (right - left > tolerance)
        {
            if (Height(first.Minimum) <= Height(second.Minimum))
            {
                (right, second) = (second.X, first);
                first = Tried(right - (ratio * (right - left)));
            }
            else
            {
                (left, first) = (first.X, second);
                second = Tried(left + (ratio * (right - left)));
            }
        }

        best = new[] { best, first, second }.MinBy(place => Height(place.Minimum));
        return best.Minimum with { At = [.. best.Minimum.At, best.X] };
    }

    private static double Height(Minimum minimum) => double.IsFinite(minimum.Value) ? minimum.Value : double.PositiveInfinity;
}
