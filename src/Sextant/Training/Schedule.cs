namespace Sextant.Training;

/// <summary>The factor on the peak learning rate.</summary>
public static class Schedule
{
    /// <summary>The factor of one step.</summary>
    /// <param name="options">Which schedule.</param>
    /// <param name="epoch">Passes over the data completed, 0 in the first.</param>
    /// <param name="progress">How much of the horizon has passed at the middle of the step, 0..1.</param>
    /// <param name="step">Updates made before the step.</param>
    public static double Factor(ScheduleOptions options, int epoch, double progress, long step) => options switch
    {
        ScheduleOptions.Constant => 1,
        ScheduleOptions.EpochDecay decay => Math.Pow(decay.Factor, epoch + 1),
        ScheduleOptions.WarmupCosine cosine when progress < cosine.Warmup => progress / cosine.Warmup,
        ScheduleOptions.WarmupCosine cosine =>
            cosine.Floor + ((1 - cosine.Floor) * 0.5 * (1 + Math.Cos(Math.PI * Share(progress, cosine.Warmup)))),
        ScheduleOptions.WarmupStableDecay { WarmupSteps: int steps } stable => Math.Min(Math.Min(1, (step + 0.5) / steps), Decayed(stable, progress)),
        ScheduleOptions.WarmupStableDecay stable when progress < stable.Warmup => progress / stable.Warmup,
        ScheduleOptions.WarmupStableDecay stable => Decayed(stable, progress),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    private static double Decayed(ScheduleOptions.WarmupStableDecay stable, double progress) =>
        stable.Decay == 0 || progress <= 1 - stable.Decay ? 1 : 1 - ((1 - stable.Floor) * Share(progress, 1 - stable.Decay));

    /// <summary>How far progress has come from <paramref name="start"/> to 1, 0..1.</summary>
    private static double Share(double progress, double start) => Math.Clamp((progress - start) / Math.Max(1 - start, 1e-12), 0, 1);
}
