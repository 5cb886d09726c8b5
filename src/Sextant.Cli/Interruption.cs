using System.Runtime.InteropServices;

namespace Sextant.Cli;

/// <summary>Ctrl-C and SIGTERM ask for a clean end; a second one ends at once.</summary>
internal static class Interruption
{
    private static readonly CancellationTokenSource Source = new();
    private static readonly PosixSignalRegistration[] Registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(s => PosixSignalRegistration.Create(s, Handle))];

    public static CancellationToken Token
    {
        get
        {
            GC.KeepAlive(Registrations);
            return Source.Token;
        }
    }

    private static void Handle(PosixSignalContext context)
    {
        context.Cancel = !Source.IsCancellationRequested;
        Source.Cancel();
    }
}
