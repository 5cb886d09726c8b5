using Sextant.Experiments;

namespace Sextant.Cli;

/// <summary>How long a pool of workers still takes, from what its workers tell.</summary>
internal sealed class PoolClock(IReadOnlyList<RunJob> jobs, int workers, TimeProvider clock)
{
    private readonly double?[] total = new double?[jobs.Count];
    private readonly double[] left = new double[jobs.Count];
    private readonly double[] share = new double[jobs.Count];
    private readonly bool[] isOver = new bool[jobs.Count];
    private readonly long[] noted = new long[jobs.Count];

    /// <summary>The share of all FLOPs that is done, or of all runs where FLOPs are not known; 0..1.</summary>
    public double Share
    {
        get
        {
            double[] weights = [.. jobs.Select(job => jobs.All(other => other.Flops > 0) ? job.Flops : 1)];
            return weights.Zip(share, (weight, done) => weight * done).Sum() / Math.Max(weights.Sum(), double.Epsilon);
        }
    }

    /// <summary>Time to the end of the last run; null while no worker knows its own.</summary>
    public TimeSpan? Left
    {
        get
        {
            (double Flops, double Seconds)[] known = [.. jobs.Select((job, i) => (job.Flops, Seconds: total[i] ?? 0)).Where(run => run is { Flops: > 0, Seconds: > 0 })];
            if (known.Length == 0)
            {
                return null;
            }

            double exponent = Exponent(known);
            var (flops, seconds) = known[^1];
            double[] remaining = [.. jobs.Select((job, i) => isOver[i] ? 0
                : total[i] is not null ? Math.Max(0, left[i] - clock.GetElapsedTime(noted[i]).TotalSeconds)
                : seconds * Math.Pow(job.Flops / flops, exponent))];
            return TimeSpan.FromSeconds(Math.Max(remaining.Sum() / workers, remaining.Max()));
        }
    }

    public void Note(RunNews news)
    {
        int i = news.Job;
        isOver[i] = news.State is RunState.Done or RunState.LeftOut or RunState.Stopped;
        share[i] = isOver[i] ? 1 : news.Progress?.Share ?? share[i];
        if (news.Progress is { SecondsLeft: double seconds, Share: > 0 and < 1 and var done })
        {
            (left[i], noted[i]) = (seconds, clock.GetTimestamp());
            total[i] = seconds / (1 - done);
        }
    }

    /// <summary>
    /// b in seconds ~ FLOPs^b, by least squares over the runs whose time is known. On small models most of a step is overhead and b
    /// is well below 1; a half where one size alone is known.
    /// </summary>
    private static double Exponent((double Flops, double Seconds)[] known)
    {
        double x = known.Average(run => Math.Log(run.Flops)), y = known.Average(run => Math.Log(run.Seconds));
        double variance = known.Sum(run => Math.Pow(Math.Log(run.Flops) - x, 2));
        return variance < 0.01 ? 0.5 : Math.Clamp(known.Sum(run => (Math.Log(run.Flops) - x) * (Math.Log(run.Seconds) - y)) / variance, 0, 1);
    }
}
