using Sextant.Data;
using Sextant.Models;
using Sextant.Scaling;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>Counts what a study will take and, if asked, times a few real steps of each model; leaves no file and trains nothing.</summary>
public sealed class StudyForecaster : IDisposable
{
    private readonly Dictionary<string, Corpus> corpora = [];
    private readonly Dictionary<string, RunCost> costs = [];
    private readonly Dictionary<string, Epoch> epochs = [];
    private readonly Dictionary<Corpus, string> validation = [];
    private readonly bool isMeasured;
    private readonly TimeProvider clock;
    private readonly CancellationToken stop;
    private string? cache;

    private StudyForecaster(bool isMeasured, TimeProvider clock, CancellationToken stop)
    {
        this.isMeasured = isMeasured;
        this.clock = clock;
        this.stop = stop;
    }

    /// <param name="study">What to count.</param>
    /// <param name="isMeasured">Whether to time steps, about a second for each model and batch that differ.</param>
    /// <param name="clock">Times the steps.</param>
    /// <param name="stop">Ends it with an OperationCanceledException.</param>
    /// <exception cref="UserError">Data of a recipe cannot be used.</exception>
    public static StudyForecast Of(Study study, bool isMeasured, TimeProvider clock, CancellationToken stop = default)
    {
        using var forecaster = new StudyForecaster(isMeasured, clock, stop);
        return forecaster.Of(study);
    }

    /// <summary>The same of each of several studies; what they have in common is timed once.</summary>
    /// <inheritdoc cref="Of(Study, bool, TimeProvider, CancellationToken)"/>
    public static IReadOnlyList<StudyForecast> OfEach(IEnumerable<Study> studies, bool isMeasured, TimeProvider clock, CancellationToken stop = default)
    {
        using var forecaster = new StudyForecaster(isMeasured, clock, stop);
        return [.. studies.Select(forecaster.Of)];
    }

