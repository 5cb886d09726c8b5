using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Sextant.Data;

/// <summary>
/// The lines of a UTF-8 file, plain or gzip, in memory that does not grow with the file or with a line. Whatever keeps
/// the file from being read is a <see cref="UserError"/> that names it.
/// </summary>
internal sealed class TextLines : ILines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string path;
    private readonly int maximumBytes;
    private readonly FileStream file;
    private readonly Stream stream;
    private readonly byte[] buffer;
    private int start;
    private int end;
    private bool ended;
    private long unpacked;

    public TextLines(string path, int maximumBytes)
    {
        this.path = path;
        this.maximumBytes = maximumBytes;
        buffer = new byte[Math.Max(64 * 1024, 2 * maximumBytes)];
        file = Open(path);
        bool gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        stream = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            SkipByteOrderMark();
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The number of the line last read, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Reads a line without its ending; false at the end. A line of too many bytes comes back as null.</summary>
    public bool TryRead(out string? line)
    {
        line = null;
        int length = FindEnd(out bool tooLong);
        if (length < 0)
        {
            return false;
        }

        Number++;
        if (!tooLong)
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(start, length);
            line = Text(bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes);
        }

        start = Math.Min(end, start + length + 1);
        return true;
    }

    public void Dispose() => stream.Dispose();

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserError($"{path} is a folder, not a file: name the file in it.");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"There is no file {path}: check the path, which is taken from the current folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserError($"{path} cannot be read: {e.Message}", e);
        }
    }

    private void SkipByteOrderMark()
    {
        while (end - start < 3 && Fill())
        {
        }

        ReadOnlySpan<byte> head = buffer.AsSpan(start, end - start);
        if (head is [0xEF, 0xBB, 0xBF, ..])
        {
            start += 3;
        }
        else if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new UserError($"{path} is UTF-16, not UTF-8: save it as UTF-8.");
        }
    }

    /// <summary>Bytes before the next line feed or the end of the file, -1 if nothing is left. The rest of a long line is skipped.</summary>
    private int FindEnd(out bool tooLong)
    {
        tooLong = false;
        int searched = 0;
        while (true)
        {
            int at = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                tooLong |= searched + at > maximumBytes;
                return searched + at;
            }

            searched = end - start;
            if (searched > maximumBytes)
            {
                tooLong = true;
                start = end;
                searched = 0;
            }

            if (!Fill())
            {
                return searched > 0 || tooLong ? searched : -1;
            }
        }
    }

    private bool Fill()
    {
        if (ended)
        {
            return false;
        }

        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        try
        {
            int read = stream.Read(buffer, end, buffer.Length - end);
            end += read;
            unpacked += read;
            ended = read == 0;
            if (ended && stream is GZipStream && IsCutShort())
            {
                throw new InvalidDataException("The file ends early.");
            }
        }
        catch (InvalidDataException e)
        {
            throw new UserError($"{path} is a damaged gzip file (after line {Number}): fetch or compress it again.", e);
        }
        catch (IOException e)
        {
            throw new UserError($"{path} cannot be read after line {Number}: {e.Message}", e);
        }

        return !ended;
    }

    /// <summary>
    /// GZipStream takes a file that was cut short for a whole one. A whole one ends with its unpacked length (RFC 1952);
    /// of several joined files only the last's, so a second header within excuses another length.
    /// </summary>
    private bool IsCutShort()
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        file.Position = Math.Max(0, file.Length - length.Length);
        file.ReadAtLeast(length, length.Length, throwOnEndOfStream: false);
        return BinaryPrimitives.ReadUInt32LittleEndian(length) != (uint)unpacked && !HoldsSecondHeader();
    }

    private bool HoldsSecondHeader()
    {
        ReadOnlySpan<byte> header = [0x1F, 0x8B, 8];
        file.Position = 1;
        byte[] window = new byte[1 << 16];
        int held = 0;
        for (int read; (read = file.Read(window, held, window.Length - held)) > 0;)
        {
            int length = held + read;
            if (window.AsSpan(0, length).IndexOf(header) >= 0)
            {
                return true;
            }

            held = Math.Min(header.Length - 1, length);
            window.AsSpan(length - held, held).CopyTo(window);
        }

        return false;
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0))
        {
            throw new UserError($"{path} is not a text file: line {Number} holds a NUL byte; give a UTF-8 text file.");
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserError($"{path}, line {Number} is not valid UTF-8 (byte {e.Index + 1} of the line): save the file as UTF-8.", e);
        }
    }
}
