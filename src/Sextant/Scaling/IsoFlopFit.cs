namespace Sextant.Scaling;

/// <summary>
/// Profiles of equal compute: at each budget a quadratic of the loss in log N or log D through the sizes near its minimum, and power laws of N* and D*
/// through the vertices, weighted by how sure each is.
/// </summary>
public sealed record IsoFlopFit : AllocationFit
{
    /// <summary>What the quadratics are ones in.</summary>
    public ProfileVariable Variable { get; init; } = ProfileVariable.Parameters;

    /// <summary>The line of parameters through the corrected optima; null where no surface was given.</summary>
    public LogLine? CorrectedParameters { get; init; }

    /// <summary>The line of tokens through the corrected optima; null where no surface was given.</summary>
    public LogLine? CorrectedTokens { get; init; }

    /// <summary>Fits anyone's points.</summary>
    public static IsoFlopFit Of(IReadOnlyList<ScalingPoint> points, IsoFlopOptions? options = null) => new IsoFlopFitting(points, options ?? new IsoFlopOptions()).Fit();
}

/// <summary>How IsoFLOP profiles are fitted.</summary>
public sealed record IsoFlopOptions
{
    /// <summary>What the quadratic is one in.</summary>
    public ProfileVariable Variable { get; init; } = ProfileVariable.Parameters;

    /// <summary>Which points of a budget its quadratic goes through.</summary>
    public ProfileWindow Window { get; init; } = new ProfileWindow.Local();

    /// <summary>Budgets belong together up to this share above the smallest of them: whole steps and batches never hit a budget exactly.</summary>
    public double BudgetTolerance { get; init; } = 0.05;

    /// <summary>The law by which each optimum's bias is predicted and taken off, with C = 6ND; null for none.</summary>
    public ParametricLaw? Surface { get; init; }

    /// <summary>Whether to make <see cref="AllocationFit.WithoutSize"/>, a fit a size.</summary>
    public bool WithoutEachSize { get; init; } = true;

    /// <summary>How N and C were counted; null where that is not known.</summary>
    public string? Convention { get; init; }

    /// <summary>FLOPs to evaluate the lines at.</summary>
    public IReadOnlyList<double> At { get; init; } = [];

    /// <summary>Of the intervals.</summary>
    public double Level { get; init; } = 0.95;
}
