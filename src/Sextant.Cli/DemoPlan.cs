using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Tokenization;
using Sextant.Training;

namespace Sextant.Cli;

/// <summary>The runs of the demo: a ladder of hidden sizes on the small words, and the largest of them on the large words too.</summary>
internal static class DemoPlan
{
    private const double Tokens = 1_500_000;

    private static readonly int[] HiddenSizes = [16, 32, 48, 64];

    /// <summary>Every run sees the same number of tokens, largest first. A word that validates or tests in one does so in all.</summary>
    /// <param name="scale">Shrinks the runs for tests; 1 is the demo.</param>
    public static IReadOnlyList<Recipe> Recipes(double scale = 1) =>
    [
        Create(HiddenSizes[^1], WordList.Large, scale),
        .. HiddenSizes.Reverse().Select(hidden => Create(hidden, WordList.Small, scale)),
    ];

    private static Recipe Create(int hidden, WordList words, double scale) => new()
    {
        Name = $"h{hidden}-{words.ToString().ToLowerInvariant()}",
        Data = new DataOptions.PigLatin { Words = words, Split = new SplitOptions.ByHash { TestShare = 0.1 } },
        Tokenizer = new TokenizerOptions.Course(),
        Model = new ModelOptions.ModernDecoder { Hidden = hidden, Layers = 2, Heads = Math.Max(1, hidden / 16), FeedForward = 2 * hidden },
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.AdamW { LearningRate = LearningRate(hidden), Beta2 = 0.98 },
            Schedule = new ScheduleOptions.WarmupCosine(),
            Batch = new BatchOptions.TokenBudget { Tokens = 1024 },
            Horizon = new Horizon.Tokens { Count = Tokens * scale },
            Evaluate = new EvaluationInterval.Steps { Count = Math.Max(1, (int)(100 * scale)) },
            ClipNorm = 1,
            ValidationBatch = 512,
        },
    };

    /// <summary>The peak rate, by a rule set by hand: it falls with the square root of the hidden size.</summary>
    private static double LearningRate(int hidden) => Math.Round(8e-3 * Math.Sqrt(16.0 / hidden), 4);
}
