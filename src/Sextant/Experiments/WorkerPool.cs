using System.Text.Json.Nodes;

namespace Sextant.Experiments;

/// <summary>Where a run of a pool stands.</summary>
public enum RunState
{
    /// <summary>Not begun here.</summary>
    Waiting,

    /// <summary>A worker of this pool trains it.</summary>
    Training,

    /// <summary>Another process trains it; it is looked at again until that has ended.</summary>
    Elsewhere,

    /// <summary>Its result is there.</summary>
    Done,

    /// <summary>Its worker failed twice.</summary>
    LeftOut,

    /// <summary>Asked to stop; it goes on from its checkpoint next time.</summary>
    Stopped,
}

/// <summary>News of one run.</summary>
/// <param name="Job">Its place among the jobs.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Progress">What its worker told; null for news of another kind.</param>
/// <param name="Message">For a person: why it is left out, who trains it, that it is tried again; else empty.</param>
public readonly record struct RunNews(int Job, RunState State, WorkerProgress? Progress = null, string Message = "");

/// <summary>
/// Carries out runs by an executor, so many at a time, in the order given. A run that is done is skipped; one that another
/// process trains is waited for, and taken over if that process dies; one whose worker fails is tried once more and then
/// left out, and the rest goes on. A full disk is no fault of a run: nothing is left out for it, and all stop. Several pools may share the same run folders, on one machine or on several.
/// </summary>
public sealed class WorkerPool
{
    private const int Attempts = 2, None = -1;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly IReadOnlyList<RunJob> jobs;
    private readonly Executor execute;
    private readonly Action<RunNews> tell;
    private readonly LinkedList<int> fresh;
    private readonly Queue<int> elsewhere = [];
    private readonly RunNews[] last;
    private readonly CancellationTokenSource halt;
    private string? full;

    private WorkerPool(IReadOnlyList<RunJob> jobs, Executor execute, Action<RunNews> tell, CancellationTokenSource halt)
    {
        this.halt = halt;
        this.jobs = jobs;
        this.execute = execute;
        this.tell = tell;
        fresh = new(Enumerable.Range(0, jobs.Count));
        last = [.. jobs.Select((_, i) => new RunNews(i, RunState.Waiting))];
    }

    /// <summary>Runs every job and returns how each ended, in the order given: done, left out or stopped.</summary>
    /// <param name="jobs">Each with a folder of its own.</param>
    /// <param name="execute">Starts a worker.</param>
    /// <param name="workers">Runs at a time.</param>
    /// <param name="tell">Told of everything, by one thread at a time.</param>
    /// <param name="stop">Asks every worker to leave a checkpoint and end.</param>
    /// <exception cref="UserError">The disk is full; every worker has ended.</exception>
    public static async Task<IReadOnlyList<RunNews>> Run(IReadOnlyList<RunJob> jobs, Executor execute, int workers, Action<RunNews> tell, CancellationToken stop)
    {
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pool = new WorkerPool(jobs, execute, tell, halt);
        await Task.WhenAll(Enumerable.Range(0, Math.Clamp(workers, 1, Math.Max(1, jobs.Count))).Select(_ => pool.Work(halt.Token))).ConfigureAwait(false);
        return pool.full is string folder && !stop.IsCancellationRequested
            ? throw new UserError($"All runs were stopped, since the disk that holds {folder} is full; make room there and give the same command again, which goes on from what is written.")
            : pool.last;
    }