    public void Dispose()
    {
        foreach (var corpus in corpora.Values)
        {
            corpus.Dispose();
        }

        if (cache is not null)
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    /// <summary>Each run of a trunk starts where the next shorter one begins to decay.</summary>
    private static RunForecast[] Shared(Study study, RunForecast[] runs)
    {
        RunForecast[] shared = [.. runs];
        foreach (var group in runs.Index().GroupBy(run => RunIdentity.OfTrunk(study.Runs[run.Index].Recipe)))
        {
            var line = group.Where(run => run.Item.TrunkEnd is not null).OrderBy(run => run.Item.TrunkEnd!.Value.Step).ToList();
            foreach (var (from, to) in line.Zip(line.Skip(1)))
            {
                var (step, flops) = from.Item.TrunkEnd!.Value;
                shared[to.Index] = to.Item with { StartsFrom = from.Index, SharedFlops = flops, Seconds = to.Item.Seconds * (1 - ((double)step / to.Item.Steps)) };
            }
        }

        return shared;
    }

    private StudyForecast Of(Study study)
    {
        RunForecast[] runs = [.. study.Runs.Select(run => Of(run.Recipe, study.ShareTrunk))];
        if (study.ShareTrunk)
        {
            runs = Shared(study, runs);
        }

        string[] heldOut = [.. study.Runs.Select(run => ValidationOf(run.Recipe))];
        var check = CheckOf(study);
        return new StudyForecast
        {
            Runs = runs,
            Warnings = [.. StudyWarnings.Of(study, runs, heldOut), .. check is { Verdict: not CoordinateVerdict.Holds } ? [check.Sentence] : Array.Empty<string>()],
            DesignBias = StudyBias.Of(study, runs),
            CoordinateCheck = check,
        };
    }

    /// <summary>A coordinate check of the study's widths, a few steps of one recipe of each, where its models are parametrised by maximal update from one shape and differ in width alone.</summary>
    private CoordinateCheck? CheckOf(Study study)
    {
        var recipes = study.Runs.Select(run => run.Recipe).ToList();
        var widths = recipes.DistinctBy(recipe => recipe.Model.Hidden).OrderBy(recipe => recipe.Model.Hidden).ToList();
        bool isOneFamily = recipes.All(recipe => recipe.Model is ModelOptions.Modern { MaximalUpdateFrom: not null })
            && recipes.DistinctBy(recipe => (((ModelOptions.Modern)recipe.Model).MaximalUpdateFrom, recipe.Model.GetType(), recipe.Model.Layers)).Count() == 1;
        return widths.Count > 1 && isOneFamily
            ? CoordinateCheck.Of(widths, CorpusOf(widths[0]), stop: stop)
            : null;
    }

    private RunForecast Of(Recipe recipe, bool sharesTrunk)
    {
        stop.ThrowIfCancellationRequested();
        var corpus = CorpusOf(recipe);
        var (walk, trainable, shape, batchesInEpoch, tokensInEpoch) = EpochOf(recipe, corpus);
        var end = walk.End(recipe.Training.Horizon, trainable);
        long evaluations = recipe.Training.Evaluate switch
        {
            EvaluationInterval.Epochs epochs => (end.Epoch / epochs.Count) + (end.BatchInEpoch > 0 || end.Epoch % epochs.Count > 0 ? 1 : 0),
            EvaluationInterval.Steps steps => (end.Step / steps.Count) + (end.Step % steps.Count > 0 ? 1 : 0),
            _ => throw new InvalidOperationException("An unknown evaluation interval."),
        };
        long first = recipe.Training.Evaluate switch
        {
            EvaluationInterval.Epochs epochs => (long)epochs.Count * batchesInEpoch,
            EvaluationInterval.Steps steps => steps.Count,
            _ => end.Step,
        };
        double? seconds = null;
        double setUp = 0;
        if (isMeasured)
        {
            var cost = CostOf(recipe, corpus);
            setUp = cost.SetUp;
            seconds = setUp + (end.Step * cost.Step) + (evaluations * cost.Evaluation);
        }

        var trunkEnd = sharesTrunk && recipe.Training.Schedule is ScheduleOptions.WarmupStableDecay stable ? walk.BeforeDecay(recipe.Training.Horizon, stable.Decay, end.Step, trainable) : null;
        return new RunForecast
        {
            TrunkEnd = trunkEnd is null ? null : (trunkEnd.Step, trunkEnd.Flops),
            Parameters = ParameterCounting.Of(shape, trainable),
            Steps = end.Step,
            Epochs = end.Epoch + ((double)end.BatchInEpoch / batchesInEpoch),
            Tokens = end.Tokens,
            Flops = end.Flops,
            FirstFlops = walk.After(Math.Min(first, end.Step)).Flops,
            Evaluations = evaluations,
            UniqueTokens = tokensInEpoch,
            Seconds = seconds,
            SetUpSeconds = setUp,
            FlopsByConvention = walk.CountsAfter(end.Step),
            FirstFlopsByConvention = walk.CountsAfter(Math.Min(first, end.Step)),
        };
    }

    private Corpus CorpusOf(Recipe recipe)
    {
        var json = RecipeFile.ToJson(recipe);
        string key = json["data"]!.ToJsonString() + json["tokenizer"]!.ToJsonString();
        cache ??= Directory.CreateTempSubdirectory("sextant-").FullName;
        return corpora.TryGetValue(key, out var corpus) ? corpus : corpora[key] = Corpora.Create(recipe, cache);
    }

    /// <summary>What tells whether two runs are validated alike: the examples, how they are cut into tokens and into batches.</summary>
    private string ValidationOf(Recipe recipe)
    {
        var corpus = CorpusOf(recipe);
        if (!validation.TryGetValue(corpus, out string? examples))
        {
            var json = RecipeFile.ToJson(recipe);
            validation[corpus] = examples = json["tokenizer"]!.ToJsonString() + (corpus is PairCorpus pairs
                ? string.Join('\n', pairs.Validation.Select(p => $"{p.Pair.Source}\t{p.Pair.Target}").Order(StringComparer.Ordinal))
                : json["data"]!.ToJsonString());
        }

        return $"{examples} {recipe.Training.ValidationBatch}";
    }

    /// <summary>Runs that differ in seed, horizon, schedule or rate alone cost the same a step.</summary>
    private RunCost CostOf(Recipe recipe, Corpus corpus)
    {
        string key = Alike(recipe, seed: 0);
        if (!costs.TryGetValue(key, out var cost))
        {
            using var batches = corpus.TrainingBatches(recipe.Training.Batch, recipe.Model.Layout, recipe.Seed, torch.CPU);
            costs[key] = cost = RunCost.Measure(recipe, corpus, batches, clock, stop);
        }

        return cost;
    }

    /// <summary>Runs that differ in horizon, schedule or rate alone walk through the same batches.</summary>
    private Epoch EpochOf(Recipe recipe, Corpus corpus)
    {
        string key = Alike(recipe, recipe.Seed);
        if (!epochs.TryGetValue(key, out var epoch))
        {
            using var model = SequenceModels.Create(recipe.Model, corpus.Tokenizer.VocabularySize, recipe.Seed);
            using var batches = corpus.TrainingBatches(recipe.Training.Batch, recipe.Model.Layout, recipe.Seed, torch.CPU);
            var shape = ModelShape.Of(recipe.Model, corpus.Tokenizer.VocabularySize);
            epochs[key] = epoch = new Epoch(
                new EpochWalk(batches, batch => SequenceRun.TrainingFlops(model, batch), batch => shape.TrainingFlops(ModelShape.Of(batch))),
                model.parameters().Where(p => p.requires_grad).Sum(p => (double)p.numel()),
                shape,
                batches.BatchesInEpoch,
                batches.TokensInEpoch);
        }

        return epoch;
    }

    /// <summary>What a step takes, and which batches there are, with a seed.</summary>
    private static string Alike(Recipe recipe, ulong seed)
    {
        var alike = recipe with
        {
            Name = "",
            Seed = seed,
            Training = recipe.Training with
            {
                Horizon = new Horizon.Steps { Count = 1 },
                Schedule = new ScheduleOptions.Constant(),
                Optimizer = recipe.Training.Optimizer with { LearningRate = 1 },
                Evaluate = new EvaluationInterval.Epochs { Count = 1 },
                Patience = null,
            },
        };
        return RecipeFile.ToJson(alike).ToJsonString(RecipeJson.Line);
    }

    /// <summary>One epoch of a model on its data.</summary>
    private sealed record Epoch(EpochWalk Walk, double Trainable, TransformerShape Shape, int BatchesInEpoch, double TokensInEpoch);
}

/// <summary>Where training stands after any number of steps, from the shapes of one epoch.</summary>
internal sealed class EpochWalk
{
    private readonly double[] tokens;
    private readonly double[] flops;
    private readonly FlopCounts[] counts;

