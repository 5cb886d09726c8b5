using System.Globalization;
using Sextant.Data;
using Sextant.Decoding.Measures;
using Sextant.Models;
using Sextant.Scaling;
using Sextant.Tokenization;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>Carries out a recipe for a sequence model in a run folder.</summary>
public sealed class SequenceRun
{
    private const double BackwardAndForward = 3; // the backward pass takes two products for each of the forward pass

    private readonly Recipe recipe;
    private readonly RunFolder folder;
    private readonly RunSurroundings surroundings;

    private SequenceRun(Recipe recipe, RunFolder folder, RunSurroundings surroundings)
    {
        this.recipe = recipe;
        this.folder = folder;
        this.surroundings = surroundings;
    }

    /// <summary>Trains from the last checkpoint, if there is one, to the end; a run that is done is only read.</summary>
    /// <exception cref="UserError">The recipe, its data or the folder is not usable, or training diverged.</exception>
    public static RunResult Train(Recipe recipe, RunFolder folder, RunSurroundings surroundings)
    {
        if (surroundings.SharesTrunk && Trunk.Problem(recipe.Training) is string problem)
        {
            throw new UserError($"{recipe.Name} cannot share its trunk: {problem}.");
        }

        string identity = RunIdentity.Of(recipe);
        return RunOnce.Carry(folder, RecipeFile.ToJson(recipe), identity, surroundings, folder.ReadResult, () => new SequenceRun(recipe, folder, surroundings).Train(identity));
    }

    /// <summary>FLOPs of a step on a batch of this shape, exact convention.</summary>
    internal static double TrainingFlops(SequenceModel model, BatchShape shape) => BackwardAndForward * model.ForwardFlops(shape);