    private async Task Work(CancellationToken stop)
    {
        while (Next(stop.IsCancellationRequested) is (int job, bool isWaitedFor))
        {
            if (job == None)
            {
                await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            if (stop.IsCancellationRequested)
            {
                Tell(new RunNews(job, RunState.Stopped));
                continue;
            }

            if (isWaitedFor)
            {
                await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
            }

            await Carry(job, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The next job to look at; those that others train come when no other can start. <see cref="None"/> where all that are left wait for a trunk; null at the end.</summary>
    private (int Job, bool IsWaitedFor)? Next(bool isStopped)
    {
        lock (gate)
        {
            for (var node = fresh.First; node is not null; node = node.Next)
            {
                if (isStopped || CanStart(node.Value))
                {
                    fresh.Remove(node);
                    return (node.Value, false);
                }
            }

            return elsewhere.TryDequeue(out int job) ? (job, true) : fresh.Count > 0 ? (None, true) : null;
        }
    }

    /// <summary>Whether the trunk that a job goes on from is there, will never be, or is not needed any more.</summary>
    private bool CanStart(int i)
    {
        if (jobs[i].StartsFrom is not string from || new RunFolder(from).HasBranch || new RunFolder(jobs[i].RunFolder).HasCheckpoint)
        {
            return true;
        }

        return last.Where(news => jobs[news.Job].RunFolder == from).All(news => news.State is RunState.Done or RunState.LeftOut or RunState.Stopped);
    }

    private async Task Carry(int i, CancellationToken stop)
    {
        var job = jobs[i];
        var folder = new RunFolder(job.RunFolder);
        for (int attempt = 1; ; attempt++)
        {
            if (IsOver(i, folder))
            {
                return;
            }

            var end = await execute(job, new Told(progress => Tell(new RunNews(i, RunState.Training, progress))), stop).ConfigureAwait(false);
            if (end.ExitCode == WorkerEnd.DiskFull && !IsDone(job, folder))
            {
                full = job.RunFolder;
                await halt.CancelAsync().ConfigureAwait(false); // the others would only meet it too
            }

            if (stop.IsCancellationRequested && !IsDone(job, folder))
            {
                Tell(new RunNews(i, RunState.Stopped));
                return;
            }

            if (IsOver(i, folder))
            {
                return;
            }

            string reason = Reason(end);
            if (attempt == Attempts)
            {
                Tell(new RunNews(i, RunState.LeftOut, Message: reason));
                return;
            }

            Tell(new RunNews(i, RunState.Waiting, Message: $"{reason} It is tried once more."));
        }
    }

    /// <summary>Whether nothing is to do now, since the run is done, is known to diverge, or another process trains it.</summary>
    private bool IsOver(int i, RunFolder folder)
    {
        if (IsDone(jobs[i], folder))
        {
            Tell(new RunNews(i, RunState.Done));
            return true;
        }

        if (DivergenceMark.Reason(folder, jobs[i].Identity) is string reason)
        {
            Tell(new RunNews(i, RunState.LeftOut, Message: reason));
            return true;
        }

        if (folder.Holder is string holder)
        {
            Tell(new RunNews(i, RunState.Elsewhere, Message: holder));
            lock (gate)
            {
                elsewhere.Enqueue(i);
            }

            return true;
        }

        return false;
    }

    /// <summary>Damaged files are the worker's to name.</summary>
    private static bool IsDone(RunJob job, RunFolder folder)
    {
        try
        {
            return folder.Exists && File.Exists(folder.BestWeightsPath) && folder.ReadIdentity() == job.Identity && folder.ReadResult<JsonObject>() is not null;
        }
        catch (UserError)
        {
            return false;
        }
    }

    private static string Reason(WorkerEnd end) => end.ExitCode switch
    {
        0 => "Its worker ended without a result.",
        130 => "Its worker was told to stop by someone else.",
        > 128 and < 192 => $"Its worker was killed (signal {end.ExitCode - 128}).",
        _ when end.Message.Length > 0 => end.Message.StartsWith("sextant: ", StringComparison.Ordinal) ? end.Message["sextant: ".Length..] : end.Message,
        _ => $"Its worker ended with {end.ExitCode}.",
    };

    private void Tell(RunNews news)
    {
        lock (gate)
        {
            // A run that is waited for is news once, not at every look.
            bool isNews = news.Progress is not null || news.State != last[news.Job].State || news.Message != last[news.Job].Message;
            last[news.Job] = news;
            if (isNews)
            {
                tell(news);
            }
        }
    }

    /// <summary>Reports on the caller's thread, unlike <see cref="Progress{T}"/>, so that nothing is told after the end.</summary>
    private sealed class Told(Action<WorkerProgress> tell) : IProgress<WorkerProgress>
    {
        public void Report(WorkerProgress value) => tell(value);
    }
}
