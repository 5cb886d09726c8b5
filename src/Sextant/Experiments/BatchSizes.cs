using System.Globalization;
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

    /// <summary>What keeps these recipes from being compared by their batches, each with its path.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<Recipe> recipes)
    {
        IReadOnlyList<BatchOptions> batches = [.. recipes.Select(recipe => recipe.Training.Batch)];
        if (batches.DistinctBy(batch => batch.GetType()).Count() > 1)
        {
            yield return "training.batch.kind: the study mixes kinds of batches, which are counted in different things; give all runs one kind.";
        }
        else
        {
            foreach (string problem in Others(recipes, recipe => Of(recipe.Training.Batch).ToString(CultureInfo.InvariantCulture), "batch"))
            {
                yield return problem;
            }
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

    /// <summary>What moves between recipes of one seed that are compared as one, learning rates apart, which are tuned.</summary>
    /// <param name="recipes">Of a study.</param>
    /// <param name="one">What makes recipes one.</param>
    /// <param name="what">In a sentence: "batch".</param>
    internal static IEnumerable<string> Others(IReadOnlyList<Recipe> recipes, Func<Recipe, string> one, string what)
    {
        foreach (var same in recipes.GroupBy(recipe => (One: one(recipe), recipe.Seed)))
        {
            Recipe[] different = [.. same.Select(recipe => StudyTuning.AtRate(recipe, 1) with { Name = "" }).DistinctBy(RunIdentity.Of)];
            if (different.Length > 1)
            {
                string path = RunIdentity.Differences(RecipeFile.ToJson(different[0]), RecipeFile.ToJson(different[1])) is [var first, ..] ? first.Split(' ')[0] : "data";
                yield return $"{path}: moves between runs of one {what} ({same.Key.One}) and seed; a study of this kind compares these alone, so let what goes with one move with it (changes), and make a study of each other value.";
                yield break;
            }
        }
    }
}
