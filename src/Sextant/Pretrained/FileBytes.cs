using System.IO.MemoryMappedFiles;
using System.Text;

namespace Sextant.Pretrained;

/// <summary>A file mapped into memory for reading. Every access is held against its length.</summary>
internal sealed unsafe class FileBytes : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private bool isDisposed;

    private FileBytes(string path, FileStream stream)
    {
        Path = path;
        Length = stream.Length;
        file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        start = address + view.PointerOffset;
    }

    public string Path { get; }

    public long Length { get; }

    /// <exception cref="UserError">There is no such file, it is empty, or it cannot be read.</exception>
    public static FileBytes Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserError($"{path} is a folder where a file of weights is expected; give the file in it.");
        }

        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            try
            {
                return stream.CanSeek && stream.Length > 0
                    ? new FileBytes(path, stream)
                    : throw new UserError($"{path} is empty, perhaps after an interrupted download; fetch it again.");
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"There is no file {path}; check the path, which is taken from the current folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new UserError($"{path} cannot be read: {e.Message.Split('\n')[0].TrimEnd('.')}.", e);
        }
    }

    /// <summary>Bytes of the file, without a copy.</summary>
    /// <exception cref="UserError">The file ends before.</exception>
    public ReadOnlySpan<byte> Slice(long offset, long count) => count <= int.MaxValue
        ? new(At(offset, count), (int)count)
        : throw Malformed($"{count} bytes of it would have to be taken at once");

    public Stream Stream(long offset, long count) => new UnmanagedMemoryStream(At(offset, count), count);

    public void CopyTo(long offset, byte* destination, long count) => Buffer.MemoryCopy(At(offset, count), destination, count, count);

    /// <summary>The error of a file that breaks its format.</summary>
    /// <param name="what">Half a sentence: what is wrong.</param>
    public UserError Malformed(string what) => new($"{Path} is no file of weights that Sextant can read: {what}; fetch it again, or ask who wrote it.");

    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        }
    }

    private byte* At(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return offset >= 0 && count >= 0 && offset <= Length && count <= Length - offset
            ? start + offset
            : throw Malformed($"it ends at byte {Length}, before what it says it holds");
    }
}

/// <summary>Words out of a file, for a message.</summary>
internal static class FileWords
{
    private const int Longest = 100;

    /// <summary>Without control characters, which could play with a terminal, and not longer than a line.</summary>
    public static string Shown(this string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(Longest))
        {
            shown.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? "?" : rune.ToString());
        }

        return text.Length > Longest ? shown.Append("...").ToString() : shown.ToString();
    }
}
