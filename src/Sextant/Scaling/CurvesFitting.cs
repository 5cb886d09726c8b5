namespace Sextant.Scaling;

/// <summary>The steps of <see cref="CurvesFit"/>.</summary>
internal sealed class CurvesFitting
{
    private readonly CurvesOptions options;
    private readonly List<ExcludedRow> excluded = [];
    private readonly List<string> warnings = [];
    private readonly List<(LossCurve Curve, SmoothCurve Smooth)> curves = [];
    private readonly TokenRule tokens;

    public CurvesFitting(IReadOnlyList<LossCurve> given, CurvesOptions options)
    {
        this.options = options;
        foreach (var curve in given)
        {
            Add(curve);
        }

        tokens = options.TokenRule ?? TokenRule.For(options.Convention, curves.Select(pair => pair.Curve));
    }

    public CurvesFit Fit()
    {
        double[] targets = [.. Targets().Distinct().Order()];
        double[] at = [.. options.At.Where(flops => double.IsFinite(flops) && flops > 0)];
        List<CurveReading> readings = [.. targets.SelectMany(Read)];
        LeaveOutUnread(targets);
        var profiles = Profiles(targets, readings, null);
        var usable = profiles.Where(profile => profile.Usable).ToList();
        var parameters = Line(usable.Select(profile => (profile.Flops, Log: (double?)profile.Vertex.At)));
        var tokenLine = Line(usable.Select(profile => (profile.Flops, Log: LogTokens(profile, profile.Vertex.At))));
        var parametersSpread = Spread(usable, parameters, (_, x) => x);
        var tokensSpread = Spread(usable, tokenLine, LogTokens);
        var optima = Optima(profiles);
        var exponent = parametersSpread?.Slope(Identifiability.Level);
        var status = AllocationLines.Status(optima, parameters, exponent);
        string? misfit = Misfit();
        if (misfit is not null)
        {
            warnings.Add(misfit);
        }

        Warn(status, optima, exponent, profiles);
        status = misfit is not null && status == FitStatus.Converged ? FitStatus.NotIdentified : status;
        return new CurvesFit
        {
            Status = status,
            Warnings = warnings,
            Excluded = [.. excluded.OrderBy(row => row.Row)],
            Convention = options.Convention,
            Optima = optima,
            Parameters = parameters,
            Tokens = tokenLine,
            At = AllocationLines.At(parameters, tokenLine, at),
            ParametersSpread = parametersSpread,
            TokensSpread = tokensSpread,
            Intervals = AllocationLines.Intervals(parametersSpread, tokensSpread, at, options.Level),
            WithoutSize = WithoutSize(targets, readings),
            Extrapolation = AllocationLines.Extrapolation(
                [.. usable.Select(profile => (profile.Flops, profile.Vertex.At))], some => Line(some.Select(i => (usable[i].Flops, (double?)usable[i].Vertex.At)))),
            SeedNoise = AllocationLines.SeedNoise(profiles.Select(profile => profile.Window)),
            Smoother = options.Smoother,
            Frontier = LossFrontier.Of([.. curves.Select(pair => pair.Curve)], options.Smoother),
            Readings = readings,
        };
    }

    /// <summary>
    /// Whether the polynomial misses curves otherwise than noise does: neighbouring residuals are alike (von Neumann 1941: their mean squared difference over their mean square is near 2
    /// for noise) and most are not small, as a spike's would be. What is read off such a curve is biased, by how much the fit cannot know. A monotone curve has no shape of its own to miss by.
    /// </summary>
    private string? Misfit()
    {
        const int fewest = 10;
        const double alike = 1, small = 0.01;
        if (options.Smoother is not CurveSmoother.Polynomial polynomial)
        {
            return null;
        }

        var missed = new List<(string Curve, double Most)>();
        foreach (var (curve, smooth) in curves.Where(pair => pair.Curve.Points.Count >= fewest))
        {
            double[] residuals = [.. curve.Points.Select(point => smooth.At(point.Flops) is { Loss: > 0 } at ? (point.Loss / at.Loss) - 1 : 0)];
            double squares = residuals.Sum(residual => residual * residual);
            double steps = residuals.Zip(residuals.Skip(1), (a, b) => (b - a) * (b - a)).Sum();
            if (steps < alike * squares && residuals.Select(Math.Abs).Order().ElementAt(residuals.Length / 2) > small)
            {
                missed.Add((curve.Name, residuals.Max(Math.Abs)));
            }
        }

        if (missed.Count == 0)
        {
            return null;
        }

        var (worst, most) = missed.MaxBy(curve => curve.Most);
        return $"The polynomial of degree {polynomial.Degree} misses {missed.Count} of {curves.Count} curves otherwise than noise would, {worst} by up to {Said.Percent(most)} of the loss: what is read off them is biased, and no interval holds that. Take another smoother (--smooth monotone), or evaluations over fewer decades of FLOPs.";
    }

