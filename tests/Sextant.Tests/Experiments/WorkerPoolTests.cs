using Sextant.Experiments;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>The pool with an executor that trains in this process, and breaks where a test wants it.</summary>
public sealed class WorkerPoolTests
{
    [Fact]
    public async Task A_run_that_fails_is_tried_once_more_and_then_left_out_with_its_reason_while_the_rest_goes_on()
    {
        using TemporaryFolder folder = new();
        var jobs = Jobs(folder);
        List<string> started = [];
        List<RunNews> told = [];

        var ends = await WorkerPool.Run(jobs, (job, _, _) =>
        {
            started.Add(job.Name);
            return Task.FromResult(job.Name switch
            {
                "h8" => new WorkerEnd(1, "sextant: Out of luck."),
                "h12" when started.Count(name => name == "h12") == 1 => new WorkerEnd(137, "half a step"),
                _ => Train(job),
            });
        }, workers: 1, told.Add, TestContext.Current.CancellationToken);

        Assert.Equal(["h16", "h12", "h12", "h8", "h8"], started);
        Assert.Equal([RunState.Done, RunState.Done, RunState.LeftOut], ends.Select(end => end.State));
        Assert.Equal("Out of luck.", ends[2].Message);
        Assert.Contains(told, news => news.Message == "Its worker was killed (signal 9). It is tried once more.");
    }

    [Fact]
    public async Task A_full_disk_stops_all_runs_and_is_no_reason_to_leave_one_out()
    {
        using TemporaryFolder folder = new();
        var jobs = Jobs(folder);
        List<string> started = [];
        List<RunNews> told = [];

        var error = await Assert.ThrowsAsync<UserError>(() => WorkerPool.Run(jobs, (job, _, _) =>
        {
            started.Add(job.Name);
            return Task.FromResult(job.Name == "h12" ? new WorkerEnd(WorkerEnd.DiskFull, "sextant: The run folder cannot be written.") : Train(job));
        }, workers: 1, told.Add, TestContext.Current.CancellationToken));

        Assert.Equal(["h16", "h12"], started);
        Assert.Contains($"the disk that holds {jobs[1].RunFolder} is full", error.Message, StringComparison.Ordinal);
        Assert.Equal([RunState.Done, RunState.Stopped, RunState.Stopped], jobs.Select((_, i) => told.Last(news => news.Job == i).State));
    }

    [Fact]
    public async Task What_is_done_is_not_started_and_a_study_can_grow()
    {
        using TemporaryFolder folder = new();
        foreach (var job in Jobs(folder))
        {
            Train(job);
        }

        // With a second seed every run has another name; those that are done are found by what they are.
        var jobs = Jobs(folder, "\"grid\": { \"model.hidden\": [8, 12, 16] }, \"seeds\": [3, 4]");
        List<string> started = [];
        var ends = await WorkerPool.Run(jobs, (job, _, _) =>
        {
            started.Add(job.Name);
            return Task.FromResult(Train(job));
        }, workers: 1, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(["h16-s4", "h12-s4", "h8-s4"], started);
        Assert.All(ends, end => Assert.Equal(RunState.Done, end.State));
    }

    [Fact]
    public async Task A_run_that_another_process_trains_is_waited_for_and_taken_over_when_that_one_ends_without_a_result()
    {
        using TemporaryFolder folder = new();
        var jobs = Jobs(folder);
        var held = new RunFolder(jobs[0].RunFolder).Lock();
        List<string> started = [];
        List<RunNews> told = [];

        var ends = await WorkerPool.Run(jobs, (job, _, _) =>
        {
            started.Add(job.Name);
            if (job.Name == "h8")
            {
                held.Dispose();
            }

            return Task.FromResult(Train(job));
        }, workers: 1, told.Add, TestContext.Current.CancellationToken);

        Assert.Equal(["h12", "h8", "h16"], started);
        Assert.Contains(told, news => news is { Job: 0, State: RunState.Elsewhere } && news.Message.Contains($"process {Environment.ProcessId}", StringComparison.Ordinal));
        Assert.All(ends, end => Assert.Equal(RunState.Done, end.State));
    }

    [Fact]
    public async Task A_stop_leaves_the_rest_for_the_next_time()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();

        var ends = await WorkerPool.Run(Jobs(folder), async (_, _, _) =>
        {
            await stop.CancelAsync();
            return new WorkerEnd(130, "");
        }, workers: 1, _ => { }, stop.Token);

        Assert.All(ends, end => Assert.Equal(RunState.Stopped, end.State));
    }

    private static IReadOnlyList<RunJob> Jobs(TemporaryFolder folder, string rest = "\"grid\": { \"model.hidden\": [8, 12, 16] }")
    {
        var study = StudyFile.Load(ToyStudies.Write(folder, rest, epochs: 1));
        return new StudyFolder(folder.Combine("out")).Prepare(study, StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    private static WorkerEnd Train(RunJob job)
    {
        SequenceRun.Train(RecipeFile.Load(job.RecipePath), new RunFolder(job.RunFolder), new RunSurroundings());
        return new WorkerEnd(0, "");
    }
}
