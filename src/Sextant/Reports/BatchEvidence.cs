using Sextant.Experiments;
using Sextant.Scaling.BatchSize;
using Sextant.Training;

namespace Sextant.Reports;

/// <summary>What was measured over batch sizes: what <see cref="BatchReport"/> tells.</summary>
public sealed record BatchEvidence
{
    /// <summary>What was studied, for the title.</summary>
    public required string Name { get; init; }

    /// <summary>What a batch is counted in: examples or tokens.</summary>
    public required string Unit { get; init; }

    /// <summary>The best rate at each batch; of a study of steps by the steps to its lowest target.</summary>
    public required LearningRateFit Rates { get; init; }

    /// <summary>Steps to each target; null where they were not counted.</summary>
    public StepsFit? Steps { get; init; }

    /// <summary>The estimates of the critical batch held against each other; null where there is one alone.</summary>
    public CriticalBatchAgreement? Agreement { get; init; }

    /// <summary>What the search found for each batch; empty for anyone's table.</summary>
    public IReadOnlyList<TunedSize> Tuning { get; init; } = [];

    /// <summary>Which validation loss was measured; null where nobody says.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>What was known beforehand to stand in the way of the answer, a sentence each.</summary>
    public IReadOnlyList<string> Caveats { get; init; } = [];

    /// <summary>Commands that repeat it.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];
}
