using System.Diagnostics;
using System.Text.Json;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>A recipe file and the run folder it is to be carried out in.</summary>
/// <param name="Name">For people.</param>
/// <param name="RecipePath">A recipe whose paths are absolute.</param>
/// <param name="RunFolder">May be there already, with an earlier part of the same run.</param>
/// <param name="Identity">See <see cref="RunIdentity"/>.</param>
/// <param name="Flops">What it will take, exact convention; 0 where that is not known.</param>
public sealed record RunJob(string Name, string RecipePath, string RunFolder, string Identity, double Flops = 0)
{
    /// <summary>See <see cref="RunSurroundings.SharesTrunk"/>.</summary>
    public bool SharesTrunk { get; init; }

    /// <summary>The command that carries it out.</summary>
    public string Command { get; init; } = "train";

    /// <summary>The folder of the run whose trunk this one goes on from; null for none.</summary>
    public string? StartsFrom { get; init; }
}

/// <summary>How a worker ended.</summary>
/// <param name="ExitCode">0 done, 130 stopped, 128 and a signal's number where one ended it, <see cref="DiskFull"/>, anything else failed.</param>
/// <param name="Message">The last thing it said, for a person.</param>
public sealed record WorkerEnd(int ExitCode, string Message)
{
    /// <summary>How a worker ends that could not write since the disk is full: EX_IOERR of sysexits.h.</summary>
    public const int DiskFull = 74;
}

/// <summary>
/// Starts a worker for a run folder and learns how it ended: all that a pool of workers knows of where they are carried out.
/// When <paramref name="stop"/> is asked for, the worker is asked to leave a checkpoint and end, and its end is still waited for.
/// </summary>
public delegate Task<WorkerEnd> Executor(RunJob job, IProgress<WorkerProgress> progress, CancellationToken stop);

/// <summary>
/// Carries out runs in worker processes of this same program on this machine: starts a worker for a run folder, learns
/// how it ended. A worker trains with the job's command, tells its progress as JSON lines on standard error, and stops cleanly
/// when its standard input closes, so that it does not outlive a parent that was killed.
/// </summary>
/// <param name="program">The executable and its leading arguments.</param>
public sealed class LocalExecutor(IReadOnlyList<string> program)
{
    /// <summary>The environment variable that tells a process that it is a worker.</summary>
    public const string WorkerVariable = "SEXTANT_WORKER";

    /// <summary>An <see cref="Executor"/>.</summary>
    public async Task<WorkerEnd> Run(RunJob job, IProgress<WorkerProgress> progress, CancellationToken stop)
    {
        IEnumerable<string> sharing = job.SharesTrunk ? ["--share-trunk"] : [];
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), job.Command, job.RecipePath, "--out", job.RunFolder, .. sharing])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [WorkerVariable] = "1" },
        };
        using var worker = Process.Start(start) ?? throw new UserError($"The worker {program[0]} could not be started.");
        await using var registration = stop.Register(() => AskToStop(worker));
        var output = worker.StandardOutput.ReadToEndAsync(CancellationToken.None);
        string message = "";
        while (await worker.StandardError.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is string line)
        {
            if (WorkerProgress.TryParse(line) is { } told)
            {
                progress.Report(told);
            }
            else if (line.Length > 0)
            {
                message = line;
            }
        }

        await worker.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        return new WorkerEnd(worker.ExitCode, message);
    }

    /// <summary>Closes the worker's input, which it takes as the wish to stop. A signal would be its second one after a terminal's Ctrl-C, and end it at once.</summary>
    private static void AskToStop(Process worker)
    {
        try
        {
            worker.StandardInput.Close();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // it has ended already
        }
    }
}

/// <summary>What a worker tells its parent, a JSON line each.</summary>
/// <param name="Share">How much of the horizon has passed, 0..1.</param>
/// <param name="TrainLoss">Mean over the last batches, nats a token.</param>
/// <param name="ValidationLoss">The newest, mean over batches.</param>
/// <param name="FlopsPerSecond">Rate of this worker.</param>
/// <param name="SecondsLeft">Time to its horizon.</param>
public sealed record WorkerProgress(double Share, double? TrainLoss, double? ValidationLoss, double FlopsPerSecond, double? SecondsLeft)
{
    private const string Mark = "{\"share\":";

    public static WorkerProgress Of(TrainingProgress progress) => new(
        progress.Share, progress.TrainLoss, progress.LastEvaluation?.ValidationLoss, progress.FlopsPerSecond, progress.Left?.TotalSeconds);

    public string ToLine() => JsonSerializer.Serialize(this, RecipeJson.Line);

    /// <summary>Null if the line is something else.</summary>
    public static WorkerProgress? TryParse(string line)
    {
        if (!line.StartsWith(Mark, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<WorkerProgress>(line, RecipeJson.Line);
        }
        catch (JsonException)
        {
            return null; // cut short by the worker's end
        }
    }
}