    public EpochWalk(BatchSource batches, Func<BatchShape, double> flopsOf, Func<BatchShape, FlopCounts> countsOf)
    {
        tokens = new double[batches.BatchesInEpoch + 1]; // [i]: of the first i batches
        flops = new double[tokens.Length];
        counts = new FlopCounts[tokens.Length];
        counts[0] = FlopCounts.Of(_ => 0);
        for (int i = 0; i < batches.BatchesInEpoch; i++)
        {
            var shape = batches.Shape(0, i);
            tokens[i + 1] = tokens[i] + shape.Tokens;
            flops[i + 1] = flops[i] + flopsOf(shape);
            var batch = countsOf(shape);
            var before = counts[i];
            counts[i + 1] = FlopCounts.Of(convention => before[convention] + batch[convention]);
        }
    }

    private int Batches => tokens.Length - 1;

    public TrainingState After(long step) => new()
    {
        Step = step,
        Epoch = (int)(step / Batches),
        BatchInEpoch = (int)(step % Batches),
        Tokens = (step / Batches * tokens[^1]) + tokens[step % Batches],
        Flops = (step / Batches * flops[^1]) + flops[step % Batches],
    };

    /// <summary>FLOPs after any number of steps by every convention.</summary>
    public FlopCounts CountsAfter(long step) =>
        FlopCounts.Of(convention => (step / Batches * counts[^1][convention]) + counts[step % Batches][convention]);

    /// <summary>Before the first step whose middle lies in the decay; null where no step's does, in a run of a few.</summary>
    /// <param name="horizon">Of the run.</param>
    /// <param name="decay">The share of the horizon that decays.</param>
    /// <param name="steps">All of the run.</param>
    /// <param name="parameters">How many are trained.</param>
    public TrainingState? BeforeDecay(Horizon horizon, double decay, long steps, double parameters)
    {
        long low = 0, high = steps; // the last step before the decay is low or later, and before high
        if (!Decays(steps))
        {
            return null;
        }

        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = Decays(middle) ? (low, middle) : (middle, high);
        }

        return After(low);

        bool Decays(long step) => ((Passed(step - 1) / horizon.Count) + (Passed(step) / horizon.Count)) / 2 > 1 - decay;

        double Passed(long step) => TrainingLoop.Passed(horizon, After(step), Batches, parameters);
    }

    /// <summary>After the step that reaches a horizon.</summary>
    public TrainingState End(Horizon horizon, double parameters)
    {
        long low = 0, high = Batches; // the end is after low and not after high
        while (Passed(high) < horizon.Count)
        {
            low = high;
            high = checked(high * 2);
        }

        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = Passed(middle) < horizon.Count ? (middle, high) : (low, middle);
        }

        return After(high);

        double Passed(long step) => TrainingLoop.Passed(horizon, After(step), Batches, parameters);
    }
}
