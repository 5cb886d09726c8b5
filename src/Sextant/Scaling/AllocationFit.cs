namespace Sextant.Scaling;

/// <summary>Optima at several computes and the two power laws through them: how compute is best divided between parameters and tokens.</summary>
public abstract record AllocationFit : Fit
{
    private protected AllocationFit()
    {
    }

    /// <summary>In the order of their FLOPs.</summary>
    public IReadOnlyList<Optimum> Optima { get; init; } = [];

    /// <summary>log10 of the optimal parameters on log10 of the FLOPs; null where fewer than two optima were found.</summary>
    public LogLine? Parameters { get; init; }

    /// <summary>log10 of the optimal tokens on log10 of the FLOPs; null where fewer than two optima have tokens.</summary>
    public LogLine? Tokens { get; init; }

    /// <summary>a in N* ~ C^a.</summary>
    public double? Exponent => Parameters?.Slope;

    /// <summary>The two lines at the FLOPs asked for.</summary>
    public IReadOnlyList<LineValues> At { get; init; } = [];

    /// <summary>How sure the line of parameters is at other places and levels.</summary>
    public LineSpread? ParametersSpread { get; init; }

    /// <summary>How sure the line of tokens is at other places and levels.</summary>
    public LineSpread? TokensSpread { get; init; }

    public override Fit WithoutDraws() => this with { ParametersSpread = null, TokensSpread = null };

    /// <summary>The line of parameters without each size in turn; empty where there were too many sizes for it.</summary>
    public IReadOnlyList<LeftOutSize> WithoutSize { get; init; } = [];

    /// <summary>The line through all but the largest compute held against the optimum there; null where it cannot be had.</summary>
    public ExtrapolationCheck? Extrapolation { get; init; }

    /// <summary>How much repeated runs of one size and compute differ; null where nothing was repeated.</summary>
    public SeedNoise? SeedNoise { get; init; }
}

/// <summary>The two lines at a compute.</summary>
/// <param name="Flops">C.</param>
/// <param name="Parameters">N*.</param>
/// <param name="Tokens">D*; null where the fit has no line of tokens.</param>
public sealed record LineValues(double Flops, double Parameters, double? Tokens);

/// <summary>Where the loss at one compute is least.</summary>
public sealed record Optimum
{
    /// <summary>C.</summary>
    public required double Flops { get; init; }

    /// <summary>N*; null where there is no minimum.</summary>
    public double? Parameters { get; init; }

    /// <summary>D*; null where there is no minimum or no rule for it.</summary>
    public double? Tokens { get; init; }

    /// <summary>The quadratic's least loss, nats a token.</summary>
    public double? Loss { get; init; }

    /// <summary>converged: inside the sizes, with a bounded interval of 95 %; notIdentified: without; boundHit: outside the sizes, and no part of the line; failed: no minimum.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>Of N*: what the noise leaves open (Fieller 1954). How far a parabola misses the true minimum is not in it: see <see cref="Bias"/>. Null where there is no minimum.</summary>
    public Interval? ParametersInterval { get; init; }

    /// <summary>How steep the valley is; null where there is no minimum.</summary>
    public ProfileCurvature? Curvature { get; init; }

    /// <summary>Points at this compute.</summary>
    public int Points { get; init; }

    /// <summary>Those of them inside the window, which the quadratic goes through.</summary>
    public int Used { get; init; }

    /// <summary>The smallest and largest N in the window.</summary>
    public SizeRange? Window { get; init; }

    /// <summary>The quadratic in the window held against a cubic; null where no degree of freedom is left.</summary>
    public LackOfFit? LackOfFit { get; init; }

    /// <summary>The quadratic through all points of this compute held against a cubic; null where no degree of freedom is left.</summary>
    public LackOfFit? LackOfFitOfAll { get; init; }

    /// <summary>The same optimum by other windows.</summary>
    public IReadOnlyList<WindowVertex> Windows { get; init; } = [];

    /// <summary>The share by which a noise-free quadratic in this window misses N* on the surface given; null without one.</summary>
    public double? Bias { get; init; }

    /// <summary>N* less that bias.</summary>
    public double? CorrectedParameters { get; init; }

    /// <summary>D* less that bias.</summary>
    public double? CorrectedTokens { get; init; }

    /// <summary>What one must know before believing it, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>From one size to another.</summary>
/// <param name="Smallest">N.</param>
/// <param name="Largest">N.</param>
public sealed record SizeRange(double Smallest, double Largest);

/// <summary>The quadratic's steepness: a model k decades of size away from the optimum costs Value k k more.</summary>
/// <param name="Value">Nats a token for a squared decade of N.</param>
/// <param name="Error">Standard error; null where nothing tells it.</param>
/// <param name="DegreesOfFreedom">Of the error.</param>
public sealed record ProfileCurvature(double Value, double? Error, int DegreesOfFreedom);

/// <summary>An F-test of a cubic against the quadratic.</summary>
/// <param name="F">With 1 and <paramref name="DegreesOfFreedom"/> degrees of freedom.</param>
/// <param name="DegreesOfFreedom">Points less 4.</param>
/// <param name="P">The chance of an F as large where the quadratic is right.</param>
public sealed record LackOfFit(double F, int DegreesOfFreedom, double P);

/// <summary>The optimum by a window of another size.</summary>
/// <param name="Points">Points in the window, the nearest to the minimum.</param>
/// <param name="Parameters">N*; null where that window has no minimum.</param>
public sealed record WindowVertex(int Points, double? Parameters);

/// <summary>The line of parameters without one size.</summary>
/// <param name="Parameters">The size left out, N.</param>
/// <param name="Line">Null where no line is left.</param>
/// <param name="Optima">How many optima it goes through.</param>
public sealed record LeftOutSize(double Parameters, LogLine? Line, int Optima);

/// <summary>The largest compute predicted from the others.</summary>
/// <param name="Flops">The largest compute with an optimum.</param>
/// <param name="Predicted">N* there by the line through the others.</param>
/// <param name="Found">N* there by its own points.</param>
public sealed record ExtrapolationCheck(double Flops, double Predicted, double Found)
{
    /// <summary>Predicted over found, less 1.</summary>
    public double Error => (Predicted / Found) - 1;
}
