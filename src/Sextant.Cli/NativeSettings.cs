using System.Runtime.InteropServices;

namespace Sextant.Cli;

/// <summary>How the C libraries under libtorch use memory and processors; what the environment says about either is left as it is. Measured in docs/findings.md.</summary>
internal static partial class NativeSettings
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapMost = -4;

    /// <summary>To be called before libtorch is loaded. Does nothing where the C library is not glibc.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            KeepFreedMemory();
            WaitWithoutSpinning();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl and others have no such choice
        }
    }

    /// <summary>
    /// Each tensor's memory comes from malloc. By default glibc gives a large block back to the system as soon as it is freed, and the next tensor pays for
    /// every page of it again. Here blocks that were freed are kept for the next step (mallopt(3)).
    /// </summary>
    internal static void KeepFreedMemory()
    {
        if (!Names().Any(n => n.StartsWith("MALLOC_", StringComparison.Ordinal) && n.EndsWith('_'))
            && Environment.GetEnvironmentVariable("GLIBC_TUNABLES")?.Contains("glibc.malloc", StringComparison.Ordinal) != true)
        {
            _ = SetMalloc(MapMost, 0);
            _ = SetMalloc(TrimThreshold, int.MaxValue);
            _ = SetMalloc(TopPad, 64 << 20);
        }
    }

    /// <summary>
    /// libtorch's threads wait for one another by spinning, for milliseconds by default, on a core that the awaited thread may need. After a thousand turns they sleep here (libgomp, GOMP_SPINCOUNT).
    /// </summary>
    private static void WaitWithoutSpinning()
    {
        if (!Names().Any(n => n is "OMP_WAIT_POLICY" or "GOMP_SPINCOUNT"))
        {
            // The runtime's own SetEnvironmentVariable does not reach the C library.
            _ = SetVariable("GOMP_SPINCOUNT", "1000", overwrite: 0);
        }
    }

    private static IEnumerable<string> Names() => Environment.GetEnvironmentVariables().Keys.Cast<string>();

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetMalloc(int parameter, int value);

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
