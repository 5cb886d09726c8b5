using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Reports;
using Sextant.Tokenization;
using Sextant.Training;

namespace Sextant.Tests.Reports;

/// <summary>Runs with made-up results that look like real ones.</summary>
internal static class Made
{
    public static ComparedRun Run(int hidden, WordList words = WordList.Small, ulong seed = 1, Func<Recipe, Recipe>? change = null)
    {
        var recipe = new Recipe
        {
            Name = $"{(words == WordList.Small ? "small" : "large")}-h{hidden}-seed{seed}",
            Data = new DataOptions.PigLatin { Words = words, Split = new SplitOptions.BySeed() },
            Tokenizer = new TokenizerOptions.Course(),
            Model = new ModelOptions.CourseEncoderDecoder { Hidden = hidden, Layers = 1 },
            Training = new TrainingOptions { Optimizer = new OptimizerOptions.Adam { LearningRate = 0.01 }, Horizon = new Horizon.Epochs { Count = 40 } },
            Seed = seed,
        };
        recipe = change?.Invoke(recipe) ?? recipe;
        double tokens = words == WordList.Small ? 60_000.0 : 240_000;
        double floor = (words == WordList.Small ? 0.25 : 0.04) + 2.0 / hidden + 0.01 * seed;
        var evaluations = Enumerable.Range(1, 40).Select(epoch => new Evaluation
        {
            Step = 60 * epoch,
            Epoch = epoch,
            Tokens = tokens * epoch,
            Flops = tokens * epoch * hidden * hidden * 60,
            TrainLoss = floor + 2.8 * Math.Pow(epoch, -1.4),
            ValidationLoss = floor + 3 * Math.Pow(epoch, -1.3) + (epoch > 30 ? 0.002 * (epoch - 30) : 0),
            ValidationLossPerToken = floor + 2.9 * Math.Pow(epoch, -1.3),
            LearningRate = 0.01,
            Seconds = 0.4 * epoch * hidden / 16,
        }).ToList();
        var best = evaluations.MinBy(evaluation => evaluation.ValidationLoss)!;
        return new ComparedRun
        {
            Name = recipe.Name,
            Recipe = recipe,
            Evaluations = evaluations,
            TestSentence = [new Translation("the air conditioning is working", hidden < 32 ? "ethay airway onditioncay isway orkingway" : "ethay airway onditioningcay isway orkingway")],
            Result = new RunResult
            {
                Status = RunStatus.Done,
                RunFolder = "/runs/" + recipe.Name,
                ValidationLoss = new LowestLoss { Lowest = best.ValidationLoss, LowestEpoch = best.Epoch, LowestPerToken = best.ValidationLossPerToken, LowestPerTokenEpoch = best.Epoch },
                ExactMatch = Math.Max(0, 1 - floor),
                Parameters = new ParameterCounts { Trainable = 30.0 * hidden + 12.0 * hidden * hidden },
                Flops = evaluations[^1].Flops,
                Tokens = evaluations[^1].Tokens,
                Seconds = evaluations[^1].Seconds,
                Steps = evaluations[^1].Step,
                Epochs = 40,
            },
        };
    }

    /// <summary>Three hidden sizes, two word lists, three seeds.</summary>
    public static IReadOnlyList<ComparedRun> Study() =>
    [
        .. from words in Enum.GetValues<WordList>()
           from power in Enumerable.Range(4, 3)
           from seed in Enumerable.Range(1, 3)
           select Run(1 << power, words, (ulong)seed),
    ];

    public static Chart Chart() => new()
    {
        Title = "Loss against compute",
        X = new Axis("Compute", "FLOPs") { Scale = Scale.Logarithmic },
        Y = new Axis("Loss", "nats a token"),
        Series =
        [
            new Series { Name = "measured", Points = [new(1e9, 3), new(1e10, 2, 1.8, 2.4), new(1e12, 1)] },
            new Series { Name = "fitted", Points = [new(1e9, 3.1, 2.9, 3.3), new(1e12, 0.9, 0.7, 1.1)], Mark = Mark.Line, Spread = Spread.Band },
        ],
        References = [new ReferenceLine.Vertical(1e11, "budget"), new ReferenceLine.Horizontal(2, "target")],
    };

    public static HeatMap Attention() => AttentionChart.Of("Where “ay” looked", [new AttentionLayer("layer 1", new float[2, 2, 3], ["a", "y"], ["e", "e", "r"])]);
}