    private void Add(LossCurve curve)
    {
        string? wrong = !double.IsFinite(curve.Parameters) ? "its parameters are missing or not a number" : curve.Parameters <= 0 ? "its parameters are not above 0" : null;
        foreach (var point in curve.Points.Where(point => wrong is not null || !CurveSmoother.IsMeasured(point)))
        {
            excluded.Add(new ExcludedRow(point.Row, wrong ?? Reason(point)));
        }

        if (wrong is not null)
        {
            return;
        }

        var clean = curve with { Points = [.. curve.Points.Where(CurveSmoother.IsMeasured).OrderBy(point => point.Flops)] };
        if (options.Smoother.Smooth(clean) is SmoothCurve smooth)
        {
            curves.Add((clean, smooth));
            return;
        }

        excluded.AddRange(clean.Points.Select(point => new ExcludedRow(point.Row, $"its curve {curve.Name} has too few evaluations ({clean.Points.Count}) for the smoother")));
    }

    private static string Reason(CurvePoint point) => point switch
    {
        _ when !double.IsFinite(point.Flops) => "its FLOPs are missing or not a number",
        _ when !double.IsFinite(point.Loss) => "its loss is missing or not a number",
        { Flops: <= 0 } => "its FLOPs are not above 0",
        _ => "its loss is not above 0",
    };

    private IEnumerable<double> Targets()
    {
        if (options.Targets.Count > 0)
        {
            return options.Targets.Where(target => double.IsFinite(target) && target > 0);
        }

        double[] first = [.. curves.Select(pair => pair.Smooth.FirstFlops).Order()], last = [.. curves.Select(pair => pair.Smooth.LastFlops).OrderDescending()];
        return first.Length < 4 || first[3] >= last[3] ? [] : Enumerable.Range(0, 5).Select(i => i == 4 ? last[3] : first[3] * Math.Pow(last[3] / first[3], i / 4.0));
    }

    /// <summary>A curve takes part only where the target lies between its first and last FLOPs.</summary>
    private IEnumerable<CurveReading> Read(double target)
    {
        foreach (var (curve, smooth) in curves)
        {
            if (smooth.At(target) is { Loss: > 0 } loss)
            {
                yield return new CurveReading(target, curve.Name, curve.Parameters, TokensAt(curve, target), loss.Loss, loss.StandardError);
            }
        }
    }

    private void LeaveOutUnread(double[] targets)
    {
        foreach (var (curve, _) in curves.Where(pair => !targets.Any(target => target >= pair.Smooth.FirstFlops && target <= pair.Smooth.LastFlops)))
        {
            excluded.AddRange(curve.Points.Select(point => new ExcludedRow(point.Row, $"no target lies between the first and last FLOPs of its curve {curve.Name}")));
        }
    }

    private static double? TokensAt(LossCurve curve, double target)
    {
        var points = curve.Points;
        int low = 0, high = points.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = points[middle].Flops < target ? (middle + 1, high) : (low, middle);
        }

