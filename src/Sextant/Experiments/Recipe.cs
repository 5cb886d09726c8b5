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

    /// <summary>Everything that is wrong with these values, each with its path; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems() => [.. Tokenizer.Problems(), .. Data.Problems(), .. Model.Problems(), .. Training.Problems(), .. Mismatches()];

    private IEnumerable<string> Mismatches()
    {
        if (Data is DataOptions.Text && Model.HasEncoder)
        {
            yield return "model.kind: plain text (data.kind text) needs a decoder-only model, such as modernDecoder.";
        }

        if (Data is DataOptions.Text && Tokenizer is TokenizerOptions.Course)
        {
            yield return "tokenizer.kind: the course's 30 characters hold no plain text; choose characters or bytePairs.";
        }

        if (Model is ModelOptions.Modern { MaximalUpdateFrom: not null } && Training.Optimizer is not OptimizerOptions.Adam)
        {
            yield return "model.maximalUpdateFrom: its rules are those for Adam, and training.optimizer.kind is another; choose adam or adamW, or leave it out.";
        }

        if (Data is DataOptions.Text && Training.Batch is BatchOptions.FixedBuckets)
        {
            yield return "training.batch.kind: fixedBuckets are for pairs; choose tokenBudget or examples for plain text.";
        }
    }
}
