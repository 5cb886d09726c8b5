namespace Sextant.Scaling;

/// <summary>
/// The course's study: the smooth losses of several trainings at given FLOPs, a quadratic of the loss in log10 N at each, and unweighted lines of
/// log10 N and log10 D on log10 C through the vertices.
/// </summary>
public sealed record CurvesFit : AllocationFit
{
    /// <summary>How the curves were made smooth.</summary>
    public CurveSmoother Smoother { get; init; } = new CurveSmoother.Polynomial();

    /// <summary>The lower envelope of the curves.</summary>
    public IReadOnlyList<FrontierPoint> Frontier { get; init; } = [];

    /// <summary>What the quadratics went through, by target and size.</summary>
    public IReadOnlyList<CurveReading> Readings { get; init; } = [];

    /// <summary>Fits the study to anyone's trainings.</summary>
    public static CurvesFit Of(IReadOnlyList<LossCurve> curves, CurvesOptions? options = null) => new CurvesFitting(curves, options ?? new CurvesOptions()).Fit();
}

/// <summary>A training's loss at a target.</summary>
/// <param name="Flops">The target.</param>
/// <param name="Curve">The training.</param>
/// <param name="Parameters">Its N.</param>
/// <param name="Tokens">Its D there, straight between evaluations; null where it is not known.</param>
/// <param name="Loss">The smooth loss, nats a token.</param>
/// <param name="StandardError">From the scatter of its own evaluations.</param>
public sealed record CurveReading(double Flops, string Curve, double Parameters, double? Tokens, double Loss, double StandardError);

/// <summary>How curves are fitted.</summary>
public sealed record CurvesOptions
{
    /// <summary>The course's by default.</summary>
    public CurveSmoother Smoother { get; init; } = new CurveSmoother.Polynomial();

    /// <summary>FLOPs to compare sizes at; empty for five, evenly spaced in log where at least four trainings can be read.</summary>
    public IReadOnlyList<double> Targets { get; init; } = [];

    /// <summary>Tokens of an optimum; null for <see cref="TokenRule.For"/> the convention.</summary>
    public TokenRule? TokenRule { get; init; }

    /// <summary>How N and C were counted; null where that is not known.</summary>
    public string? Convention { get; init; }

    /// <summary>FLOPs to evaluate the lines at.</summary>
    public IReadOnlyList<double> At { get; init; } = [];

    /// <summary>Of the intervals.</summary>
    public double Level { get; init; } = 0.95;
}
