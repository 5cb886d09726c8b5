using Sextant.Data;
using Sextant.Models;
using Sextant.Tokenization;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>Everything that determines a run.</summary>
public sealed record Recipe
{
    /// <summary>What people call it; takes no part in the identity.</summary>
    public required string Name { get; init; }

    public required DataOptions Data { get; init; }

    public required TokenizerOptions Tokenizer { get; init; }

    public required ModelOptions Model { get; init; }

    public required TrainingOptions Training { get; init; }

    /// <summary>Decides initial weights, dropout and the order of batches.</summary>
    public ulong Seed { get; init; } = 1;
}
