using System.Globalization;
using Sextant.Data;
using Sextant.Models;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>A few steps of one recipe, measured after each.</summary>
internal static class CoordinateRun
{
    /// <summary>A weight that stands for a key that is seen, but as good as not: its logarithm is finite.</summary>
    private const double LeastWeight = 1e-30;

    /// <param name="recipe">Of a modern model.</param>
    /// <param name="corpus">What it trains on.</param>
    /// <param name="steps">Updates.</param>
    /// <param name="device">Where.</param>
    /// <param name="diverged">Why it did not get through; null where it did.</param>
    public static IReadOnlyList<CoordinateSize> Train(Recipe recipe, Corpus corpus, int steps, torch.Device device, out string? diverged)
    {
        using var scope = torch.NewDisposeScope();
        torch.set_num_threads(recipe.Training.Threads);
        using var model = SequenceModels.Create(recipe.Model, corpus.Tokenizer.VocabularySize, recipe.Seed);
        model.to(device);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(recipe.Training.Optimizer, parameters);
        using var batches = corpus.TrainingBatches(recipe.Training.Batch, recipe.Model.Layout, recipe.Seed, device);
        using var validation = corpus.ValidationBatches(recipe.Training.ValidationBatch, recipe.Model.Layout, device);
        var batch = validation.Get(0, Enumerable.Range(0, validation.BatchesInEpoch).MaxBy(i => validation.Shape(0, i).LossPositions));
        var sizes = new List<CoordinateSize>();
        var start = Measured(model, batch);
        Note(0, start);
        int step = 0;
        var loop = new TrainingLoop
        {
            Options = recipe.Training with
            {
                Schedule = new ScheduleOptions.Constant(), // a warm-up would leave the few first steps almost without a rate
                Horizon = new Horizon.Steps { Count = steps },
                Evaluate = new EvaluationInterval.Steps { Count = 1 },
                Patience = null,
            },
            Seed = recipe.Seed,
            Parameters = parameters,
            Optimizer = optimizer,
            Batches = batches,
            Loss = examples => SequenceLoss.Mean(model, examples, recipe.Training.LabelSmoothing),
            Evaluate = () =>
            {
                using var measuring = torch.NewDisposeScope();
                Note(++step, Measured(model, batch));
                return new ValidationLosses(0, 0);
            },
            Flops = _ => 0,
            Journal = new TrainingJournal((_, _) => { }, _ => { }, _ => { }),
            CheckpointInterval = TimeSpan.MaxValue,
        };
        model.train();
        try
        {
            loop.Run(new TrainingState(), CancellationToken.None);
            diverged = null;
        }
        catch (TrainingDiverged e)
        {
            diverged = string.Create(CultureInfo.InvariantCulture, $"training diverged at step {e.Step} at a learning rate of {e.LearningRate:G4}.");
        }

        validation.Release(batch);
        return sizes;

        void Note(int after, Dictionary<Coordinate, torch.Tensor> now)
        {
            foreach (var (quantity, values) in now)
            {
                sizes.Add(new CoordinateSize(
                    recipe.Model.Hidden, recipe.Seed, after, quantity, RootMeanSquare(values), after == 0 ? null : RootMeanSquare(values - start[quantity])));
            }
        }
    }

    private static Dictionary<Coordinate, torch.Tensor> Measured(SequenceModel model, Batch batch)
    {
        using var _ = torch.no_grad();
        bool wasTraining = model.training;
        model.eval();
        var measured = new Dictionary<Coordinate, torch.Tensor>
        {
            [Coordinate.ResidualStream] = model.ResidualStream(batch)!,
            [Coordinate.AttentionScores] = torch.cat([.. model.AttentionWeights(batch).Select(layer => Scores(layer.Weights))]),
            [Coordinate.Logits] = model.Logits(batch),
        };
        model.train(wasTraining);
        return measured;
    }

    /// <summary>The scores of the keys that are seen, less each query's mean, which a softmax does not see: their logarithms are what the weights leave of them.</summary>
    /// <param name="weights">[B, heads, T, S], zero where a key is hidden.</param>
    /// <returns>[B heads T S], zero where a key is hidden.</returns>
    private static torch.Tensor Scores(torch.Tensor weights)
    {
        var seen = (weights > 0).to_type(weights.dtype);
        var logs = weights.clamp_min(LeastWeight).log() * seen;
        return ((logs - (logs.sum(-1, keepdim: true) / seen.sum(-1, keepdim: true))) * seen).flatten();
    }

    private static double RootMeanSquare(torch.Tensor values) => values.square().mean().sqrt().item<float>();
}
