using System.Text.Json.Nodes;
using Sextant.Data;
using Sextant.Data.Labelled;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tokenization.Encoders;
using Sextant.Training;

namespace Sextant.Tests.Experiments.Encoders;

/// <summary>Fine-tunings and pretrainings of a second, on texts that the test itself writes.</summary>
internal static class ToyEncoderRecipes
{
    private static readonly string[] Subjects = ["cat", "dog", "ship", "river", "stone", "tree", "house", "friend", "school", "island"], Good = ["good", "warm", "kind"], Bad = ["bad", "cold", "rude"];

    /// <summary>Sixty-six texts: what is good is "yes", what is bad is "no", and a few that are neither "none".</summary>
    public static string Labelled(TemporaryFolder folder, string name = "labelled.csv") => folder.Write(name, "text,label\n" + string.Concat(
    [
        .. from subject in Subjects from word in Good select $"the {subject} is {word},yes\n",
        .. from subject in Subjects from word in Bad select $"that {subject} was very {word} once,no\n",
        .. Subjects.Take(6).Select(subject => $"a {subject},none\n"),
    ]));

    /// <summary>A folder with an encoder of drawn weights, without a pooler, and its word pieces.</summary>
    public static string Body(TemporaryFolder folder, string name = "body", double dropout = 0.1, ulong seed = 1, int vocabulary = 120)
    {
        var tokenizer = WordPieceTokenizer.Train([.. Subjects, .. Good, .. Bad, "the that is was very once a"], vocabulary);
        var options = new EncoderOptions.Bert { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 32, Positions = 16, Dropout = dropout, AttentionDropout = dropout, ClassifierDropout = dropout, InitialDeviation = 0.3 };
        using var model = PretrainedEncoders.New(options, tokenizer.VocabularySize, seed);
        PretrainedEncoders.Write(model, folder.Combine(name));
        tokenizer.Save(folder.Combine(name));
        return folder.Combine(name);
    }

    /// <summary>A recipe with everything that draws or keeps state: dropout, shuffled batches, averaged weights, clipping, a schedule.</summary>
    public static FinetuningRecipe Finetuning(string body, string labelled) => new()
    {
        Name = "toy-finetuning",
        Model = new EncoderSource.Pretrained { Path = body, MayMiss = ["bert.pooler."] },
        Data = new LabelledOptions.File { Path = labelled, Split = new LabelledSplitOptions.Stratified { TrainShare = 0.6, TestShare = 0.2 } },
        MaximumLength = 12,
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.AdamW { LearningRate = 5e-3, Decays = Decaying.Everything },
            Schedule = new ScheduleOptions.WarmupStableDecay { Warmup = 0.1, Decay = 0.5 },
            Batch = new BatchOptions.Examples { Size = 8 },
            Horizon = new Horizon.Epochs { Count = 6 },
            ClipNorm = 1,
            LabelSmoothing = 0.05,
            AveragingDecay = 0.9,
            Evaluate = new EvaluationInterval.Steps { Count = 4 },
        },
        Seed = 3,
    };

    public static FinetuningRecipe Finetuning(TemporaryFolder folder) => Finetuning(Body(folder), Labelled(folder));

    /// <summary>The same in one of its ways: whole, last (weights at the end, classes weighed alike), embeddings, lora, body or pooler.</summary>
    public static FinetuningRecipe Finetuning(TemporaryFolder folder, string way)
    {
        var recipe = Finetuning(folder);
        return way switch
        {
            "last" => recipe with { Keep = KeptWeights.Last, ClassWeights = ClassWeights.Balanced },
            "embeddings" => recipe with { Freeze = new FrozenParts.Embeddings() },
            "lora" => recipe with { Adapters = new AdapterOptions { Rank = 2 } },
            "body" => recipe with { Freeze = new FrozenParts.Body() },
            "pooler" => recipe with { Freeze = new FrozenParts.Body { TrainPooler = true } },
            _ => recipe,
        };
    }

    public static PretrainingRecipe Pretraining() => new()
    {
        Name = "toy-pretraining",
        Data = new PretrainingText.Arithmetic { Sentences = 300, ValidationShare = 0.1 },
        VocabularySize = 90,
        Model = new EncoderOptions.Bert { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 32, Positions = 24 },
        MaximumLength = 20,
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.AdamW { LearningRate = 1e-2 },
            Schedule = new ScheduleOptions.WarmupCosine { Warmup = 0.1 },
            Batch = new BatchOptions.TokenBudget { Tokens = 256 },
            Horizon = new Horizon.Steps { Count = 40 },
            Evaluate = new EvaluationInterval.Steps { Count = 10 },
            ClipNorm = 1,
        },
        Seed = 2,
    };

    /// <summary>Fails where two run folders differ in more than the times of a clock and their place.</summary>
    public static void AssertSame(RunFolder expected, RunFolder actual)
    {
        string[] files = Files(expected);
        Xunit.Assert.Contains("best/model.safetensors", files);
        Xunit.Assert.Equal(files, Files(actual));
        foreach (string file in files)
        {
            string one = Path.Combine(expected.Root, file), other = Path.Combine(actual.Root, file);
            if (file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".jsonl", StringComparison.Ordinal))
            {
                Xunit.Assert.Equal(WithoutTimes(one), WithoutTimes(other));
            }
            else
            {
                Xunit.Assert.True(File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other)), $"{file} differs");
            }
        }
    }

    private static string[] Files(RunFolder run) =>
    [
        .. Directory.EnumerateFiles(run.Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(run.Root, file))
            .Where(file => !file.StartsWith("tensorboard", StringComparison.Ordinal) && !file.StartsWith('.'))
            .Order(StringComparer.Ordinal),
    ];

    private static string WithoutTimes(string path)
    {
        string text = File.ReadAllText(path);
        IEnumerable<string> records = path.EndsWith("jsonl", StringComparison.Ordinal) ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text];
        return string.Join('\n', records.Select(record =>
        {
            var json = JsonNode.Parse(record)!.AsObject();
            Clean(json);
            return json.ToJsonString();
        }));
    }

    private static void Clean(JsonObject json)
    {
        foreach (string time in new[] { "seconds", "secondsPerStep", "bodySeconds", "runFolder", "metricsLength" })
        {
            json.Remove(time);
        }

        foreach (var inner in json.Select(p => p.Value).OfType<JsonObject>())
        {
            Clean(inner);
        }
    }
}
