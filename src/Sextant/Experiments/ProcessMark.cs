using System.Globalization;
using System.Text.Json.Serialization;

namespace Sextant.Experiments;

/// <summary>One process among all there ever were: its number alone is given again, to another.</summary>
/// <param name="Host">The machine's name, for people.</param>
/// <param name="Machine">Where the number counts: two processes can be told dead or alive from each other only where this is equal.</param>
/// <param name="Id">The process's number there.</param>
/// <param name="Started">When it started, in the machine's own count.</param>
internal sealed record ProcessMark(string Host, string Machine, int Id, string Started)
{
    /// <summary>This process.</summary>
    public static ProcessMark Current { get; } = new(Environment.MachineName, MachineMark(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? "");

    /// <summary>Whether the process is known to be gone; false for one on another machine, and where it cannot be seen.</summary>
    [JsonIgnore]
    public bool IsGone
    {
        get
        {
            try
            {
                return Machine == Current.Machine && StartOf(Id) != Started;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// On Linux the boot, the namespace of process numbers and the user: in another container or after a restart the same number is
    /// another process, and other users' processes may be hidden.
    /// </summary>
    private static string MachineMark() => OperatingSystem.IsLinux() && File.Exists("/proc/sys/kernel/random/boot_id")
        ? $"{Read("/proc/sys/kernel/random/boot_id")?.Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget} {Environment.UserName}"
        : $"{Environment.MachineName} {Environment.UserName}";

    /// <summary>When a running process started; null for one that is gone, or dead and not yet taken away.</summary>
    private static string? StartOf(int id)
    {
        if (!OperatingSystem.IsLinux())
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(id);
                return process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        // proc(5): the second field is a name in brackets that may hold anything; the 3rd is the state, the 22nd the start in ticks since boot.
        string? stat = Read($"/proc/{id}/stat");
        string[] fields = stat?[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length > 19 && fields[0] is not ("Z" or "X") ? fields[19] : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
