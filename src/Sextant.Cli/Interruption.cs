using System.Runtime.InteropServices;
using Sextant.Experiments;

namespace Sextant.Cli;

/// <summary>Ctrl-C and SIGTERM ask for a clean end; a second one ends at once.</summary>
internal static class Interruption
{
    private static readonly CancellationTokenSource Source = new();
    private static readonly PosixSignalRegistration[] Registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(s => PosixSignalRegistration.Create(s, Handle))];

    private static int signals;

    public static CancellationToken Token
    {
        get
        {
            GC.KeepAlive(Registrations);
            return Source.Token;
        }
    }

    /// <summary>Whether this process is a worker of another: then it also stops when its parent is gone.</summary>
    public static bool IsWorker { get; } = Environment.GetEnvironmentVariable(LocalExecutor.WorkerVariable) is not null;

    /// <summary>A worker's standard input is held open by its parent and closes with it.</summary>
    public static void StopWithParent()
    {
        if (IsWorker)
        {
            new Thread(() =>
            {
                while (Console.In.Read() >= 0)
                {
                    // nothing is said on it
                }

                Source.Cancel();
            })
            { IsBackground = true }.Start();
        }
    }

    /// <summary>Signals alone are counted: a worker's parent, told by the same Ctrl-C, may close its input before its own signal is handled.</summary>
    private static void Handle(PosixSignalContext context)
    {
        context.Cancel = Interlocked.Increment(ref signals) == 1;
        Source.Cancel();
    }
}
