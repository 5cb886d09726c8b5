using System.Buffers.Binary;
using System.Text;

namespace Sextant.Pretrained;

/// <summary>A file in a zip.</summary>
/// <param name="Name">With its folders.</param>
/// <param name="IsDeflated">Compressed; else as it is.</param>
/// <param name="Start">Of its bytes in the zip file.</param>
/// <param name="StoredBytes">There.</param>
/// <param name="Bytes">Of the file itself.</param>
internal sealed record ZipMember(string Name, bool IsDeflated, long Start, long StoredBytes, long Bytes);

/// <summary>
/// Reads the directory at the end of a zip file (PKWARE's APPNOTE, with the 64-bit records that torch writes). Our own, since members that
/// are stored as they are can then be read from the map, and since every number is held against the file.
/// </summary>
internal static class ZipDirectory
{
    private const uint LocalSignature = 0x04034b50, EntrySignature = 0x02014b50, EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;

    private const int LocalBytes = 30, EntryBytes = 46, EndBytes = 22, End64Bytes = 56, Locator64Bytes = 20, LongestComment = ushort.MaxValue;

    private const int Encrypted = 1, Stored = 0, Deflated = 8, Sizes64 = 1;

    /// <summary>A member that is larger may not inflate to more than so many times its bytes: weights do not compress like that, traps do.</summary>
    private const long FreelyInflated = 1 << 20, MostInflation = 64;

    /// <summary>The members by name, folders left out.</summary>
    /// <exception cref="UserError">The zip is cut off, encrypted, inconsistent, or made to climb out of a folder or to fill memory.</exception>
    public static Dictionary<string, ZipMember> Read(FileBytes file)
    {
        (long start, long bytes, long count) = Directory(file);
        if (count > bytes / EntryBytes)
        {
            throw file.Malformed($"its directory of {bytes} bytes cannot name {count} members");
        }

        Dictionary<string, ZipMember> members = new(StringComparer.Ordinal);
        List<(long Start, long End)> taken = [];
        long at = start;
        for (long i = 0; i < count; i++)
        {
            var entry = Entry(file, ref at, start + bytes);
            Check(file, entry.Name);
            var member = Locate(file, entry, start);
            taken.Add((entry.Local, member.Start + member.StoredBytes));
            if (!entry.Name.EndsWith('/') && !members.TryAdd(entry.Name, member))
            {
                throw file.Malformed($"it holds '{entry.Name.Shown()}' twice");
            }
        }

        taken.Sort();
        for (int i = 1; i < taken.Count; i++)
        {
            if (taken[i].Start < taken[i - 1].End)
            {
                throw file.Malformed("members of the zip overlap");
            }
        }

        return members;
    }

    /// <summary>Where the directory lies, and how many entries it has.</summary>
    private static (long Start, long Bytes, long Count) Directory(FileBytes file)
    {
        long end = FindEnd(file);
        var record = file.Slice(end, EndBytes);
        long count = U16(record, 10), bytes = U32(record, 12), start = U32(record, 16), limit = end;
        if (end >= Locator64Bytes && U32(file.Slice(end - Locator64Bytes, Locator64Bytes), 0) == Locator64Signature)
        {
            long end64 = I64(file, file.Slice(end - Locator64Bytes, Locator64Bytes), 8);
            if (end64 > end - Locator64Bytes - End64Bytes || U32(file.Slice(end64, End64Bytes), 0) != End64Signature)
            {
                throw file.Malformed("its zip directory does not end as it says");
            }

            record = file.Slice(end64, End64Bytes);
            (count, bytes, start, limit) = (I64(file, record, 32), I64(file, record, 40), I64(file, record, 48), end64);
        }

        return start <= limit && bytes <= limit - start
            ? (start, bytes, count)
            : throw file.Malformed("its zip directory does not lie where it says");
    }

    private static long FindEnd(FileBytes file)
    {
        long window = Math.Min(file.Length, EndBytes + LongestComment);
        long first = file.Length - window;
        var tail = file.Slice(first, window);
        for (int i = tail.Length - EndBytes; i >= 0; i--)
        {
            if (U32(tail, i) == EndSignature && U16(tail, i + 20) == tail.Length - i - EndBytes)
            {
                return first + i;
            }
        }

        throw file.Malformed("it begins as a zip file and is cut off: the directory at its end is missing");
    }

