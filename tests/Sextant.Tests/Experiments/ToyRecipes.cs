using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Tokenization;
using Sextant.Training;

namespace Sextant.Tests.Experiments;

/// <summary>Recipes that train in a second or two on a few dozen pairs written by the test itself.</summary>
internal static class ToyRecipes
{
    private static readonly string[] Words =
    [
        "cat", "dog", "apple", "string", "quiet", "year", "cry", "ship", "under", "green", "hence", "thing", "dined", "river", "stone", "glass",
        "plant", "orange", "empty", "quick", "yellow", "black", "white", "tree", "house", "street", "school", "friend", "animal", "island",
    ];

    /// <summary>A modern decoder with everything that draws or keeps state: dropout, shuffled batches, averaged weights, clipping, a schedule.</summary>
    public static Recipe Modern(string pairs) => new()
    {
        Name = "toy-modern",
        Data = new DataOptions.Pairs { Path = pairs },
        Tokenizer = new TokenizerOptions.Characters(),
        Model = new ModelOptions.ModernDecoder { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 24, Dropout = 0.2 },
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.AdamW { LearningRate = 5e-3 },
            Schedule = new ScheduleOptions.WarmupCosine { Warmup = 0.2 },
            Batch = new BatchOptions.TokenBudget { Tokens = 64 },
            Horizon = new Horizon.Epochs { Count = 12 },
            ClipNorm = 1,
            LabelSmoothing = 0.1,
            AveragingDecay = 0.9,
            Evaluate = new EvaluationInterval.Steps { Count = 7 },
        },
        Seed = 3,
    };

    /// <summary>The course's encoder-decoder in small.</summary>
    public static Recipe Course(string pairs) => Modern(pairs) with
    {
        Name = "toy-course",
        Data = new DataOptions.Pairs { Path = pairs, LowerCase = true },
        Tokenizer = new TokenizerOptions.Course(),
        Model = new ModelOptions.CourseEncoderDecoder { Hidden = 8, Layers = 2 },
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.Adam { LearningRate = 5e-4 },
            Schedule = new ScheduleOptions.EpochDecay(),
            Batch = new BatchOptions.FixedBuckets { Size = 4 },
            Horizon = new Horizon.Epochs { Count = 12 },
            Patience = 100,
        },
    };

    /// <summary>A modern encoder-decoder whose encoder is made of its decoder's layers.</summary>
    public static Recipe Shared(string pairs) => Modern(pairs) with
    {
        Name = "toy-shared",
        Model = new ModelOptions.ModernEncoderDecoder { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 24, Dropout = 0.1, Positions = Positions.Sinusoidal, ShareLayers = true },
    };

    /// <summary>The modern decoder with the learning rate of one half as wide.</summary>
    public static Recipe MaximalUpdate(string pairs) => Modern(pairs) with
    {
        Name = "toy-maximal-update",
        Model = new ModelOptions.ModernDecoder
        {
            Hidden = 16,
            Layers = 2,
            Heads = 2,
            FeedForward = 24,
            Dropout = 0.2,
            MaximalUpdateFrom = new BaseShape { Hidden = 8, Heads = 2, FeedForward = 12 },
        },
    };

    /// <summary>A language model of plain text, with a tokeniser that learns.</summary>
    public static Recipe Text(string path) => Modern(path) with
    {
        Name = "toy-text",
        Data = new DataOptions.Text { Path = path, BlockLength = 16 },
        Tokenizer = new TokenizerOptions.BytePairs { VocabularySize = 280 },
    };

    /// <summary>The modern decoder with another optimiser.</summary>
    public static Recipe By(OptimizerOptions optimizer, string pairs)
    {
        var modern = Modern(pairs);
        return modern with { Name = "toy-optimizer", Training = modern.Training with { Optimizer = optimizer } };
    }

    /// <summary>A recipe of a kind over data written into a folder: modern, course, shared, maximalUpdate, muon, soap, shampoo or text.</summary>
    public static Recipe Of(string kind, TemporaryFolder folder) => kind switch
    {
        "modern" => Modern(Pairs(folder)),
        "course" => Course(Pairs(folder)),
        "shared" => Shared(Pairs(folder)),
        "maximalUpdate" => MaximalUpdate(Pairs(folder)),
        "muon" => By(new OptimizerOptions.Muon { LearningRate = 5e-3 }, Pairs(folder)),
        "soap" => By(new OptimizerOptions.Soap { LearningRate = 5e-3, RefreshEvery = 4 }, Pairs(folder)),
        "shampoo" => By(new OptimizerOptions.Shampoo { LearningRate = 5e-3, RefreshEvery = 4 }, Pairs(folder)),
        _ => Text(folder.Write("text.txt", string.Concat(Enumerable.Range(0, 40).Select(i => $"{Words[i % Words.Length]} and {Words[i * 7 % Words.Length]} went to the {Words[i * 3 % Words.Length]}.\n")))),
    };

    /// <summary>A file of pairs in a folder.</summary>
    public static string Pairs(TemporaryFolder folder) =>
        folder.Write("pairs.tsv", string.Concat(Words.Select(w => $"{w}\t{PigLatin.Translate(w, QuRule.Block)}\n")));
}
