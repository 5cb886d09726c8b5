using Sextant.Data;

namespace Sextant.Experiments;

/// <summary>A batch as a number, for what is compared over batch sizes.</summary>
internal static class BatchSizes
{
    /// <summary>The unit of batches that are filled up to a number of tokens.</summary>
    public const string Tokens = "tokens";

    /// <summary>What a batch is counted in.</summary>
    public static string Unit(BatchOptions batch) => batch is BatchOptions.TokenBudget ? Tokens : "examples";

    /// <summary>How many of its unit make a batch.</summary>
    public static int Of(BatchOptions batch) => batch switch
    {
        BatchOptions.FixedBuckets buckets => buckets.Size,
        BatchOptions.TokenBudget budget => budget.Tokens,
        BatchOptions.Examples examples => examples.Size,
        _ => throw new NotSupportedException(batch.GetType().Name),
    };

    /// <summary>What keeps these batches from being compared, each with its path in the recipe.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<BatchOptions> batches)
    {
        if (batches.DistinctBy(batch => batch.GetType()).Count() > 1)
        {
            yield return "training.batch.kind: the study mixes kinds of batches, which are counted in different things; give all runs one kind.";
        }

        if (batches.Count > 0 && batches.Select(Of).Distinct().Count() < 2)
        {
            yield return "training.batch: all runs have one batch size; let the grid or the changes vary it, such as \"training.batch.size\": [8, 16, 32, 64].";
        }

        if (batches.Any(batch => batch is BatchOptions.FixedBuckets))
        {
            yield return "training.batch.kind: fixedBuckets cuts each length into batches of its own, which are smaller than their size says; give examples, whose batches are drawn uniformly.";
        }
    }
}
