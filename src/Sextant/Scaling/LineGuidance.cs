namespace Sextant.Scaling;

/// <summary>Guidance of lines through optima. They say where the valley lies; its depth is known at the optima alone, and between them.</summary>
internal sealed class LineGuidance : Guidance
{
    /// <summary>Of the course's models, the only ones of its convention.</summary>
    private const double CourseLayers = 4;

    /// <summary>Whole epochs miss a budget by a little: so far beyond the outermost optimum its loss still holds.</summary>
    private const double Beyond = 1.1;

    private readonly AllocationFit fit;

    /// <summary>By FLOPs.</summary>
    private readonly Optimum[] optima;

    public LineGuidance(AllocationFit fit)
    {
        this.fit = fit;
        (Convention, Status, FitWarnings) = (fit.Convention, fit.Status, fit.Warnings);
        optima = [.. fit.Optima.Where(optimum => optimum is { Parameters: > 0, Loss: > 0 }).OrderBy(optimum => optimum.Flops)];
        var windows = fit.Optima.Select(optimum => optimum.Window).OfType<SizeRange>().ToList();
        Range = optima.Length == 0 || windows.Count == 0 ? null : new FittedRange
        {
            SmallestFlops = optima[0].Flops,
            LargestFlops = optima[^1].Flops,
            SmallestParameters = windows.Min(window => window.Smallest),
            LargestParameters = windows.Max(window => window.Largest),
        };
    }

    public override IReadOnlyList<double> Targets => [.. optima.Select(optimum => optimum.Flops)];

    public override bool CountsSixNd => false;

    public override Estimated? Parameters(double flops) => Usable(At(fit.Parameters, fit.ParametersSpread, flops));

    public override Estimated? Tokens(double flops) =>
        fit.Tokens is not null ? Usable(At(fit.Tokens, fit.TokensSpread, flops))
        : Convention is "6nd" or "kaplan" && Parameters(flops) is { } parameters ? parameters.Through(n => flops / 6 / n, isRising: false)
        : null;

    /// <summary>At a fixed compute tokens fall as parameters rise, so that the ends of the ratio pair opposite ends.</summary>
    public override Estimated? TokensPerParameter(double flops) => (Parameters(flops), Tokens(flops)) is ({ } n, { } d)
        ? new Estimated(d.Value / n.Value, level => n.Within(level) is { } ofN && d.Within(level) is { } ofD ? new Interval(ofD.Low / ofN.High, ofD.High / ofN.Low, level) : null)
        : null;

    public override Told Loss(double flops)
    {
        const string nothing = "the fit's lines say how to split compute and not what loss it buys";
        if (optima.Length < 2 || flops < optima[0].Flops / Beyond || flops > optima[^1].Flops * Beyond)
        {
            return Told.Nothing(optima.Length < 2 ? nothing : $"{nothing} outside its optima, {Said.Number(optima[0].Flops)} to {Said.Number(optima[^1].Flops)} FLOPs");
        }

        double inside = Math.Clamp(flops, optima[0].Flops, optima[^1].Flops);
        int right = Math.Max(1, Array.FindIndex(optima, optimum => optimum.Flops >= inside));
        return Unsure(Between(inside, optima[right - 1].Flops, optima[right].Flops, optima[right - 1].Loss!.Value, optima[right].Loss!.Value));
    }

    /// <summary>The first place where the losses of the optima, straight in logarithms between them, have fallen so far.</summary>
    public override Told ComputeFor(double loss)
    {
        for (int i = 1; i < optima.Length; i++)
        {
            var (before, after) = (optima[i - 1], optima[i]);
            if (before.Loss >= loss && after.Loss <= loss && before.Loss > after.Loss)
            {
                return Unsure(Between(loss, before.Loss!.Value, after.Loss!.Value, before.Flops, after.Flops));
            }
        }

        return Told.Nothing(optima.Length < 2 ? "the fit has fewer than two optima" : $"the loss is not among those of the fit's optima, {Said.Number(optima[0].Loss!.Value)} to {Said.Number(optima[^1].Loss!.Value)}");
    }

    public override Estimated? LossOfSplit(double parameters, double tokens) => null;

    /// <summary>Curvature times the squared decades, at the optimum of the nearest compute.</summary>
    public override Told CostOf(double share, double flops, out double at)
    {
        at = flops;
        if (optima.Where(optimum => optimum.Curvature is not null).MinBy(optimum => Math.Abs(Math.Log(optimum.Flops / flops))) is not { Curvature: { } curvature } nearest)
        {
            return Told.Nothing("the fit does not hold how steep its profiles are; make it again with this version");
        }

        at = nearest.Flops;
        double squared = Math.Log10(share) * Math.Log10(share);
        return new Estimated(curvature.Value, level => curvature.Error is double error && curvature.DegreesOfFreedom > 0
            ? Around(curvature.Value, error * Student.Reach(curvature.DegreesOfFreedom, level), level)
            : null).Times(squared);
    }

    public override (Estimated Parameters, Estimated? Tokens) Growth(double flops, double factor)
    {
        Estimated Of(LogLine line, LineSpread? spread) => new Estimated(line.Slope, level => spread?.Slope(level)).Through(slope => Math.Pow(factor, slope), isRising: factor >= 1);
        return (Of(fit.Parameters!, fit.ParametersSpread), fit.Tokens is { } tokens ? Of(tokens, fit.TokensSpread) : null);
    }

    public override double? TokensAt(double flops, double parameters) => Convention switch
    {
        "course" when CourseCounting.Hidden(parameters, CourseLayers, CourseCounting.Vocabulary) is double hidden =>
            flops / CourseCounting.ExampleFlops(hidden, CourseLayers, CourseCounting.Vocabulary, CourseCounting.Length) * CourseCounting.Length,
        "6nd" or "kaplan" => flops / 6 / parameters,
        _ => null,
    };

    public override double FlopsOf(double parameters, CurvePoint point) => point.Flops;

    public override (ServingPlan? Plan, string? Why) Serving(double flops, double served, IntervalBook book) =>
        (null, "lines through optima do not say what loss a smaller model reaches with more tokens; a parametric fit does");

    public override (IReadOnlyList<NextRun> Runs, string? Why) Next(double flops) => fit switch
    {
        CurvesFit => ([], "in a fit of curves every target is read off the same trainings: more targets add nothing, and another seed of each size is what narrows it"),
        _ when fit.ParametersSpread is not { HeightError: > 0, SlopeError: > 0, DegreesOfFreedom: > 0 } => ([], "the fit does not know its own errors"),
        _ => (NextRun.Of(fit, flops), null),
    };

    private static Estimated? Usable(Estimated estimate) => estimate.IsUsable ? estimate : null;

    private static Estimated At(LogLine? line, LineSpread? spread, double flops) => new(line?.At(flops) ?? double.NaN, level => spread?.At(flops, level));

    private static Estimated Unsure(double value) => new(value, _ => null);

    private static Interval Around(double value, double half, double level) => new(value - half, value + half, level);

    /// <summary>Straight in logarithms.</summary>
    private static double Between(double x, double fromX, double toX, double fromY, double toY) =>
        fromY * Math.Pow(toY / fromY, Math.Log(x / fromX) / Math.Log(toX / fromX));
}
