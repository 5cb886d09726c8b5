using System.IO.Compression;

namespace Sextant.Pretrained;

/// <summary>Raw values in a file, of which tensors are views.</summary>
/// <param name="file">The file.</param>
/// <param name="key">The storage's name in the file, where it has one.</param>
/// <param name="bytes">Its size.</param>
internal abstract unsafe class StorageBytes(FileBytes file, string? key, long bytes)
{
    public FileBytes File => file;

    public string? Key => key;

    public long Bytes => bytes;

    /// <summary>In the file; null where it lies there compressed.</summary>
    public abstract long? Offset { get; }

    /// <summary>Copies a stretch that is known to lie within the storage.</summary>
    public abstract void CopyTo(long from, byte* destination, long count);
}

/// <summary>Values as they are.</summary>
internal sealed unsafe class MappedStorage(FileBytes file, string? key, long offset, long bytes) : StorageBytes(file, key, bytes)
{
    public override long? Offset => offset;

    public override void CopyTo(long from, byte* destination, long count) => File.CopyTo(offset + from, destination, count);
}

/// <summary>Values of a compressed member of a zip, inflated at each reading.</summary>
internal sealed unsafe class DeflatedStorage(FileBytes file, string key, ZipMember member) : StorageBytes(file, key, member.Bytes)
{
    public override long? Offset => null;

    public override void CopyTo(long from, byte* destination, long count)
    {
        using var target = new UnmanagedMemoryStream(destination, 0, count, FileAccess.Write);
        Inflate(File, member, from, target, count);
    }

    /// <summary>The whole of a member.</summary>
    public static byte[] Inflate(FileBytes file, ZipMember member)
    {
        byte[] all = new byte[member.Bytes];
        using var target = new MemoryStream(all);
        Inflate(file, member, 0, target, all.Length);
        return all;
    }

    /// <exception cref="UserError">The member is damaged, or not as long as the zip says.</exception>
    private static void Inflate(FileBytes file, ZipMember member, long from, Stream target, long count)
    {
        try
        {
            using var packed = file.Stream(member.Start, member.StoredBytes);
            using var unpacked = new DeflateStream(packed, CompressionMode.Decompress);
            byte[] block = new byte[1 << 16];
            long at = 0;
            for (int read = unpacked.Read(block); read > 0; read = unpacked.Read(block))
            {
                long first = Math.Max(at, from), last = Math.Min(at + read, from + count);
                if (last > first)
                {
                    target.Write(block, (int)(first - at), (int)(last - first));
                }

                at += read;
                if (at > member.Bytes)
                {
                    break;
                }
            }

            if (at != member.Bytes)
            {
                throw file.Malformed($"'{member.Name.Shown()}' in it does not inflate to the {member.Bytes} bytes that its directory promises");
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw file.Malformed($"'{member.Name.Shown()}' in it is damaged and does not inflate");
        }
    }
}
