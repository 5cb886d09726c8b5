using Sextant.Data;

namespace Sextant.Training;

/// <summary>
/// The part of a run before its learning rate decays (Hu 2024, section 4.3): where the warm-up does not depend on the horizon, every
/// step up to there is the same, to the bit, in runs that differ in their horizon alone.
/// </summary>
internal sealed class Trunk
{
    private readonly Horizon horizon;
    private readonly double end;
    private readonly BatchSource batches;
    private readonly Func<BatchShape, double> flops;
    private readonly double parameters;

    /// <param name="options">Of a run without a <see cref="Problem"/>.</param>
    /// <param name="batches">What it trains on.</param>
    /// <param name="flops">FLOPs of one step on a batch of this shape.</param>
    /// <param name="parameters">How many are trained.</param>
    public Trunk(TrainingOptions options, BatchSource batches, Func<BatchShape, double> flops, double parameters)
    {
        horizon = options.Horizon;
        end = 1 - ((ScheduleOptions.WarmupStableDecay)options.Schedule).Decay;
        this.batches = batches;
        this.flops = flops;
        this.parameters = parameters;
    }

    /// <summary>Why runs of other horizons cannot share these steps, as a clause with its path; null where they can.</summary>
    public static string? Problem(TrainingOptions options) => options.Schedule switch
    {
        ScheduleOptions.WarmupStableDecay { WarmupSteps: not null } or ScheduleOptions.WarmupStableDecay { Warmup: 0 } => null,
        ScheduleOptions.WarmupStableDecay => "training.schedule.warmup is a share of the horizon, so that runs of different horizons warm up differently; give training.schedule.warmupSteps",
        _ => "training.schedule.kind must be warmupStableDecay, whose rate does not depend on the horizon before it decays",
    };

    /// <summary>Whether no step up to here has decayed.</summary>
    public bool Holds(TrainingState state)
    {
        if (state.Step == 0)
        {
            return true;
        }

        bool beginsEpoch = state.BatchInEpoch == 0;
        int epoch = beginsEpoch ? state.Epoch - 1 : state.Epoch, index = (beginsEpoch ? batches.BatchesInEpoch : state.BatchInEpoch) - 1;
        var shape = batches.Shape(epoch, index);
        var before = state with { Step = state.Step - 1, Epoch = epoch, BatchInEpoch = index, Tokens = state.Tokens - shape.Tokens, Flops = state.Flops - flops(shape) };
        return Middle(before, state) <= end;
    }

    /// <summary>Whether this is the last place where it holds: the next step decays.</summary>
    public bool EndsAt(TrainingState state)
    {
        var shape = batches.Shape(state.Epoch, state.BatchInEpoch);
        bool endsEpoch = state.BatchInEpoch + 1 == batches.BatchesInEpoch;
        var next = state with
        {
            Step = state.Step + 1,
            Epoch = state.Epoch + (endsEpoch ? 1 : 0),
            BatchInEpoch = endsEpoch ? 0 : state.BatchInEpoch + 1,
            Tokens = state.Tokens + shape.Tokens,
            Flops = state.Flops + flops(shape),
        };
        return Middle(state, next) > end && Holds(state);
    }

    /// <summary>How much of the horizon has passed at the middle of a step, as the schedule is asked for it.</summary>
    private double Middle(TrainingState before, TrainingState after) => (Share(before) + Share(after)) / 2;

    private double Share(TrainingState state) => TrainingLoop.Passed(horizon, state, batches.BatchesInEpoch, parameters) / horizon.Count;
}
