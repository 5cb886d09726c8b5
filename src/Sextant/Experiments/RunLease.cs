using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sextant.Experiments;

/// <summary>
/// The right to train in a run folder: held by one process at a time, of one machine or of several that share the folder.
/// A lease is a numbered file in the folder .lease. To take the right is to create the file of the next number, which one
/// process alone can do: O_CREAT with O_EXCL fails where the name is there, on NFS from version 3 on too. (File.Move without
/// overwriting does not do: where it sees no file it renames, over one that came meanwhile.) No number is used again, so that
/// a slow contender cannot take a right that was given on meanwhile. The holder writes to its file now and then. A lease is over when its holder
/// says so, when its process is gone (seen on the same machine only), or when nothing was written for <see cref="StaleAfter"/>.
/// </summary>
internal sealed class RunLease : IDisposable
{
    public const string FolderName = ".lease";

    /// <summary>How long a holder elsewhere may be silent; eight heartbeats, and more than NFS holds back attributes by default (60 s).</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly string path;
    private readonly string next;
    private readonly LeaseOwner owner;
    private readonly Timer heart;
    private bool isOver;

    private RunLease(string folder, int number, LeaseOwner owner)
    {
        path = At(folder, number);
        next = At(folder, number + 1);
        this.owner = owner;
        heart = new Timer(_ => Beat(), null, Heartbeat, Heartbeat);
    }

    /// <summary>Whether this holder, silent for too long (a machine that slept), was taken for dead and another took its place.</summary>
    public bool IsLost => !isOver && File.Exists(next);

    /// <summary>Takes the right to train in a run folder, or says who has it.</summary>
    /// <param name="runFolder">A folder that is there.</param>
    /// <param name="holder">Who has it, where it cannot be taken.</param>
    /// <returns>Null where another has it.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLease? TryTake(string runFolder, out LeaseOwner? holder)
    {
        string folder = Path.Combine(runFolder, FolderName);
        Directory.CreateDirectory(folder);
        int last = Last(folder);
        holder = last > 0 ? LiveOwner(At(folder, last)) : null;
        if (holder is not null)
        {
            return null;
        }

        var owner = new LeaseOwner(ProcessMark.Current, Guid.NewGuid().ToString("N"), IsOver: false);
        string mine = At(folder, last + 1);
        FileStream file;
        try
        {
            file = new FileStream(mine, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (IOException) when (File.Exists(mine))
        {
            holder = Read(mine) ?? LeaseOwner.Unknown; // it may be there and not be written yet
            return null;
        }

        try
        {
            using (file)
            {
                file.Write(Encoding.UTF8.GetBytes(owner.ToLine()));
                file.Flush(flushToDisk: true);
            }
        }
        catch
        {
            File.Delete(mine); // a full disk: nobody has the right
            throw;
        }

        DeleteUnfinished(folder);
        return new RunLease(folder, last + 1, owner);
    }

    /// <summary>Who has the right to train in a run folder now; null for nobody.</summary>
    public static LeaseOwner? Holder(string runFolder)
    {
        string folder = Path.Combine(runFolder, FolderName);
        int last = Last(folder);
        return last > 0 ? LiveOwner(At(folder, last)) : null;
    }

    /// <summary>Gives the right back.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (!isOver)
            {
                isOver = true;
                heart.Dispose();
                try
                {
                    WholeFile.Write(path, (owner with { IsOver = true }).ToLine());
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // the process's end, or its silence, says the same
                }
            }
        }
    }

    private void Beat()
    {
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            try
            {
                // The last byte, a line's end, written once more: the time of the file is then the file system's own, whatever this machine's clock says.
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                file.Seek(-1, SeekOrigin.End);
                file.WriteByte((byte)'\n');
                file.Flush(flushToDisk: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // the next beat may succeed; if none does, the lease is lost and every write will say so
            }
        }
    }

    /// <summary>The highest number; 0 where nobody ever had the right.</summary>
    private static int Last(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Max(file => int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0 as int?) ?? 0
        : 0;

    private static string At(string folder, int number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));

    private static LeaseOwner? LiveOwner(string path)
    {
        var owner = Read(path);
        if (owner is { IsOver: true } or { Process.IsGone: true })
        {
            return null;
        }

        bool isNear = owner?.Process.Machine == ProcessMark.Current.Machine;
        return isNear || Age(path) < StaleAfter ? owner ?? LeaseOwner.Unknown : null;
    }

    /// <summary>How long ago a file was written, by the clock of the file system that holds it: clocks of two machines differ.</summary>
    private static TimeSpan Age(string path)
    {
        string now = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            File.WriteAllText(now, "");
            return File.GetLastWriteTimeUtc(now) - File.GetLastWriteTimeUtc(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTime.UtcNow - File.GetLastWriteTimeUtc(path);
        }
        finally
        {
            File.Delete(now);
        }
    }

    private static LeaseOwner? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<LeaseOwner>(file, RecipeJson.Line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Removes what killed contenders left beside the leases.</summary>
    private static void DeleteUnfinished(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder).Where(WholeFile.IsUnfinished))
        {
            if (Read(file) is { } left ? left.Process.IsGone : Age(file) > StaleAfter)
            {
                File.Delete(file);
            }
        }
    }
}

/// <summary>What a lease says of its holder.</summary>
/// <param name="Process">The process that holds it.</param>
/// <param name="Token">Drawn at random for each lease.</param>
/// <param name="IsOver">Whether the holder gave it back.</param>
internal sealed record LeaseOwner(ProcessMark Process, string Token, bool IsOver)
{
    /// <summary>The holder of a lease that cannot be read and was written just now.</summary>
    public static LeaseOwner Unknown { get; } = new(new ProcessMark("an unknown machine", "", 0, ""), "", IsOver: false);

    public string ToLine() => JsonSerializer.Serialize(this, RecipeJson.Line) + "\n";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {Process.Id} on {Process.Host}");
}
