using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Tokenization;
using Sextant.Training;

namespace Sextant.Cli;

/// <summary>The runs of the demo: a ladder of hidden sizes on the small words, and the largest of them on the large words too.</summary>
internal static class DemoPlan
{
    private const double Tokens = 750_000;

    /// <summary>Hidden sizes of the ladder and the peak learning rate found best for each on the validation words.</summary>
    private static readonly (int Hidden, double LearningRate)[] Ladder = [(16, 8e-3), (32, 6e-3), (64, 4e-3)];

    /// <summary>Every run sees the same number of tokens, largest first. A word that validates in one validates in all.</summary>
    /// <param name="scale">Shrinks the runs for tests; 1 is the demo.</param>
    public static IReadOnlyList<Recipe> Recipes(double scale = 1) =>
    [
        Create("h64-large", Ladder[^1].Hidden, Ladder[^1].LearningRate, WordList.Large, scale),
        .. Ladder.Reverse().Select(step => Create($"h{step.Hidden}-small", step.Hidden, step.LearningRate, WordList.Small, scale)),
    ];

    private static Recipe Create(string name, int hidden, double learningRate, WordList words, double scale) => new()
    {
        Name = name,
        Data = new DataOptions.PigLatin { Words = words, Split = new SplitOptions.ByHash { TrainShare = 0.9 } },
        Tokenizer = new TokenizerOptions.Course(),
        Model = new ModelOptions.ModernDecoder { Hidden = hidden, Layers = 2, Heads = Math.Max(1, hidden / 16), FeedForward = 2 * hidden },
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.AdamW { LearningRate = learningRate, Beta2 = 0.98 },
            Schedule = new ScheduleOptions.WarmupCosine(),
            Batch = new BatchOptions.TokenBudget { Tokens = 1024 },
            Horizon = new Horizon.Tokens { Count = Tokens * scale },
            Evaluate = new EvaluationInterval.Steps { Count = Math.Max(1, (int)(75 * scale)) },
            ClipNorm = 1,
            ValidationBatch = 512,
        },
    };
}
