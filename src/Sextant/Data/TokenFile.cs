using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Sextant.Data;

/// <summary>
/// Ids of training and validation text in a memory-mapped file, so that text need not fit into memory: a header of five
/// little-endian numbers (form, training ids, validation ids, training bytes, validation bytes), then the ids, two bytes
/// each for up to 65,536 tokens, else four.
/// </summary>
internal sealed unsafe class TokenFile : IDisposable
{
    private const int HeaderBytes = 5 * sizeof(long);

    /// <summary>"SXT" and the version of the form, then the width of an id.</summary>
    private const long Form = 0x53585401_00000000;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* ids;
    private readonly int width;

    private TokenFile(string path, TokenCounts counts, int width)
    {
        this.width = width;
        Counts = counts;
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        ids = start + view.PointerOffset + HeaderBytes;
    }

    public TokenCounts Counts { get; }

    /// <summary>Opens a file that <see cref="Write"/> wrote; null if there is none or it is not whole.</summary>
    public static TokenFile? TryOpen(string path, int vocabularySize)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        long length;
        using (var stream = TextFiles.Open(path))
        {
            length = stream.Length;
            if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
            {
                return null;
            }
        }

        int width = Width(vocabularySize);
        var counts = new TokenCounts(Number(header, 1), Number(header, 2), Number(header, 3), Number(header, 4));
        bool whole = Number(header, 0) == (Form | (long)width)
            && counts is { Train: >= 0, Validation: >= 0 }
            && length == HeaderBytes + ((counts.Train + counts.Validation) * width);
        return whole ? new TokenFile(path, counts, width) : null;
    }

    /// <summary>Writes training ids, then validation ids; the file appears whole or not at all.</summary>
    public static void Write(string path, int vocabularySize, IEnumerable<TokenisedChunk> train, IEnumerable<TokenisedChunk> validation)
    {
        int width = Width(vocabularySize);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        WholeFile.Write(path, file =>
        {
            file.Write(new byte[HeaderBytes]);
            (long trainIds, long trainBytes) = Append(file, train, width);
            (long validationIds, long validationBytes) = Append(file, validation, width);
            Span<byte> header = stackalloc byte[HeaderBytes];
            ReadOnlySpan<long> numbers = [Form | (long)width, trainIds, validationIds, trainBytes, validationBytes];
            for (int i = 0; i < numbers.Length; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(header[(i * sizeof(long))..], numbers[i]);
            }

            file.Position = 0;
            file.Write(header);
        });
    }

    /// <summary>Copies ids from a position on, counted over training and validation ids.</summary>
    public void Read(long position, Span<long> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + into.Length, Counts.Train + Counts.Validation);
        for (int i = 0; i < into.Length; i++)
        {
            byte* id = ids + ((position + i) * width);
            into[i] = width == sizeof(ushort) ? *(ushort*)id : *(int*)id;
        }
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    private static int Width(int vocabularySize) => vocabularySize <= 1 << 16 ? sizeof(ushort) : sizeof(int);

    private static long Number(ReadOnlySpan<byte> header, int index) =>
        BinaryPrimitives.ReadInt64LittleEndian(header[(index * sizeof(long))..]);

    private static (long Ids, long Bytes) Append(Stream stream, IEnumerable<TokenisedChunk> chunks, int width)
    {
        long ids = 0;
        long bytes = 0;
        foreach (var chunk in chunks)
        {
            ids += chunk.Ids.Length;
            bytes += chunk.Bytes;
            stream.Write(width == sizeof(ushort)
                ? MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(chunk.Ids, id => (ushort)id))
                : MemoryMarshal.AsBytes<int>(chunk.Ids));
        }

        return (ids, bytes);
    }
}

/// <summary>Ids and UTF-8 bytes of the text on each side.</summary>
internal readonly record struct TokenCounts(long Train, long Validation, long TrainBytes, long ValidationBytes);

/// <summary>Ids of some text, and the bytes of UTF-8 they stand for.</summary>
internal readonly record struct TokenisedChunk(int[] Ids, int Bytes);
