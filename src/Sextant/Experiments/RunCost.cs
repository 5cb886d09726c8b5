using Sextant.Data;
using Sextant.Models;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>What a kind of run takes on this machine, in seconds.</summary>
/// <param name="Step">An update, the mean over batches of all lengths.</param>
/// <param name="Evaluation">A pass over the validation data.</param>
/// <param name="SetUp">Before the first step: the model is built and its first batches are.</param>
internal sealed record RunCost(double Step, double Evaluation, double SetUp)
{
    private const int Places = 8, StepsAtAPlace = 3;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Trains a few real steps at places spread over an epoch, since batches differ in length, with a learning rate of 0 and the
    /// recipe's number of threads. A run does the same work. With one thread it is the processor's time that counts: what a run
    /// takes where it has a core to itself, however busy the machine is at the moment.
    /// </summary>
    public static RunCost Measure(Recipe recipe, Corpus corpus, BatchSource batches, TimeProvider clock, CancellationToken stop)
    {
        var began = Now();
        torch.set_num_threads(recipe.Training.Threads);
        using var model = SequenceModels.Create(recipe.Model, corpus.Tokenizer.VocabularySize, recipe.Seed);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(recipe.Training.Optimizer, parameters);
        using var average = recipe.Training.AveragingDecay is double decay ? new WeightAverage(parameters, decay) : null;
        using var validation = corpus.ValidationBatches(recipe.Training.ValidationBatch, recipe.Model.Layout, torch.CPU);
        model.train();
        Steps(0);
        double setUp = Since(began);
        int places = Math.Min(Places, batches.BatchesInEpoch), measured = 0;
        double seconds = 0;
        for (int place = 0; place < places && (measured == 0 || seconds < Enough.TotalSeconds); place++)
        {
            int index = (int)((place + 0.5) / places * batches.BatchesInEpoch);
            Steps(index); // batches are built once, and memory for their lengths is asked for once
            seconds += Steps(index);
            measured += StepsAtAPlace;
        }

        double evaluation = Timed(() => SequenceLoss.Validate(model, validation));
        if (evaluation < Enough.TotalSeconds)
        {
            evaluation = Timed(() => SequenceLoss.Validate(model, validation)); // the first built the batches
        }

        return new RunCost(seconds / measured, evaluation, setUp);

        double Steps(int batch)
        {
            stop.ThrowIfCancellationRequested();
            var loop = new TrainingLoop
            {
                Options = recipe.Training with
                {
                    Optimizer = recipe.Training.Optimizer with { LearningRate = 0 },
                    Schedule = new ScheduleOptions.Constant(),
                    Horizon = new Horizon.Steps { Count = StepsAtAPlace },
                    Evaluate = new EvaluationInterval.Steps { Count = int.MaxValue },
                },
                Seed = recipe.Seed,
                Parameters = parameters,
                Optimizer = optimizer,
                Average = average,
                Batches = batches,
                Loss = examples => SequenceLoss.Mean(model, examples, recipe.Training.LabelSmoothing),
                Evaluate = () => new ValidationLosses(0, 0),
                Flops = _ => 0,
                Journal = new TrainingJournal((_, _) => { }, _ => { }, _ => { }),
                Clock = clock,
                CheckpointInterval = TimeSpan.MaxValue,
            };
            return Timed(() => loop.Run(new TrainingState { BatchInEpoch = batch }, CancellationToken.None));
        }

        double Timed<T>(Func<T> work)
        {
            var start = Now();
            work();
            return Since(start);
        }

        (long Clock, TimeSpan Processor) Now() => (clock.GetTimestamp(), Environment.CpuUsage.TotalTime);

        double Since((long Clock, TimeSpan Processor) start)
        {
            double passed = clock.GetElapsedTime(start.Clock).TotalSeconds;
            return recipe.Training.Threads == 1 ? Math.Min(passed, (Environment.CpuUsage.TotalTime - start.Processor).TotalSeconds) : passed;
        }
    }
}
