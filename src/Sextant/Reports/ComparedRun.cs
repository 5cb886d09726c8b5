using Sextant.Experiments;
using Sextant.Training;

namespace Sextant.Reports;

/// <summary>A finished run to hold against others.</summary>
public sealed record ComparedRun
{
    public required string Name { get; init; }

    public required Recipe Recipe { get; init; }

    public required RunResult Result { get; init; }

    /// <summary>What its data hold, whatever the seed of the split; null where that is not known (see <see cref="RunIdentity.OfData"/>).</summary>
    public string? DataIdentity { get; init; }

    /// <summary>Its lowest validation losses.</summary>
    /// <exception cref="InvalidOperationException">The run is not finished.</exception>
    public LowestLoss Losses => Result.ValidationLoss ?? throw new InvalidOperationException($"{Name} has no validation loss yet.");

    /// <summary>The lines of metrics.jsonl, in order.</summary>
    public required IReadOnlyList<Evaluation> Evaluations { get; init; }

    /// <summary>The test sentence as it translates it; empty where it does not translate.</summary>
    public IReadOnlyList<Translation> TestSentence { get; init; } = [];
}

/// <summary>A text and what a run made of it.</summary>
public readonly record struct Translation(string Source, string Output);
