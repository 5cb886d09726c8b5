using System.Text;
using System.Text.RegularExpressions;

namespace Sextant;

/// <summary>Writes files that are there whole or not at all: beside their place, flushed to the disk, then renamed.</summary>
public static partial class WholeFile
{
    private const string Ending = ".new";

    /// <summary>ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL; elsewhere ENOSPC and EDQUOT. The same numbers mean other things on the other systems.</summary>
    private static readonly int[] Full = OperatingSystem.IsWindows() ? [39, 112] : OperatingSystem.IsMacOS() ? [28, 69] : [28, 122];

    /// <summary>Replaces the file at <paramref name="path"/> by <paramref name="text"/> as UTF-8 without a byte order mark.</summary>
    /// <exception cref="IOException">The place cannot be written; what was there stays.</exception>
    public static void Write(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Replaces the file at <paramref name="path"/> by what <paramref name="write"/> puts into the stream, which may be positioned.</summary>
    /// <exception cref="IOException">The place cannot be written; what was there stays.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        // Two processes may write the same place; the last rename wins, and each file is whole.
        string beside = $"{path}.{Guid.NewGuid():N}{Ending}";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e)
        {
            if (File.Exists(beside)) // else its folder may be missing, and deleting would throw over the error that says so
            {
                File.Delete(beside);
            }

            if (Named(e, beside, path) is { } named)
            {
                throw named;
            }

            throw;
        }
    }

    /// <summary>Replaces the file at <paramref name="path"/> by the bytes of another.</summary>
    /// <exception cref="IOException">One cannot be read or the other not written.</exception>
    public static void Copy(string from, string path) => Write(path, file =>
    {
        using var source = File.OpenRead(from);
        source.CopyTo(file);
    });

    /// <summary>The same error, of the file that was meant instead of the one beside it; null for errors that name neither.</summary>
    private static Exception? Named(Exception e, string beside, string path) => e switch
    {
        UnauthorizedAccessException => new UnauthorizedAccessException(e.Message.Replace(beside, path, StringComparison.Ordinal), e),
        DirectoryNotFoundException => new DirectoryNotFoundException(e.Message.Replace(beside, path, StringComparison.Ordinal), e),
        IOException when e.GetType() == typeof(IOException) => new IOException(e.Message.Replace(beside, path, StringComparison.Ordinal), e.HResult),
        _ => null,
    };

    /// <summary>Whether an error, or what it came from, says that a disk or its quota is used up: the machine's fault, not the work's.</summary>
    public static bool IsDiskFull(Exception error) => error switch
    {
        IOException io => Full.Contains(io.HResult & 0xffff),
        { InnerException: { } inner } => IsDiskFull(inner),
        _ => false,
    };

    /// <summary>Whether a file of this name is what a killed process left of a file it had not finished.</summary>
    public static bool IsUnfinished(string name) => OfOurMaking().IsMatch(name);

    [GeneratedRegex(@"\.[0-9a-f]{32}\.new$")]
    private static partial Regex OfOurMaking();
}
