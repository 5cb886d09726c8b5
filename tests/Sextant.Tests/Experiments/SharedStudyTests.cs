using Sextant.Experiments;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>Studies whose runs share trunks, with an executor that trains in this process.</summary>
public sealed class SharedStudyTests
{
    private const string Schedule = "training.schedule={\"kind\":\"warmupStableDecay\",\"warmupSteps\":4,\"decay\":0.2}";

    /// <summary>
    /// Budgets 1, 2, 4, 8, 16 and a decay of d: apart they take 31; together 16 (1 - d) of trunk and 31 d of decays, 0.613 of 31 at
    /// d = 0.2, and 16 / 31 = 0.516 as d goes to 0.
    /// </summary>
    [Fact]
    public async Task Five_doubling_budgets_save_what_the_formula_says_and_what_was_forecast()
    {
        using TemporaryFolder folder = new();
        var study = Study(folder, "\"grid\": { \"training.horizon.count\": [10, 20, 40, 80, 160] }, \"shareTrunk\": true");
        var forecast = StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, TestContext.Current.CancellationToken);
        StudyFolder place = new(folder.Combine("out"));

        var ends = await WorkerPool.Run(place.Prepare(study, forecast), (job, _, _) => Task.FromResult(Train(job)), workers: 1, _ => { }, TestContext.Current.CancellationToken);

