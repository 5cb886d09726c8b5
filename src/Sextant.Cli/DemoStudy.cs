using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Scaling;
using Sextant.Tokenization;
using Sextant.Training;

namespace Sextant.Cli;

/// <summary>The runs of the demo: a ladder of sizes on the large word list, which is a study, and one of these sizes on the small list, which is held beside it.</summary>
internal static class DemoStudy
{
    private const string Name = "demo";

    /// <summary>What every run may spend, exact FLOPs.</summary>
    private const double Flops = 1.2e11;

    /// <summary>Evaluations a run, evenly spaced in compute.</summary>
    private const int Evaluations = 40;

    /// <summary>About what a step trains on.</summary>
    private const int BatchTokens = 512;

    private const int BesideHidden = 32;

    /// <summary>Holds at the width from which the rule of rates begins; found by hand, as its exponent was.</summary>
    private const double RateAtFrom = 6e-3;

    private static readonly LearningRateOptions.ByWidth Rates = new() { From = 16, Exponent = -0.5 };

    private static readonly int[] HiddenSizes = [12, 16, 20, 24, 32, 48];

    /// <summary>Shares of the budget at which sizes are compared.</summary>
    private static readonly double[] Targets = [1.0 / 8, 1.0 / 4, 1.0 / 2, 1];

    /// <summary>A model with few heads: its attention is easier to read.</summary>
    public static string ReadableRun => NameOf(32, WordList.Large);

    /// <summary>The size of which there is a run on either list.</summary>
    public static string BesideRun => NameOf(BesideHidden, WordList.Small);

    /// <summary>The largest model of the ladder: chosen before anything is known of it.</summary>
    public static string AuditedRun => NameOf(HiddenSizes[^1], WordList.Large);

    /// <summary>
    /// Equal compute for every size, at a constant rate: then each point of a curve is what a run that ends there would have, and sizes can be compared on the way. The
    /// weights that are evaluated are averages over the last steps, which does what the decay of a rate would do and needs no horizon.
    /// </summary>
    /// <param name="scale">Shrinks the runs for tests; 1 is the demo.</param>
    public static Study Ladder(double scale = 1) => new()
    {
        Name = Name,
        Analysis = new AnalysisOptions.Curves { Targets = [.. Targets.Select(share => share * Flops * scale)], Smoother = new CurveSmoother.Monotone() },
        LearningRate = Rates,
        Runs = [.. HiddenSizes.Select(hidden => Create(hidden, WordList.Large, scale)).Select(recipe => new StudyRun(recipe.Name, recipe, RunIdentity.Of(recipe), []))],
    };

    /// <summary>A size of the ladder trained on the small words for the same compute. A word that validates or tests in one list does so in both.</summary>
    /// <param name="scale">As the ladder's.</param>
    public static Recipe Beside(double scale = 1) => Create(BesideHidden, WordList.Small, scale);

    /// <summary>Whether a folder was filled by the demo, and not by a study of that name.</summary>
    public static bool Filled(StudyFolder place, StudyRecord study) => study.Name == Name && BesideIn(place).ReadResult() is not null;

    /// <summary>Where the run on the small words is.</summary>
    public static RunFolder BesideIn(StudyFolder place) => new(Path.Combine(place.Root, "runs", BesideRun));

    private static string NameOf(int hidden, WordList words) => $"h{hidden}-{words.ToString().ToLowerInvariant()}";

    private static Recipe Create(int hidden, WordList words, double scale)
    {
        var model = new ModelOptions.ModernDecoder { Hidden = hidden, Layers = 2, Heads = Math.Max(1, hidden / 16), FeedForward = 2 * hidden };
        return new Recipe
        {
            Name = NameOf(hidden, words),
            Data = new DataOptions.PigLatin { Words = words, Split = new SplitOptions.ByHash { TestShare = 0.1 } },
            Tokenizer = new TokenizerOptions.Course(),
            Model = model,
            Training = new TrainingOptions
            {
                Optimizer = new OptimizerOptions.AdamW { LearningRate = Rates.Rate(RateAtFrom, hidden), Beta2 = 0.98 },
                Schedule = new ScheduleOptions.Constant(),
                Batch = new BatchOptions.TokenBudget { Tokens = BatchTokens },
                Horizon = new Horizon.Flops { Count = Flops * scale },
                Evaluate = new EvaluationInterval.Steps { Count = Math.Max(1, (int)(Flops * scale / Evaluations / StepFlops(model))) },
                AveragingDecay = 0.98,
                ClipNorm = 1,
                ValidationBatch = 512,
            },
        };
    }

    /// <summary>About what a step takes: six FLOPs a token and parameter of the matrices.</summary>
    private static double StepFlops(ModelOptions.ModernDecoder model) => 6.0 * BatchTokens * model.Layers * model.Hidden * ((4 * model.Hidden) + (3 * model.FeedForward));
}
