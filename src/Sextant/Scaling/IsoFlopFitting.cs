namespace Sextant.Scaling;

/// <summary>The steps of <see cref="IsoFlopFit"/>.</summary>
internal sealed class IsoFlopFitting(IReadOnlyList<ScalingPoint> points, IsoFlopOptions options)
{
    /// <summary>A table with more sizes than this hides what it should show, and with more points in all its refits stop being cheap.</summary>
    private const int MostSizes = 200;
    private const long CheapRefits = 2_000_000;

    private static readonly int[] OtherWindows = [4, 5, 6, 7, 8, 10, 12];

    private readonly List<ExcludedRow> excluded = [];
    private readonly List<string> warnings = [];

    private bool OverParameters => options.Variable == ProfileVariable.Parameters;

    public IsoFlopFit Fit()
    {
        var clean = Clean();
        var units = Units(clean);
        var profiles = Profiles(clean, units, excluded);
        var pooled = PooledVariance.Of(profiles);
        var usable = profiles.Where(profile => profile.Usable).ToList();
        bool shared = SharesTrainings(usable);
        var own = Line(usable, pooled, shared, x => x.Vertex.At);
        var other = Line([.. usable.Where(HasOther)], pooled, shared, x => x.Other(x.Vertex.At)!.Value);
        var (parameters, tokens) = OverParameters ? (own, other) : (other, own);
        IReadOnlyList<Optimum> optima = [.. profiles.Select(profile => Corrected(profile, ProfileOptimum.Of(profile, pooled, options.Level, options.Variable) with { Windows = Windows(profile) }))];
        double[] at = [.. options.At.Where(flops => double.IsFinite(flops) && flops > 0)];
        var exponent = parameters?.Slope(Identifiability.Level);
        var status = AllocationLines.Status(optima, parameters?.Line, exponent);
        Warn(status, optima, exponent, shared);
        return new IsoFlopFit
        {
            Status = status,
            Warnings = warnings,
            Excluded = [.. excluded.OrderBy(row => row.Row)],
            Convention = options.Convention,
            Optima = optima,
            Parameters = parameters?.Line,
            Tokens = tokens?.Line,
            At = AllocationLines.At(parameters?.Line, tokens?.Line, at),
            ParametersSpread = parameters,
            TokensSpread = tokens,
            Intervals = AllocationLines.Intervals(parameters, tokens, at, options.Level),
            WithoutSize = WithoutSize(clean, units),
            Extrapolation = Extrapolation(usable, pooled, shared),
            SeedNoise = AllocationLines.SeedNoise(profiles.Select(profile => profile.Window)),
            Variable = options.Variable,
            CorrectedParameters = CorrectedLine(optima, optimum => optimum.CorrectedParameters),
            CorrectedTokens = CorrectedLine(optima, optimum => optimum.CorrectedTokens),
        };
    }

    private List<ScalingPoint> Clean()
    {
        var clean = new List<ScalingPoint>(points.Count);
        foreach (var point in points)
        {
            if (Reason(point) is string reason)
            {
                excluded.Add(new ExcludedRow(point.Row, reason));
            }
            else
            {
                clean.Add(point);
            }
        }

        return clean;
    }

    private string? Reason(ScalingPoint point)
    {
        double value = OverParameters ? point.Parameters : point.Tokens;
        string name = OverParameters ? "parameters" : "tokens";
        return !double.IsFinite(point.Flops) ? "its FLOPs are missing or not a number"
            : point.Flops <= 0 ? "its FLOPs are not above 0"
            : !double.IsFinite(value) ? $"its {name} are missing or not a number"
            : value <= 0 ? $"its {name} are not above 0"
            : !double.IsFinite(point.Loss) ? "its loss is missing or not a number"
            : point.Loss <= 0 ? "its loss is not above 0"
            : !double.IsFinite(point.Weight) || point.Weight <= 0 ? "its weight is not a number above 0"
            : null;
    }

