using System.Globalization;
using Sextant.Experiments;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>Carries out runs in worker processes of this program, several at a time, and shows each one's progress and the time left for all on standard error.</summary>
internal sealed class WorkerBoard(Terminal terminal, Executor executor, int workers)
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(15);

    /// <summary>Workers on this machine.</summary>
    public static WorkerBoard Local(Terminal terminal, int workers) => workers >= 1
        ? new WorkerBoard(terminal, new LocalExecutor(ThisProgram()).Run, workers)
        : throw new UsageError($"--workers {workers}: give at least 1.");

    /// <summary>Runs every job, in the order given, and returns how each ended.</summary>
    public Task<IReadOnlyList<RunNews>> Run(IReadOnlyList<RunJob> jobs) => terminal.IsErrorInteractive ? RunLive(jobs) : RunPlain(jobs);

    /// <summary>This program as a worker's command.</summary>
    private static IReadOnlyList<string> ThisProgram()
    {
        string folder = AppContext.BaseDirectory;
        string name = typeof(WorkerBoard).Assembly.GetName().Name!;
        string native = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        return File.Exists(native) ? [native] : ["dotnet", Path.Combine(folder, name + ".dll")];
    }

    private async Task<IReadOnlyList<RunNews>> RunLive(IReadOnlyList<RunJob> jobs)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        var clock = new PoolClock(jobs, workers, TimeProvider.System);
        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                ProgressTask[] bars = [.. jobs.Select(j => context.AddTask(Markup.Escape(j.Name), autoStart: false, maxValue: 1))];
                var all = context.AddTask("all runs", autoStart: true, maxValue: 1);
                return await WorkerPool.Run(jobs, executor, workers, news =>
                {
                    var bar = bars[news.Job];
                    if (!bar.IsStarted && news.State != RunState.Waiting)
                    {
                        bar.StartTask();
                    }

                    bar.Value = news.State == RunState.Done ? 1 : news.Progress?.Share ?? bar.Value;
                    bar.Description = Markup.Escape(jobs[news.Job].Name + Said(news));
                    clock.Note(news);
                    all.Value = clock.Share;
                    all.Description = clock.Left is TimeSpan left ? $"all runs  about {TrainingBar.Duration(left)} left" : "all runs";
                }, terminal.Stop).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<RunNews>> RunPlain(IReadOnlyList<RunJob> jobs)
    {
        long[] said = new long[jobs.Count];
        var clock = new PoolClock(jobs, workers, TimeProvider.System);
        return await WorkerPool.Run(jobs, executor, workers, news =>
        {
            clock.Note(news);
            if (news.Progress is null)
            {
                terminal.Say($"{jobs[news.Job].Name}:{Said(news)}");
            }
            else if (TimeProvider.System.GetElapsedTime(said[news.Job]) >= PlainInterval)
            {
                said[news.Job] = TimeProvider.System.GetTimestamp();
                string left = clock.Left is TimeSpan time ? $"; about {TrainingBar.Duration(time)} left for all" : "";
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{jobs[news.Job].Name}: {news.Progress.Share:P0}{Said(news)}{left}"));
            }
        }, terminal.Stop).ConfigureAwait(false);
    }

    private static string Said(RunNews news) => news.State switch
    {
        RunState.Training when news.Progress?.ValidationLoss is double loss => string.Create(CultureInfo.InvariantCulture, $"  validation {loss:F3}"),
        RunState.Done => " done.",
        RunState.Stopped => " stopped.",
        RunState.Elsewhere => $" trained by {news.Message}.",
        RunState.LeftOut => $" left out. {news.Message}",
        RunState.Waiting => $" {news.Message}",
        _ => "",
    };
}
