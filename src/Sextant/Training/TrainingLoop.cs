using Sextant.Data;
using Sextant.Scaling;
using TorchSharp;

namespace Sextant.Training;

/// <summary>
/// Trains any module: batch, loss, backward, clip, step, evaluate, record. Tasks differ by the loss and the evaluator.
/// The same options, batches, seed and start give the same bits, however often training is interrupted and resumed.
/// </summary>
public sealed class TrainingLoop
{
    private const int LossesHeld = 64;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);
    private readonly double[] rates = new double[LossesHeld];
    private int lossesPending;
    private double lastRate;
    private double? shownLoss;
    private Evaluation? lastEvaluation;

    public required TrainingOptions Options { get; init; }

    /// <summary>Decides dropout, step by step.</summary>
    public required ulong Seed { get; init; }

    public required FlatParameters Parameters { get; init; }

    public required Optimizer Optimizer { get; init; }

    /// <summary>Averaged weights that stand in for the trained ones in evaluations; null for none.</summary>
    public WeightAverage? Average { get; init; }

    public required BatchSource Batches { get; init; }

    /// <summary>Mean loss of a training batch, a scalar in nats a token.</summary>
    public required Func<Batch, torch.Tensor> Loss { get; init; }

    /// <summary>
    /// Adds the gradient of a batch's loss to the parameters' and returns the loss, without a graph of the whole batch: for losses that couple more examples than one graph can hold. Null
    /// differentiates <see cref="Loss"/>.
    /// </summary>
    public Func<Batch, torch.Tensor>? Differentiate { get; init; }

    /// <summary>Validation losses of the weights as they stand, nats a token.</summary>
    public required Func<ValidationLosses> Evaluate { get; init; }

    /// <summary>FLOPs of one step on a batch of this shape.</summary>
    public required Func<BatchShape, double> Flops { get; init; }

    /// <summary>The same by every convention; null where nobody asks.</summary>
    public Func<BatchShape, FlopCounts>? FlopsByConvention { get; init; }

    public required TrainingJournal Journal { get; init; }

    /// <summary>What runs of other horizons share of this one, and what keeps the state at its end; null where nothing is shared.</summary>
    internal (Trunk Trunk, Action<TrainingState> Keep)? Branching { get; init; }

    /// <summary>Measures the gradient noise; null where nobody asks.</summary>
    internal NoiseProbe? Noise { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long training may go without a checkpoint; zero makes one at every evaluation.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where training stands now.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>Trains from <paramref name="start"/> to the horizon, until the target is reached, patience runs out or <paramref name="stop"/> is asked for.</summary>
    /// <exception cref="TrainingDiverged">A loss is not finite.</exception>
    public TrainingEnd Run(TrainingState start, CancellationToken stop)
    {
        State = start;
        torch.set_num_threads(Options.Threads);
        using var losses = torch.zeros(LossesHeld, device: Parameters.Values.device);
        var sitting = new Sitting(Clock, start, CheckpointInterval, ProgressInterval);
        bool isOnTrunk = Branching is not null;
        TrainingEnd? end;
        while ((end = End(stop)) is null)
        {
            if (isOnTrunk && Branching!.Value.Trunk.EndsAt(State))
            {
                isOnTrunk = false;
                Keep(Branching.Value.Keep, losses, sitting);
            }

            var batch = Batches.Get(State.Epoch, State.BatchInEpoch);
            var next = After(batch.Shape);
            double rate = Options.Optimizer.LearningRate * Schedule.Factor(Options.Schedule, State.Epoch, (Share(State) + Share(next)) / 2, State.Step);
            torch.manual_seed((long)new SeededRandom(Seed, (ulong)State.Step).NextUInt64()); // dropout's only source
            using (torch.NewDisposeScope())
            {
                Parameters.ZeroGradient();
                var loss = Differentiate is null ? Differentiated(batch) : Differentiate(batch);
                if (Options.ClipNorm is double norm)
                {
                    Parameters.ClipNorm(norm).Dispose();
                }

                Optimizer.Step(rate);
                Average?.Update(next.Step);
                losses[lossesPending].copy_(loss.detach());
            }

            Batches.Release(batch);
            State = next;
            rates[lossesPending++] = lastRate = rate;
            if (lossesPending == LossesHeld)
            {
                ReadLosses(losses);
            }

            Noise?.At(State);
            if (IsEvaluationDue(State))
            {
                ReadLosses(losses);
                Record(rate, sitting);
            }

            if (sitting.IsCheckpointDue())
            {
                Checkpoint(losses, sitting);
            }

            if (sitting.IsProgressDue())
            {
                Journal.Progress(sitting.Progress(State, Share(State), shownLoss, lastEvaluation));
            }
        }

        Checkpoint(losses, sitting);
        return end.Value;
    }

    /// <summary>How much of the horizon has passed, 0 and up; training ends at 1.</summary>
    public double Share(TrainingState state) => Passed(Options.Horizon, state, Batches.BatchesInEpoch, Parameters.Count) / Options.Horizon.Count;

    /// <summary>How much of a horizon's unit has passed; training ends at its count.</summary>
    internal static double Passed(Horizon horizon, TrainingState state, int batchesInEpoch, double parameters) => horizon switch
    {
        Horizon.Steps => state.Step,
        Horizon.Epochs => state.Epoch + ((double)state.BatchInEpoch / batchesInEpoch),
        Horizon.Tokens => state.Tokens,
        Horizon.Flops => state.Flops,
        Horizon.TokensPerParameter => state.Tokens / parameters,
        _ => throw new InvalidOperationException("An unknown horizon."),
    };

    private TrainingEnd? End(CancellationToken stop) => this switch
    {
        _ when Share(State) >= 1 => TrainingEnd.Finished,
        _ when LowestOf(State, Options.StopAt) <= Options.StopAt?.Loss => TrainingEnd.TargetReached,
        _ when State.EvaluationsSinceLowest >= Options.Patience => TrainingEnd.StoppedEarly,
        _ when stop.IsCancellationRequested => TrainingEnd.Interrupted,
        _ => null,
    };

    private static double? LowestOf(TrainingState state, TargetLoss? target) => target?.Kind == LossKind.PerToken ? state.LowestPerToken?.ValidationLossPerToken : state.Lowest?.ValidationLoss;

    private torch.Tensor Differentiated(Batch batch)
    {
        var loss = Loss(batch);
        loss.backward();
        return loss;
    }

    private TrainingState After(BatchShape shape)
    {
        bool endsEpoch = State.BatchInEpoch + 1 == Batches.BatchesInEpoch;
        return State with
        {
            Step = State.Step + 1,
            Epoch = State.Epoch + (endsEpoch ? 1 : 0),
            BatchInEpoch = endsEpoch ? 0 : State.BatchInEpoch + 1,
            Tokens = State.Tokens + shape.Tokens,
            Flops = State.Flops + Flops(shape),
            FlopsByConvention = State.Step == 0 ? FlopsByConvention?.Invoke(shape) : State.FlopsByConvention?.Plus(FlopsByConvention!(shape)),
        };
    }

    private bool IsEvaluationDue(TrainingState state) => Share(state) >= 1 || (Options.Evaluate switch
    {
        EvaluationInterval.Epochs epochs => state.BatchInEpoch == 0 && state.Epoch % epochs.Count == 0,
        EvaluationInterval.Steps steps => state.Step % steps.Count == 0,
        _ => throw new InvalidOperationException("An unknown evaluation interval."),
    });

    /// <summary>Reads the losses that are waiting on the device: the only synchronising read, once in many steps.</summary>
    private void ReadLosses(torch.Tensor losses)
    {
        if (lossesPending == 0)
        {
            return;
        }

        using var held = losses.cpu();
        float[] values = held.data<float>().ToArray();
        double sum = State.LossSum;
        for (int i = 0; i < lossesPending; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new TrainingDiverged(State.Step - lossesPending + i + 1, TrainingDiverged.LossIs(values[i]), rates[i], Options.Optimizer.LearningRate);
            }

            sum += values[i];
        }

        shownLoss = (sum - State.LossSum) / lossesPending;
        State = State with { LossSum = sum, LossCount = State.LossCount + lossesPending };
        lossesPending = 0;
    }

    /// <summary>The last loss belongs to the weights before their last update; what that made of them must not replace a good checkpoint.</summary>
    private void CheckFinite()
    {
        using var scope = torch.NewDisposeScope();
        if (!Optimizer.State.Select(pair => pair.Value).Append(Parameters.Values).All(values => values.isfinite().all().item<bool>()))
        {
            throw new TrainingDiverged(State.Step, "the weights are no longer finite", lastRate, Options.Optimizer.LearningRate);
        }
    }

    private void Record(double rate, Sitting sitting)
    {
        Average?.Swap();
        var losses = Evaluate();
        if (!double.IsFinite(losses.ValidationLoss))
        {
            throw new TrainingDiverged(State.Step, TrainingDiverged.LossIs(losses.ValidationLoss), rate, Options.Optimizer.LearningRate);
        }

        var evaluation = new Evaluation
        {
            Step = State.Step,
            Epoch = State.Epoch + ((double)State.BatchInEpoch / Batches.BatchesInEpoch),
            Tokens = State.Tokens,
            Flops = State.Flops,
            FlopsByConvention = State.FlopsByConvention,
            TrainLoss = State.LossSum / Math.Max(1, State.LossCount),
            ValidationLoss = losses.ValidationLoss,
            ValidationLossPerToken = losses.ValidationLossPerToken,
            Accuracy = losses.Accuracy,
            LearningRate = rate,
            Seconds = sitting.Seconds(),
        };
        bool isLowest = State.Lowest is null || evaluation.ValidationLoss < State.Lowest.ValidationLoss;
        bool isLowestPerToken = State.LowestPerToken is null || evaluation.ValidationLossPerToken < State.LowestPerToken.ValidationLossPerToken;
        lastEvaluation = evaluation;
        State = State with
        {
            LossSum = 0,
            LossCount = 0,
            Lowest = isLowest ? evaluation : State.Lowest,
            LowestPerToken = isLowestPerToken ? evaluation : State.LowestPerToken,
            EvaluationsSinceLowest = isLowest ? 0 : State.EvaluationsSinceLowest + 1,
        };
        using (torch.NewDisposeScope())
        {
            Journal.Evaluated(evaluation, isLowest);
        }

        Average?.Swap();
    }

    private void Checkpoint(torch.Tensor losses, Sitting sitting)
    {
        Keep(Journal.Checkpoint, losses, sitting);
        sitting.CheckpointMade();
    }

    private void Keep(Action<TrainingState> keep, torch.Tensor losses, Sitting sitting)
    {
        using var scope = torch.NewDisposeScope();
        ReadLosses(losses);
        CheckFinite();
        State = State with { Seconds = sitting.Seconds() };
        keep(State);
    }
}

/// <summary>Why training ended.</summary>
public enum TrainingEnd
{
    Finished,
    TargetReached,
    StoppedEarly,
    Interrupted,
}

/// <summary>What training tells as it goes.</summary>
/// <param name="Evaluated">An evaluation, and whether it is the lowest so far; the weights evaluated are in place during the call.</param>
/// <param name="Checkpoint">Keep this state with the weights and moments as they are.</param>
/// <param name="Progress">Four times a second.</param>
public sealed record TrainingJournal(
    Action<Evaluation, bool> Evaluated,
    Action<TrainingState> Checkpoint,
    Action<TrainingProgress> Progress);
