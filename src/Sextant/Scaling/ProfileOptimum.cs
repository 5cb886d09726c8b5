namespace Sextant.Scaling;

/// <summary>
/// The noise of a loss, pooled over profiles. One profile of six points knows its own from three degrees of freedom; it is drawn towards all
/// profiles' as if these were worth four more.
/// </summary>
internal sealed record PooledVariance(double? Variance, int DegreesOfFreedom)
{
    private const int Prior = 4;

    public static PooledVariance Of(IEnumerable<Profile> profiles)
    {
        var fits = profiles.Where(profile => profile.Status is FitStatus.Converged or FitStatus.BoundHit).Select(profile => profile.Quadratic!).Where(fit => fit.DegreesOfFreedom > 0).ToList();
        int freedom = fits.Sum(fit => fit.DegreesOfFreedom);
        return new PooledVariance(freedom > 0 ? fits.Sum(fit => fit.ResidualSumOfSquares) / freedom : null, freedom);
    }

    /// <summary>The variance of an observation of weight 1 and its degrees of freedom; null where no profile tells it.</summary>
    public (double Variance, int DegreesOfFreedom)? For(PolynomialFit fit) =>
        Variance is double pooled
            ? ((fit.ResidualSumOfSquares + (Prior * pooled)) / (fit.DegreesOfFreedom + Prior), Math.Min(DegreesOfFreedom, fit.DegreesOfFreedom + Prior))
            : null;
}

/// <summary>A profile's vertex with all that is said of it.</summary>
internal static class ProfileOptimum
{
    /// <summary>The optimum without its tokens.</summary>
    public static Optimum Of(Profile profile, PooledVariance pooled, double level, ProfileVariable variable)
    {
        string at = $"At {profile.Flops:0.###e0} FLOPs";
        var optimum = new Optimum { Flops = profile.Flops, Status = profile.Status, Points = profile.Points, Used = profile.Window.Length };
        if (profile.Quadratic is null)
        {
            return optimum with { Warnings = [$"{at} there are {profile.Sizes} sizes: a quadratic needs three."] };
        }

        optimum = optimum with
        {
            Window = Range(profile, variable),
            LackOfFit = profile.LackOfFit(throughAll: false),
            LackOfFitOfAll = profile.LackOfFit(throughAll: true),
        };
        if (profile.Status == FitStatus.Failed)
        {
            return optimum with { Warnings = [$"{at} the losses have no minimum over the sizes: the parabola is flat or opens downwards."] };
        }

        double x = profile.Vertex.At;
        bool inside = profile.Status == FitStatus.Converged;
        return optimum with
        {
            Status = inside && Interval(profile, pooled, Identifiability.Level, variable) is { Low: null } or { High: null } ? FitStatus.NotIdentified : profile.Status,
            Parameters = variable == ProfileVariable.Parameters ? Power(x) : profile.Other(x) is double n ? Power(n) : null,
            Tokens = variable == ProfileVariable.Tokens ? Power(x) : profile.Other(x) is double d ? Power(d) : null,
            Loss = inside && profile.Lowest > 0 ? profile.Lowest : null,
            Curvature = inside ? Curvature(profile, pooled) : null,
            ParametersInterval = Interval(profile, pooled, level, variable),
            Warnings = [.. Warnings(profile, at)],
        };
    }

    private static IEnumerable<string> Warnings(Profile profile, string at)
    {
        double low = profile.Window[0].X, high = profile.Window[^1].X, share = (profile.Vertex.At - low) / (high - low);
        if (profile.Status == FitStatus.BoundHit)
        {
            yield return $"{at} the parabola turns outside the sizes trained: the optimum is a guess and takes no part in the line.";
        }
        else if (share is < 0.2 or > 0.8)
        {
            yield return $"{at} the optimum lies near the {(share < 0.5 ? "lower" : "upper")} end of the sizes: an off-centre grid biases it.";
        }

        if (profile.Status == FitStatus.Converged && profile.Lowest <= 0)
        {
            yield return $"{at} the parabola's lowest point lies below a loss of 0, where no loss can be: between sizes the losses bend otherwise than a parabola, and its vertex is a rough guess.";
        }

        if (profile.Sizes == 3)
        {
            yield return $"{at} there are only three sizes: the parabola goes through them exactly, and nothing tests it.";
        }

        if (profile.LackOfFit(throughAll: false) is { P: < 0.01 } lack)
        {
            yield return $"{at} a cubic fits better than the parabola (p = {lack.P:0.####}): its vertex is biased.";
        }
    }

    private static Interval Interval(Profile profile, PooledVariance pooled, double level, ProfileVariable variable)
    {
        if (pooled.For(profile.Quadratic!) is not var (variance, freedom))
        {
            return new Interval(null, null, level);
        }

        if (profile.Vertex.Within(Student.Reach(freedom, level), variance) is not var (low, high))
        {
            return new Interval(null, null, level);
        }

        double? first = variable == ProfileVariable.Parameters ? Power(low) : profile.Other(high) is double a ? Power(a) : null;
        double? last = variable == ProfileVariable.Parameters ? Power(high) : profile.Other(low) is double b ? Power(b) : null;
        return new Interval(first, last, level);
    }

    /// <summary>At equal compute a decade of tokens is a decade of parameters, so that it does not matter which the profile is drawn over.</summary>
    private static ProfileCurvature Curvature(Profile profile, PooledVariance pooled)
    {
        var (value, variance) = profile.Vertex.Steepness;
        return pooled.For(profile.Quadratic!) is var (noise, freedom) ? new ProfileCurvature(value, Math.Sqrt(variance * noise), freedom) : new ProfileCurvature(value, null, 0);
    }

    private static SizeRange Range(Profile profile, ProfileVariable variable)
    {
        double low = profile.Window.Min(point => variable == ProfileVariable.Parameters ? point.X : point.Other);
        double high = profile.Window.Max(point => variable == ProfileVariable.Parameters ? point.X : point.Other);
        return new SizeRange(Math.Pow(10, low), Math.Pow(10, high));
    }

    private static double? Power(double log) => Math.Pow(10, log) is double value && double.IsFinite(value) && value > 0 ? value : null;
}
