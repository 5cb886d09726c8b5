using System.Globalization;
using Sextant.Experiments;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>Carries out recipes in worker processes, several at a time, and shows each one's progress on standard error.</summary>
internal sealed class WorkerBoard(Terminal terminal, LocalExecutor executor, int workers)
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(15);

    /// <summary>Runs every job, in the order given, and returns how each ended.</summary>
    public async Task<IReadOnlyList<WorkerEnd>> Run(IReadOnlyList<WorkerJob> jobs) =>
        terminal.IsErrorInteractive ? await RunLive(jobs).ConfigureAwait(false) : await RunPlain(jobs).ConfigureAwait(false);

    /// <summary>This program as a worker's command.</summary>
    public static IReadOnlyList<string> ThisProgram()
    {
        string folder = AppContext.BaseDirectory;
        string name = typeof(WorkerBoard).Assembly.GetName().Name!;
        string native = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        return File.Exists(native) ? [native] : ["dotnet", Path.Combine(folder, name + ".dll")];
    }

    private async Task<IReadOnlyList<WorkerEnd>> RunLive(IReadOnlyList<WorkerJob> jobs)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask[] bars = [.. jobs.Select(j => context.AddTask(Markup.Escape(j.Name), autoStart: false, maxValue: 1))];
                return await RunAll(jobs, (i, told) =>
                {
                    if (!bars[i].IsStarted)
                    {
                        bars[i].StartTask();
                    }

                    bars[i].Value = told?.Share ?? 1;
                    bars[i].Description = Markup.Escape(jobs[i].Name + Loss(told));
                }).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<WorkerEnd>> RunPlain(IReadOnlyList<WorkerJob> jobs)
    {
        long[] said = new long[jobs.Count];
        return await RunAll(jobs, (i, told) =>
        {
            if (told is null)
            {
                terminal.Say($"{jobs[i].Name}: {(terminal.Stop.IsCancellationRequested ? "stopped" : "ended")}.");
            }
            else if (TimeProvider.System.GetElapsedTime(said[i]) >= PlainInterval)
            {
                said[i] = TimeProvider.System.GetTimestamp();
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{jobs[i].Name}: {told.Share:P0}{Loss(told)}"));
            }
        }).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<WorkerEnd>> RunAll(IReadOnlyList<WorkerJob> jobs, Action<int, WorkerProgress?> tell)
    {
        var ends = new WorkerEnd[jobs.Count];
        await Parallel.ForAsync(0, jobs.Count, new ParallelOptions { MaxDegreeOfParallelism = workers }, async (i, _) =>
        {
            if (terminal.Stop.IsCancellationRequested)
            {
                ends[i] = new WorkerEnd(CommandLine.Stopped, "stopped before it began");
                return;
            }

            ends[i] = await executor.Run(jobs[i].RecipePath, jobs[i].RunFolder, new Told(p => tell(i, p)), terminal.Stop).ConfigureAwait(false);
            tell(i, null);
        }).ConfigureAwait(false);
        return ends;
    }

    private static string Loss(WorkerProgress? told) => told?.ValidationLoss is double loss
        ? string.Create(CultureInfo.InvariantCulture, $"  validation {loss:F3}")
        : "";

    /// <summary>Reports on the caller's thread, unlike <see cref="Progress{T}"/>, so that nothing is told after the end.</summary>
    private sealed class Told(Action<WorkerProgress> tell) : IProgress<WorkerProgress>
    {
        public void Report(WorkerProgress value) => tell(value);
    }
}

/// <summary>A recipe file and the folder it is carried out in.</summary>
internal sealed record WorkerJob(string Name, string RecipePath, string RunFolder);
