using Sextant.Training;

namespace Sextant.Experiments;

internal static class RunStatuses
{
    /// <summary>How a training's end is called in a result.</summary>
    public static RunStatus Of(TrainingEnd end) => end switch
    {
        TrainingEnd.Finished => RunStatus.Done,
        TrainingEnd.TargetReached => RunStatus.TargetReached,
        TrainingEnd.StoppedEarly => RunStatus.StoppedEarly,
        _ => RunStatus.Interrupted,
    };
}
