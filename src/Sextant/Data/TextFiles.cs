using System.Text;

namespace Sextant.Data;

/// <summary>The UTF-8 files of a corpus, and their text in chunks that cut no character.</summary>
internal static class TextFiles
{
    private const int ChunkBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file, or the *.txt and *.md files of the folder and its folders, by name.</summary>
    /// <exception cref="UserError">There is no such file, or none in the folder.</exception>
    public static string[] Find(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new UserError($"There is no file or folder {path}: check the path, which is taken from the current folder, or give --data PATH.");
        }

        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".txt" or ".md").Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new UserError($"{path} holds no *.txt or *.md file: put the text there, or name a file.");
    }

    /// <summary>Where the last share of a file starts: the first character that begins in it, in bytes.</summary>
    public static long Cut(string path, double lastShare)
    {
        using var stream = Open(path);
        long cut = (long)Math.Floor((1 - lastShare) * stream.Length);
        stream.Position = cut;
        for (int next = stream.ReadByte(); next >= 0 && (next & 0xC0) == 0x80; next = stream.ReadByte())
        {
            cut++;
        }

        return cut;
    }

    /// <summary>The text of the bytes from <paramref name="start"/> up to <paramref name="end"/>, cut at line ends where there are any.</summary>
    public static IEnumerable<string> Chunks(string path, long start, long end)
    {
        using var stream = Open(path);
        stream.Position = start;
        byte[] buffer = new byte[ChunkBytes];
        int held = 0;
        while (stream.Position < end || held > 0)
        {
            var free = buffer.AsSpan(held, (int)Math.Min(ChunkBytes - held, end - stream.Position));
            int read = stream.ReadAtLeast(free, free.Length, throwOnEndOfStream: false);
            int length = held + read;
            int whole = stream.Position < end && read > 0 ? WholeCharacters(buffer.AsSpan(0, length)) : length;
            long offset = stream.Position - length;
            yield return Text(path, buffer.AsSpan(0, whole), offset);
            buffer.AsSpan(whole, length - whole).CopyTo(buffer);
            held = length - whole;
        }
    }

    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        int line = bytes.LastIndexOf((byte)'\n');
        if (line >= 0)
        {
            return line + 1;
        }

        int end = bytes.Length;
        while (end > bytes.Length - 4 && (bytes[end - 1] & 0xC0) == 0x80)
        {
            end--;
        }

        return end - 1;
    }

    private static string Text(string path, ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.Contains((byte)0))
        {
            throw new UserError($"{path} is not a text file: byte {offset + bytes.IndexOf((byte)0)} is NUL; give UTF-8 text.");
        }

        try
        {
            return Strict.GetString(offset == 0 && bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserError($"{path} is not valid UTF-8 (near byte {offset + e.Index}): save it as UTF-8.", e);
        }
    }
}