    /// <summary>The number of each point's training; a row without a run is a training of its own.</summary>
    private static Dictionary<ScalingPoint, int> Units(List<ScalingPoint> clean)
    {
        var runs = new Dictionary<string, int>();
        var units = new Dictionary<ScalingPoint, int>(clean.Count, ReferenceEqualityComparer.Instance);
        foreach (var point in clean)
        {
            int next = units.Count + runs.Count;
            if (point.Run is null)
            {
                units[point] = next;
                continue;
            }

            if (!runs.TryGetValue(point.Run, out int unit))
            {
                runs.Add(point.Run, unit = next);
            }

            units[point] = unit;
        }

        return units;
    }

    /// <summary>A profile for each group of budgets, from the smallest; the rows of those with too few sizes are <paramref name="leftOut"/>.</summary>
    private List<Profile> Profiles(IEnumerable<ScalingPoint> clean, Dictionary<ScalingPoint, int> units, List<ExcludedRow> leftOut)
    {
        ScalingPoint[] sorted = [.. clean];
        Array.Sort(sorted, (a, b) => a.Flops.CompareTo(b.Flops));
        var profiles = new List<Profile>();
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            double logs = 0;
            while (end < sorted.Length && sorted[end].Flops <= sorted[start].Flops * (1 + options.BudgetTolerance))
            {
                logs += Math.Log(sorted[end++].Flops / sorted[start].Flops);
            }

            var group = new ArraySegment<ScalingPoint>(sorted, start, end - start);
            var profile = Profile.Of(sorted[start].Flops * Math.Exp(logs / group.Count), group.Select(point => Point(point, units[point])), options.Window);
            profiles.Add(profile);
            if (profile.Status == FitStatus.TooFewPoints)
            {
                string reason = $"its budget of {profile.Flops:0.###e0} FLOPs has {(profile.Sizes == 1 ? "one size" : $"{profile.Sizes} sizes")}, and a quadratic needs three";
                leftOut.AddRange(group.Select(point => new ExcludedRow(point.Row, reason)));
            }

            start = end;
        }

