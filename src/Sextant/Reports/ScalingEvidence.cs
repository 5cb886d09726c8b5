using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Reports;

/// <summary>A fit and all that stands behind it: what <see cref="ScalingReport"/> tells.</summary>
public sealed record ScalingEvidence
{
    /// <summary>What was studied, for the title.</summary>
    public required string Name { get; init; }

    /// <summary>Of curves, IsoFLOP profiles or L(N, D).</summary>
    public required Fit Fit { get; init; }

    /// <summary>What the fit was made from, where that was curves; rows that were left out may be among them.</summary>
    public IReadOnlyList<LossCurve> Curves { get; init; } = [];

    /// <summary>What the fit was made from, where that was points; rows that were left out may be among them.</summary>
    public IReadOnlyList<ScalingPoint> Points { get; init; } = [];

    /// <summary>The runs, where they were ours; empty for anyone's table, whose curves or points are then listed.</summary>
    public IReadOnlyList<ReportedRun> Runs { get; init; } = [];

    /// <summary>The exponent by each way to count; empty where the runs cannot be counted again.</summary>
    public IReadOnlyList<ConventionExponent> ByConvention { get; init; } = [];

    /// <summary>Which validation loss the fit was made from; null where the table does not say.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>What was known beforehand to stand in the way of the answer, a sentence each.</summary>
    public IReadOnlyList<string> Caveats { get; init; } = [];

    /// <summary>How the learning rate was kept from deciding the answer; null where each recipe's stood.</summary>
    public LearningRateOptions? LearningRate { get; init; }

    /// <summary>What a search found for each size; empty where none was made.</summary>
    public IReadOnlyList<TunedSize> Tuning { get; init; } = [];

    /// <summary>Whether sizes keep with the width, where the models are parametrised by maximal update; else null.</summary>
    public CoordinateCheck? CoordinateCheck { get; init; }

    /// <summary>A run to be seen against the lines; null for none.</summary>
    public MarkedRun? Marked { get; init; }

    /// <summary>Commands that repeat it.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];
}

/// <summary>A run of a study as the table of runs tells it; what is not known is null.</summary>
public sealed record ReportedRun
{
    public required string Name { get; init; }

    public int? Hidden { get; init; }

    public int? Layers { get; init; }

    /// <summary>Peak.</summary>
    public double? LearningRate { get; init; }

    public ulong? Seed { get; init; }

    /// <summary>N, by the fit's convention.</summary>
    public double? Parameters { get; init; }

    /// <summary>C, by the fit's convention.</summary>
    public double? Flops { get; init; }

    public double? Tokens { get; init; }

    public double? Epochs { get; init; }

    /// <summary>The last validation loss, nats a token.</summary>
    public double? Loss { get; init; }

    /// <summary>Why it took no part; null where it did.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>A run held against a fit.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Flops">C, by the fit's convention; 6 N D for a law of N and D.</param>
/// <param name="Parameters">N, by the fit's convention.</param>
/// <param name="Tokens">D; null where it is not known.</param>
/// <param name="Loss">At its end, nats a token; null where it is not known.</param>
public sealed record MarkedRun(string Name, double Flops, double Parameters, double? Tokens, double? Loss = null)
{
    /// <summary>What its audit advises, in sentences.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    /// <summary>What its audit warns of.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The run of an audit at its end.</summary>
    public static MarkedRun Of(Audit audit) => new(audit.Run, audit.Flops, audit.Parameters, audit.Tokens, audit.Loss) { Advice = audit.Advice, Warnings = audit.Warnings };
}
