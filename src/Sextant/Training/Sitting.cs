namespace Sextant.Training;

/// <summary>The clock of one uninterrupted stretch of training.</summary>
internal sealed class Sitting(TimeProvider clock, TrainingState start, TimeSpan checkpointInterval, TimeSpan progressInterval)
{
    private readonly long began = clock.GetTimestamp();
    private long lastCheckpoint = clock.GetTimestamp();
    private long lastProgress = clock.GetTimestamp();

    /// <summary>Seconds of training over all sittings.</summary>
    public double Seconds() => start.Seconds + clock.GetElapsedTime(began).TotalSeconds;

    public bool IsCheckpointDue() => clock.GetElapsedTime(lastCheckpoint) >= checkpointInterval;

    public void CheckpointMade() => lastCheckpoint = clock.GetTimestamp();

    public bool IsProgressDue()
    {
        bool isDue = clock.GetElapsedTime(lastProgress) >= progressInterval;
        if (isDue)
        {
            lastProgress = clock.GetTimestamp();
        }

        return isDue;
    }

    public TrainingProgress Progress(TrainingState state, double share, double? loss, Evaluation? evaluation)
    {
        double seconds = Math.Max(clock.GetElapsedTime(began).TotalSeconds, 1e-9);
        double flopRate = (state.Flops - start.Flops) / seconds;
        double done = start.Flops == 0 ? share : share * (1 - (start.Flops / Math.Max(state.Flops, 1)));
        TimeSpan? left = done > 0 && seconds > 1 ? TimeSpan.FromSeconds(Math.Min(1e9, seconds * (1 - share) / done)) : null;
        return new TrainingProgress(state, share, loss, evaluation, (state.Tokens - start.Tokens) / seconds, flopRate, left);
    }
}