    private static Listed Entry(FileBytes file, ref long at, long end)
    {
        if (end - at < EntryBytes || U32(file.Slice(at, EntryBytes), 0) != EntrySignature)
        {
            throw file.Malformed("its zip directory is damaged");
        }

        var fixedPart = file.Slice(at, EntryBytes);
        int nameBytes = U16(fixedPart, 28), extraBytes = U16(fixedPart, 30), commentBytes = U16(fixedPart, 32);
        if (end - at - EntryBytes < nameBytes + extraBytes + commentBytes)
        {
            throw file.Malformed("its zip directory is damaged");
        }

        string name = Encoding.UTF8.GetString(file.Slice(at + EntryBytes, nameBytes));
        long stored = U32(fixedPart, 20), bytes = U32(fixedPart, 24), local = U32(fixedPart, 42);
        var extra = file.Slice(at + EntryBytes + nameBytes, extraBytes);
        while (extra.Length >= 4)
        {
            int length = U16(extra, 2);
            if (length > extra.Length - 4)
            {
                throw file.Malformed("its zip directory is damaged");
            }

            if (U16(extra, 0) == Sizes64)
            {
                var sizes = extra.Slice(4, length);
                bytes = Wide(file, bytes, ref sizes);
                stored = Wide(file, stored, ref sizes);
                local = Wide(file, local, ref sizes);
            }

            extra = extra[(4 + length)..];
        }

        at += EntryBytes + nameBytes + extraBytes + commentBytes;
        return new Listed(name, U16(fixedPart, 8), U16(fixedPart, 10), stored, bytes, local);
    }
    /// <summary>A number that did not fit into 32 bits stands in the next eight bytes.</summary>
    private static long Wide(FileBytes file, long field, ref ReadOnlySpan<byte> sizes)
    {
        if (field != uint.MaxValue || sizes.Length < sizeof(long))
        {
            return field;
        }

        long wide = I64(file, sizes, 0);
        sizes = sizes[sizeof(long)..];
        return wide;
    }

    /// <exception cref="UserError">The name leads out of the folder that the zip would be unpacked to.</exception>
    private static void Check(FileBytes file, string name)
    {
        bool climbs = name.Length == 0 || name[0] is '/' or '\\' || name.Contains('\0', StringComparison.Ordinal) || (name.Length > 1 && name[1] == ':') || name.Split('/', '\\').Contains("..");
        if (climbs)
        {
            throw new UserError($"{file.Path} holds a member named '{name.Shown()}', which leads out of the file's own folder; do not trust it.");
        }
    }

    private static ZipMember Locate(FileBytes file, Listed entry, long directory)
    {
        string shown = entry.Name.Shown();
        if ((entry.Flags & Encrypted) != 0)
        {
            throw file.Malformed($"'{shown}' in it is encrypted");
        }

        if (entry.Method is not (Stored or Deflated) || (entry.Method == Stored && entry.StoredBytes != entry.Bytes))
        {
            throw file.Malformed($"'{shown}' in it is compressed in a way that no file of weights is");
        }

        if (entry.Bytes > FreelyInflated && entry.Bytes / MostInflation > entry.StoredBytes)
        {
            throw file.Malformed($"'{shown}' in it would inflate from {entry.StoredBytes} bytes to {entry.Bytes}");
        }

        if (entry.Local > directory - LocalBytes || U32(file.Slice(entry.Local, LocalBytes), 0) != LocalSignature)
        {
            throw file.Malformed($"'{shown}' in it does not lie where its zip directory says");
        }

        var local = file.Slice(entry.Local, LocalBytes);
        int nameBytes = U16(local, 26);
        long start = entry.Local + LocalBytes + nameBytes + U16(local, 28);
        if (start > directory || entry.StoredBytes > directory - start)
        {
            throw file.Malformed($"'{shown}' in it has {entry.StoredBytes} bytes, more than the zip holds");
        }

        return Encoding.UTF8.GetString(file.Slice(entry.Local + LocalBytes, nameBytes)) == entry.Name
            ? new ZipMember(entry.Name, entry.Method == Deflated, start, entry.StoredBytes, entry.Bytes)
            : throw file.Malformed($"'{shown}' in it has another name in its zip directory than at its place");
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(FileBytes file, ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) is var number and >= 0
        ? number
        : throw file.Malformed("its zip directory holds a size that no file has");

    /// <summary>An entry of the directory.</summary>
    private readonly record struct Listed(string Name, int Flags, int Method, long StoredBytes, long Bytes, long Local);
}