    private RunResult Train(string identity)
    {
        torch.set_num_threads(recipe.Training.Threads);
        using var corpus = Corpora.Create(recipe, folder.ReadTokenizer() is { } known ? TokenizerSource.Of(known) : TokenizerSource.Of(recipe.Tokenizer), folder.Root);
        surroundings.Notice(Corpora.Describe(corpus, recipe.Data is DataOptions.Pairs pairs ? pairs.Unit : Unit.Word));
        using var model = SequenceModels.Create(recipe.Model, corpus.Tokenizer.VocabularySize, recipe.Seed);
        model.to(surroundings.Device);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(recipe.Training.Optimizer, parameters);
        using var average = recipe.Training.AveragingDecay is double decay ? new WeightAverage(parameters, decay) : null;
        using var batches = corpus.TrainingBatches(recipe.Training.Batch, recipe.Model.Layout, recipe.Seed, surroundings.Device);
        using var validation = corpus.ValidationBatches(recipe.Training.ValidationBatch, recipe.Model.Layout, surroundings.Device);
        CheckLength(Math.Max(Math.Max(batches.LongestInput, validation.LongestInput), corpus.LongestTestInput(recipe.Model.Layout)), model.MaximumLength);
        folder.Claim(recipe, identity); // not before the data is known to be good
        if (folder.ReadTokenizer() is null)
        {
            folder.WriteTokenizer(corpus.Tokenizer);
        }

        surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"{batches.BatchesInEpoch} {(batches.BatchesInEpoch == 1 ? "batch" : "batches")} an epoch, {batches.TokensInEpoch:N0} tokens, {batches.Padding(0):P1} padding."));
        var shape = ModelShape.Of(recipe.Model, corpus.Tokenizer.VocabularySize);
        var trunk = surroundings.SharesTrunk ? new Trunk(recipe.Training, batches, batch => TrainingFlops(model, batch), parameters.Count) : null;
        string trunkIdentity = trunk is null ? "" : RunIdentity.OfTrunk(recipe);
        if (trunk is not null && !folder.HasCheckpoint)
        {
            StartFromBranch(trunk, trunkIdentity);
        }

        var start = Restore(model, optimizer, average);
        var board = new EventBoard(folder);
        torch.Tensor Loss(Batch batch) => SequenceLoss.Mean(model, batch, recipe.Training.LabelSmoothing);
        var loop = new TrainingLoop
        {
            Options = recipe.Training,
            Seed = recipe.Seed,
            Parameters = parameters,
            Optimizer = optimizer,
            Average = average,
            Batches = batches,
            Loss = Loss,
            Evaluate = () =>
            {
                var losses = SequenceLoss.Validate(model, validation);
                return corpus.IsLossByBatch ? losses : losses.ByToken();
            },
            Flops = batch => TrainingFlops(model, batch),
            FlopsByConvention = batch => shape.TrainingFlops(ModelShape.Of(batch)),
            Journal = new TrainingJournal(
                (evaluation, isLowest) =>
                {
                    folder.Append(evaluation);
                    board.Write(evaluation);
                    if (isLowest)
                    {
                        folder.WriteBest(Weights(model));
                    }
                },
                state => folder.WriteCheckpoint(state, Weights(model), Moments(optimizer, average)),
                progress => surroundings.Progress?.Report(progress)),
            Branching = trunk is null ? null : (trunk, state => folder.KeepBranch(trunkIdentity, state, Weights(model), Moments(optimizer, average))),
            Noise = recipe.Training.NoiseScale is null ? null : new NoiseProbe
            {
                Plan = NoisePlanOf(batches, batch => TrainingFlops(model, batch)),
                Seed = recipe.Seed,
                Parameters = parameters,
                Batches = batches,
                Loss = Loss,
                Measured = measurement =>
                {
                    folder.Append(measurement);
                    board.Write(measurement);
                },
            },
            Clock = surroundings.Clock,
            CheckpointInterval = surroundings.CheckpointInterval,
        };
        model.train();
        var end = loop.Run(start, surroundings.Stop);
        var result = Result(end, loop.State, batches.BatchesInEpoch, shape, ParameterCounting.Of(shape, parameters.Count)) with { OptimizerFlops = loop.State.Step * optimizer.FlopsPerStep };
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        try
        {
            result = Measure(result, corpus);
        }
        catch (OperationCanceledException)
        {
            return result with { Status = RunStatus.Interrupted };
        }

        folder.WriteResult(result);
        return result;
    }

    /// <summary>Settles how the gradient noise is measured, and says so.</summary>
    private NoisePlan NoisePlanOf(BatchSource batches, Func<BatchShape, double> flops)
    {
        var plan = NoisePlan.Of(recipe.Training.NoiseScale!, batches, flops);
        surroundings.Notice($"The gradient noise is measured every {plan.Every} {(plan.Every == 1 ? "step" : "steps")}, on {plan.MicroBatches} micro-batches of {plan.MicroBatch} {(plan.MicroBatch == 1 ? "example" : "examples")}.");
        return plan;
    }

    private static void CheckLength(int longest, int maximum)
    {
        if (longest > maximum)
        {
            throw new UserError($"model.maximumLength is {maximum}, but the data hold an input of {longest} positions; set model.maximumLength={longest} or more, or leave such out with data.maximumLength.");
        }
    }

    /// <summary>Takes over the steps that another run has made, as many as are this run's own.</summary>
    private void StartFromBranch(Trunk trunk, string trunkIdentity)
    {
        var branch = RunBranch.Beside(folder, trunkIdentity).FirstOrDefault(there => trunk.Holds(there.State) && there.HasTokenizerOf(folder));
        if (branch is not null)
        {
            folder.StartFrom(branch);
            surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"The first {branch.State.Step} steps are those of {branch.Origin}."));
        }
    }

    private TrainingState Restore(SequenceModel model, Optimizer optimizer, WeightAverage? average)
    {
        using var checkpoint = folder.ReadCheckpoint();
        if (checkpoint is null)
        {
            if (File.Exists(folder.BestWeightsPath))
            {
                surroundings.Notice($"{folder.Root} holds no checkpoint; training begins anew.");
            }

            return new TrainingState();
        }

        if (checkpoint.State.Lowest is not null && !File.Exists(folder.BestWeightsPath))
        {
            throw new UserError($"{folder.Root} has lost best/, the weights at its lowest validation loss; restore it, or delete the folder checkpoint there to train from the start.");
        }

        TrainedModel.CopyWeights(checkpoint.Weights, model, folder.Root);
        checkpoint.CopyMoments(Moments(optimizer, average), folder.Root);
        optimizer.Steps = checkpoint.State.Step;
        surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"Going on from step {checkpoint.State.Step} of {folder.Root}."));
        return checkpoint.State;
    }

    private RunResult Result(TrainingEnd end, TrainingState state, int batchesInEpoch, TransformerShape shape, ParameterCounts parameters) => new()
    {
        Status = RunStatuses.Of(end),
        RunFolder = folder.Root,
        ValidationLoss = LowestLoss.Of(state),
        Parameters = parameters,
        Flops = state.Flops,
        SharedFlops = state.SharedFlops,
        FlopsByConvention = state.FlopsByConvention is { } counted
            ? counted with { Reasons = shape.Reasons() }
            : FlopCounts.OnlyExact(state.Flops, state.Step == 0 ? "training had not begun" : "the run began before these were counted"),
        Tokens = state.Tokens,
        Seconds = state.Seconds,
        Steps = state.Step,
        Epochs = state.Epoch + ((double)state.BatchInEpoch / batchesInEpoch),
        NoiseScale = recipe.Training.NoiseScale is null ? null : RunNoise.Of(folder),
    };

    /// <summary>Adds what the best weights reach on the validation data.</summary>
    private RunResult Measure(RunResult result, Corpus corpus)
    {
        using var trained = TrainedModel.Load(folder, surroundings.Device);
        var measures = corpus switch
        {
            PairCorpus pairs => PairMeasures.Of(trained, pairs, surroundings.Stop),
            TextCorpus text => TextMeasures(result, text),
            _ => throw new InvalidOperationException("Unknown data."),
        };
        return result with { ExactMatch = measures.TryGetValue("exactMatch", out double exact) ? exact : null, Measures = measures };
    }

    private static Dictionary<string, double> TextMeasures(RunResult result, TextCorpus text)
    {
        double loss = result.ValidationLoss?.LowestPerToken ?? double.NaN;
        return new() { ["perplexity"] = Likelihood.Perplexity(loss), ["bitsPerByte"] = text.BitsPerByte(loss) };
    }

    private static IEnumerable<KeyValuePair<string, torch.Tensor>> Weights(SequenceModel model) =>
        model.named_parameters().Select(p => KeyValuePair.Create(p.name, (torch.Tensor)p.parameter));

    private static IEnumerable<KeyValuePair<string, torch.Tensor>> Moments(Optimizer optimizer, WeightAverage? average) =>
        average is null ? optimizer.State : optimizer.State.Append(new("average", average.Values));
}