        return profiles;
    }

    private ProfilePoint Point(ScalingPoint point, int unit)
    {
        double n = Math.Log10(point.Parameters), d = Math.Log10(point.Tokens);
        return OverParameters ? new ProfilePoint(n, d, point.Loss, point.Weight, unit) : new ProfilePoint(d, n, point.Loss, point.Weight, unit);
    }

    private static bool HasOther(Profile profile) => profile.Other(profile.Vertex.At) is double other && double.IsFinite(other);

    private static bool SharesTrainings(List<Profile> usable)
    {
        HashSet<int> seen = [];
        return usable.Any(profile => profile.Window.Select(point => point.Unit).Distinct().ToList() is var own && own.Any(unit => !seen.Add(unit)));
    }

    /// <summary>The weighted line through a value of each profile, with its spread: from its own residuals where the budgets are independent.</summary>
    private static LineSpread? Line(List<Profile> usable, PooledVariance pooled, bool shared, Func<Profile, double> value)
    {
        double[] x = [.. usable.Select(profile => Math.Log10(profile.Flops))], y = [.. usable.Select(value)];
        double[] variances = [.. usable.Select(profile => profile.Vertex.UnitVariance * (pooled.For(profile.Quadratic!)?.Variance ?? 0))];
        if (variances.Length == 0 || WeightedLine.OfNoisy(x, y, variances) is not WeightedLine line)
        {
            return null;
        }

        return shared ? ClusteredLine.Spread(line.Line, usable, line.Weights, [.. usable.Select(_ => 1.0)]) : line.Spread;
    }

    private static IReadOnlyList<WindowVertex> Windows(Profile profile)
    {
        if (profile.Quadratic is null || profile.Points > 10_000)
        {
            return [];
        }

        double? Value(int sizes) => profile.VertexOfNearest(sizes) is double x ? Math.Pow(10, x) : null;
        return [.. OtherWindows.Append(profile.Sizes).Where(sizes => sizes <= profile.Sizes).Distinct().Select(sizes => new WindowVertex(sizes, Value(sizes)))];
    }

    /// <summary>Takes off what a noise-free quadratic through the same sizes would miss.</summary>
    private Optimum Corrected(Profile profile, Optimum optimum)
    {
        if (options.Surface is not ParametricLaw surface || !profile.Usable)
        {
            return optimum;
        }

        var design = new BudgetDesign(profile.Flops, [.. profile.Window.Select(point => Math.Pow(10, point.X))]);
        return DesignBias.Of(surface, [design], options.Variable).Budgets[0].Error is not double error
            ? optimum
            : OverParameters
                ? optimum with { Bias = error, CorrectedParameters = optimum.Parameters / (1 + error), CorrectedTokens = optimum.Tokens * (1 + error) }
                : optimum with { Bias = error, CorrectedTokens = optimum.Tokens / (1 + error), CorrectedParameters = optimum.Parameters * (1 + error) };
    }

    private static LogLine? CorrectedLine(IReadOnlyList<Optimum> optima, Func<Optimum, double?> value)
    {
        var known = optima.Where(optimum => value(optimum) is > 0).ToList();
        return WeightedLine.Of([.. known.Select(optimum => Math.Log10(optimum.Flops))], [.. known.Select(optimum => Math.Log10(value(optimum)!.Value))], [.. known.Select(_ => 1.0)])?.Line;
    }

    private ExtrapolationCheck? Extrapolation(List<Profile> usable, PooledVariance pooled, bool shared)
    {
        var known = OverParameters ? usable : [.. usable.Where(HasOther)];
        double Value(Profile profile) => OverParameters ? profile.Vertex.At : profile.Other(profile.Vertex.At)!.Value;
        return AllocationLines.Extrapolation([.. known.Select(profile => (profile.Flops, Value(profile)))], some => Line([.. some.Select(i => known[i])], pooled, shared, Value)?.Line);
    }

    private List<LeftOutSize> WithoutSize(List<ScalingPoint> clean, Dictionary<ScalingPoint, int> units)
    {
        double[] sizes = [.. clean.Select(point => point.Parameters).Where(double.IsFinite).Distinct().Order()];
        if (!options.WithoutEachSize || sizes.Length > MostSizes || sizes.LongLength * clean.Count > CheapRefits)
        {
            return [];
        }

        return [.. sizes.Select(size =>
        {
            var profiles = Profiles(clean.Where(point => point.Parameters != size), units, []);
            var usable = profiles.Where(profile => profile.Usable && (OverParameters || HasOther(profile))).ToList();
            var line = Line(usable, PooledVariance.Of(profiles), false, profile => OverParameters ? profile.Vertex.At : profile.Other(profile.Vertex.At)!.Value);
            return new LeftOutSize(size, line?.Line, usable.Count);
        })];
    }

    private void Warn(FitStatus status, IReadOnlyList<Optimum> optima, Interval? exponent, bool shared)
    {
        warnings.AddRange(AllocationLines.Explained(status, optima, exponent));
        if (options.Surface is null && optima.Any(optimum => optimum.ParametersInterval?.Low is not null))
        {
            warnings.Add("The intervals of single optima hold what noise leaves open; how far a parabola misses the minimum comes on top, and only a law given for the surface tells it.");
        }

        if (shared)
        {
            warnings.Add("Budgets share trainings, so they are not independent: the intervals follow the trainings.");
        }

        // A table of random points has hundreds of budgets, each with the same complaint.
        const int told = 20;
        string[] all = [.. optima.SelectMany(optimum => optimum.Warnings)];
        warnings.AddRange(all.Take(told));
        if (all.Length > told)
        {
            warnings.Add($"{all.Length - told} more such sentences stand with the optima.");
        }

        if (status is FitStatus.Converged or FitStatus.NotIdentified && optima.Count(optimum => optimum.LackOfFitOfAll is { P: < 0.01 }) is int bent and > 0)
        {
            warnings.Add($"Through all points of a budget a parabola is rejected (p < 0.01) at {bent} of {optima.Count} budgets: the window matters.");
        }
    }
}