        Assert.All(ends, end => Assert.Equal(RunState.Done, end.State));
        RunResult[] results = [.. place.Locate(study).Select(run => run.ReadResult()!)];
        double computed = results.Sum(result => result.Flops - result.SharedFlops) / results.Sum(result => result.Flops);
        Assert.InRange(computed, 0.99 * 19 / 31, 1.01 * 19 / 31);
        Assert.Equal(forecast.Runs.Select(run => (run.Flops, run.SharedFlops)), results.Select(result => (result.Flops, result.SharedFlops)));
        Assert.Equal([10, 20, 40, 80, 160], results.Select(result => result.Steps));
        for (int i = 0; i < results.Length; i++)
        {
            RunFolder alone = new(folder.Combine("alone", $"{i}"));
            SequenceRun.Train(study.Runs[i].Recipe, alone, new RunSurroundings());
            SameRuns.Assert(alone, place.Locate(study)[i]);
        }
    }

    [Fact]
    public async Task A_study_that_grows_goes_on_from_the_trunk_that_is_there()
    {
        using TemporaryFolder folder = new();
        await Run(Study(folder, "\"grid\": { \"training.horizon.count\": [20] }, \"shareTrunk\": true"));
        var grown = Study(folder, "\"grid\": { \"training.horizon.count\": [20, 40] }, \"shareTrunk\": true");

        await Run(grown);

        var result = new StudyFolder(folder.Combine("out")).Locate(grown)[1].ReadResult()!;
        Assert.InRange(result.SharedFlops / result.Flops, 0.39, 0.41);

        Task Run(Study study) => WorkerPool.Run(Jobs(folder, study), (job, _, _) => Task.FromResult(Train(job)), workers: 1, _ => { }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_run_waits_for_its_trunk_and_no_longer()
    {
        using TemporaryFolder folder = new();
        var jobs = Jobs(folder, Study(folder, "\"grid\": { \"training.horizon.count\": [20, 40] }, \"shareTrunk\": true"));
        TaskCompletionSource longStarted = new();
        bool waited = false;

        await WorkerPool.Run(jobs, async (job, _, _) =>
        {
            if (job.StartsFrom is not null)
            {
                longStarted.TrySetResult();
                return new WorkerEnd(1, "");
            }

            await Task.Delay(1500, TestContext.Current.CancellationToken);
            waited |= !longStarted.Task.IsCompleted;
            Directory.CreateDirectory(Path.Combine(job.RunFolder, "branch"));
            await longStarted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // it starts while this one goes on
            return new WorkerEnd(1, "");
        }, workers: 2, _ => { }, TestContext.Current.CancellationToken);

        Assert.True(waited);
    }

    [Fact]
    public async Task A_run_whose_trunk_failed_is_trained_alone()
    {
        using TemporaryFolder folder = new();
        var jobs = Jobs(folder, Study(folder, "\"grid\": { \"training.horizon.count\": [20, 40] }, \"shareTrunk\": true"));

        var ends = await WorkerPool.Run(jobs, (job, _, _) => Task.FromResult(job.StartsFrom is null ? new WorkerEnd(1, "Out of luck.") : Train(job)), workers: 2, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal([RunState.LeftOut, RunState.Done], ends.Select(end => end.State));
        Assert.Equal(0, new RunFolder(jobs[1].RunFolder).ReadResult()!.SharedFlops);
    }

    [Theory]
    [InlineData("training.schedule={\"kind\":\"warmupCosine\"}", "shareTrunk: training.schedule.kind must be warmupStableDecay")]
    [InlineData("training.schedule={\"kind\":\"warmupStableDecay\"}", "shareTrunk: training.schedule.warmup is a share of the horizon")]
    public void A_study_whose_runs_have_no_common_trunk_is_refused_in_one_sentence(string schedule, string message)
    {
        using TemporaryFolder folder = new();

        var error = Assert.Throws<UserError>(() => Study(folder, "\"grid\": { \"training.horizon.count\": [20, 40] }, \"shareTrunk\": true", schedule));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Single(error.Message.Split("shareTrunk:").Skip(1));
    }

    [Fact]
    public void Trunks_are_of_one_size_and_one_seed_and_the_shortest_run_begins()
    {
        using TemporaryFolder folder = new();
        var study = Study(folder, "\"grid\": { \"model.hidden\": [8, 16], \"training.horizon.count\": [40, 20] }, \"seeds\": [1, 2], \"shareTrunk\": true");

        var forecast = StudyForecaster.Of(study, isMeasured: true, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(4, forecast.Runs.Count(run => run.StartsFrom is null));
        foreach (var (i, run) in forecast.Runs.Index().Where(run => run.Item.StartsFrom is not null))
        {
            Assert.Equal((40, 20), (run.Steps, forecast.Runs[run.StartsFrom!.Value].Steps));
            Assert.Equal((study.Runs[i].Recipe.Seed, study.Runs[i].Recipe.Model), (study.Runs[run.StartsFrom.Value].Recipe.Seed, study.Runs[run.StartsFrom.Value].Recipe.Model));
        }

        Assert.Equal([20, 40, 20, 40, 20, 40, 20, 40], forecast.LargestFirst.Select(i => forecast.Runs[i].Steps));
        Assert.Empty(forecast.Warnings);
        Assert.True(forecast.WallClock(8) > forecast.WallClock(1) / 8);
    }

    [Fact]
    public void A_run_too_short_to_decay_gives_no_branch_and_a_study_that_shares_nothing_is_told_so()
    {
        using TemporaryFolder folder = new();
        string schedule = Schedule.Replace("0.2", "0.1", StringComparison.Ordinal).Replace("4", "1", StringComparison.Ordinal);
        var study = Study(folder, "\"grid\": { \"training.horizon.count\": [3, 40] }, \"shareTrunk\": true", schedule);

        var forecast = StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, TestContext.Current.CancellationToken);
        RunFolder run = new(folder.Combine("shared", "run"));
        SequenceRun.Train(study.Runs[0].Recipe, run, new RunSurroundings { SharesTrunk = true });

        Assert.All(forecast.Runs, one => Assert.Null(one.StartsFrom));
        Assert.False(run.HasBranch);
        Assert.Equal("No run shares the trunk of another: no two differ in horizon or decay alone.", Assert.Single(forecast.Warnings));
    }

    /// <summary>Batches are the same every epoch, so that counts are exact.</summary>
    private static Study Study(TemporaryFolder folder, string rest, string schedule = Schedule) => StudyFile.Load(
        ToyStudies.Write(folder, rest),
        [schedule, "training.batch={\"kind\":\"fixedBuckets\",\"size\":3}", "training.horizon.kind=steps"]);

    private static IReadOnlyList<RunJob> Jobs(TemporaryFolder folder, Study study) =>
        new StudyFolder(folder.Combine("out")).Prepare(study, StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, TestContext.Current.CancellationToken));

    private static WorkerEnd Train(RunJob job)
    {
        SequenceRun.Train(RecipeFile.Load(job.RecipePath), new RunFolder(job.RunFolder), new RunSurroundings { SharesTrunk = job.SharesTrunk });
        return new WorkerEnd(0, "");
    }
}
