using System.Diagnostics;
using System.Globalization;
using Sextant.Data;
using Sextant.Experiments.Encoders;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>The training of a module in its run folder: the loop that trains everything, with this task's loss, from the last checkpoint to the end.</summary>
internal sealed class ModuleTraining : IDisposable
{
    /// <summary>Steps of a sitting that compile code and fill caches.</summary>
    private const int FirstSteps = 5;

    private readonly TrainingOptions options;
    private readonly ulong seed;
    private readonly torch.nn.Module model;
    private readonly RunFolder folder;
    private readonly RunSurroundings surroundings;
    private readonly FlatParameters parameters;
    private readonly Optimizer optimizer;
    private readonly WeightAverage? average;
    private readonly Stopwatch besides = new();

    /// <param name="options">How it is trained.</param>
    /// <param name="seed">Decides dropout.</param>
    /// <param name="model">On its device; what is trained of it requires a gradient. Not owned.</param>
    /// <param name="folder">Claimed already.</param>
    /// <param name="surroundings">What takes no part in the outcome.</param>
    public ModuleTraining(TrainingOptions options, ulong seed, torch.nn.Module model, RunFolder folder, RunSurroundings surroundings)
    {
        (this.options, this.seed, this.model, this.folder, this.surroundings) = (options, seed, model, folder, surroundings);
        parameters = new FlatParameters(model);
        optimizer = Optimizer.Create(options.Optimizer, parameters);
        average = options.AveragingDecay is double decay ? new WeightAverage(parameters, decay) : null;
    }

    /// <summary>Parameters that are trained, each once.</summary>
    public long TrainableParameters => parameters.Count;

    /// <summary>Seconds of one step without evaluations and files, mean over this sitting but for its first five steps where there are more than ten; null before the first step.</summary>
    public double? SecondsPerStep { get; private set; }

    public double OptimizerFlopsPerStep => optimizer.FlopsPerStep;

    /// <summary>What is trained, as one buffer, a view into the model.</summary>
    public torch.Tensor Values => parameters.Values;

    /// <summary>Trains to the end, or until it is interrupted.</summary>
    /// <param name="batches">What is trained on.</param>
    /// <param name="loss">Of a batch, a scalar.</param>
    /// <param name="evaluate">Of the weights as they stand.</param>
    /// <param name="flops">Of a step on a batch of this shape.</param>
    /// <param name="differentiate">See <see cref="TrainingLoop.Differentiate"/>; it takes the place of <paramref name="loss"/>.</param>
    public (TrainingEnd End, TrainingState State) Run(
        BatchSource batches, Func<Batch, torch.Tensor> loss, Func<ValidationLosses> evaluate, Func<BatchShape, double> flops, Func<Batch, torch.Tensor>? differentiate = null)
    {
        var start = Restore();
        var clock = new Stopwatch();
        double Seconds() => clock.Elapsed.TotalSeconds - besides.Elapsed.TotalSeconds;
        double warm = 0;
        long began = 0;
        var board = new EventBoard(folder);
        var loop = new TrainingLoop
        {
            Options = options,
            Seed = seed,
            Parameters = parameters,
            Optimizer = optimizer,
            Average = average,
            Batches = batches,
            Loss = Timed(loss),
            Differentiate = differentiate is null ? null : Timed(differentiate),
            Evaluate = () => Besides(evaluate),
            Flops = flops,
            Journal = new TrainingJournal(
                (evaluation, isLowest) => Besides(() =>
                {
                    folder.Append(evaluation);
                    board.Write(evaluation);
                    if (isLowest)
                    {
                        folder.WriteLowest(Trained());
                    }

                    return true;
                }),
                state => Besides(() =>
                {
                    folder.WriteCheckpoint(state, Trained(), Moments());
                    return true;
                }),
                progress => surroundings.Progress?.Report(progress)),
            Clock = surroundings.Clock,
            CheckpointInterval = surroundings.CheckpointInterval,
        };
        Func<Batch, torch.Tensor> Timed(Func<Batch, torch.Tensor> of) => batch =>
        {
            if (began++ == FirstSteps)
            {
                warm = Seconds();
            }

            return of(batch);
        };

        model.train();
        clock.Start();
        var end = loop.Run(start, surroundings.Stop);
        long steps = loop.State.Step - start.Step;
        SecondsPerStep = steps > 2 * FirstSteps ? (Seconds() - warm) / (steps - FirstSteps) : steps > 0 ? Seconds() / steps : null;
        return (end, loop.State);
    }

    /// <summary>Puts the weights in place that are kept: those of the lowest validation loss, or the last, averaged where they are averaged.</summary>
    public void TakeKept(KeptWeights kept)
    {
        if (kept == KeptWeights.Lowest)
        {
            var lowest = folder.ReadLowest();
            Copy(lowest, "best/ of " + folder.Root);
            foreach (var tensor in lowest.Values)
            {
                tensor.Dispose();
            }
        }
        else
        {
            average?.Swap();
        }

        model.eval();
    }

    public void Dispose()
    {
        average?.Dispose();
        optimizer.Dispose();
        parameters.Dispose();
    }

    private T Besides<T>(Func<T> work)
    {
        besides.Start();
        try
        {
            return work();
        }
        finally
        {
            besides.Stop();
        }
    }

    private TrainingState Restore()
    {
        using var checkpoint = folder.ReadCheckpoint();
        if (checkpoint is null)
        {
            return new TrainingState();
        }

        Copy(checkpoint.Weights, "The checkpoint in " + folder.Root);
        checkpoint.CopyMoments(Moments(), folder.Root);
        optimizer.Steps = checkpoint.State.Step;
        surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"Going on from step {checkpoint.State.Step} of {folder.Root}."));
        return checkpoint.State;
    }

    private void Copy(IReadOnlyDictionary<string, torch.Tensor> weights, string origin)
    {
        using var noGradient = torch.no_grad();
        foreach (var (name, values) in Trained())
        {
            using (values)
            {
                if (!weights.TryGetValue(name, out var kept) || !kept.shape.SequenceEqual(values.shape))
                {
                    throw new UserError($"{origin} does not fit the recipe: {name} is missing or of another shape; delete the run folder and train again.");
                }

                values.copy_(kept);
            }
        }
    }

    private IEnumerable<KeyValuePair<string, torch.Tensor>> Trained() => parameters.Slices.Select(slice => KeyValuePair.Create(slice.Name, slice.Of(parameters.Values)));

    private IEnumerable<KeyValuePair<string, torch.Tensor>> Moments() =>
        average is null ? optimizer.State : optimizer.State.Append(new("average", average.Values));
}