        var (after, before) = (points[low], points[Math.Max(0, low - 1)]);
        double width = after.Flops - before.Flops;
        double tokens = width > 0 ? before.Tokens + ((after.Tokens - before.Tokens) * (target - before.Flops) / width) : after.Tokens;
        return double.IsFinite(tokens) && tokens > 0 ? tokens : null;
    }

    private List<Profile> Profiles(double[] targets, List<CurveReading> readings, double? without)
    {
        var names = curves.Select(pair => pair.Curve.Name).Distinct().Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return
        [
            .. targets.Select(target => Profile.Of(
                target,
                readings.Where(reading => reading.Flops == target && reading.Parameters != without)
                    .Select(reading => new ProfilePoint(Math.Log10(reading.Parameters), Math.Log10(reading.Tokens ?? double.NaN), reading.Loss, 1, names[reading.Curve])),
                new ProfileWindow.All())),
        ];
    }

    private double? LogTokens(Profile profile, double logParameters) =>
        tokens.Tokens(profile.Flops, Math.Pow(10, logParameters), [.. profile.Window.Select(point => (point.X, point.Other))]) is double found && double.IsFinite(found) && found > 0
            ? Math.Log10(found)
            : null;

    private static LogLine? Line(IEnumerable<(double Flops, double? Log)> optima)
    {
        var known = optima.Where(optimum => optimum.Log is not null).ToList();
        return WeightedLine.Of([.. known.Select(optimum => Math.Log10(optimum.Flops))], [.. known.Select(optimum => optimum.Log!.Value)], [.. known.Select(_ => 1.0)])?.Line;
    }

    /// <summary>The spread of a line through the values that <paramref name="log"/> makes of the vertices.</summary>
    private static LineSpread? Spread(List<Profile> usable, LogLine? line, Func<Profile, double, double?> log)
    {
        const double step = 1e-4;
        if (line is null)
        {
            return null;
        }

        var known = usable.Where(profile => log(profile, profile.Vertex.At) is not null).ToList();
        double[] change = [.. known.Select(profile => (log(profile, profile.Vertex.At + step) - log(profile, profile.Vertex.At - step)) / (2 * step) ?? 0)];
        return ClusteredLine.Spread(line, known, [.. known.Select(_ => 1.0)], change);
    }

    private IReadOnlyList<Optimum> Optima(List<Profile> profiles)
    {
        var pooled = PooledVariance.Of(profiles);
        return [.. profiles.Select(profile =>
        {
            var optimum = ProfileOptimum.Of(profile, pooled, options.Level, ProfileVariable.Parameters);
            return optimum.Parameters is double n ? optimum with { Tokens = LogTokens(profile, Math.Log10(n)) is double log ? Math.Pow(10, log) : null } : optimum;
        })];
    }

    private List<LeftOutSize> WithoutSize(double[] targets, List<CurveReading> readings)
    {
        double[] sizes = [.. readings.Select(reading => reading.Parameters).Distinct().Order()];
        return sizes.Length > 100 ? [] : [.. sizes.Select(size =>
        {
            var usable = Profiles(targets, readings, size).Where(profile => profile.Usable).ToList();
            return new LeftOutSize(size, Line(usable.Select(profile => (profile.Flops, (double?)profile.Vertex.At))), usable.Count);
        })];
    }

    private void Warn(FitStatus status, IReadOnlyList<Optimum> optima, Interval? exponent, List<Profile> profiles)
    {
        warnings.AddRange(AllocationLines.Explained(status, optima, exponent));
        if (optima.Count == 0)
        {
            warnings.Add(curves.Count < 3 ? $"Sizes can be compared from three trainings on; {curves.Count} can be read." : "The trainings share no FLOPs to be compared at: name targets, or train the smaller ones longer.");
        }

        warnings.AddRange(optima.SelectMany(optimum => optimum.Warnings));
        int runs = profiles.SelectMany(profile => profile.Window.Select(point => point.Unit)).Distinct().Count();
        int sizes = profiles.SelectMany(profile => profile.Window.Select(point => point.X)).Distinct().Count();
        if (runs > 0 && runs == sizes)
        {
            warnings.Add("Each size was trained once: how much another seed changes its curve is guessed from how the sizes miss a parabola. Where seeds differ by less than that, the intervals are wider than they need be.");
        }
    }
}
