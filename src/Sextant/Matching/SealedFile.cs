using System.Security.Cryptography;
using System.Text;

namespace Sextant.Matching;

/// <summary>Files that only this program reads: what they are, their content, and its SHA-256, so that a damaged one is known from a whole one.</summary>
internal static class SealedFile
{
    private const int SealBytes = 32;

    /// <exception cref="IOException">The place cannot be written; what was there stays.</exception>
    public static void Write(string path, string kind, Action<BinaryWriter> write)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(kind);
            write(writer);
        }

        byte[] seal = SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        WholeFile.Write(path, file =>
        {
            file.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
            file.Write(seal);
        });
    }

    /// <summary>Reads a file of a kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it was written as.</param>
    /// <param name="read">Reads its content, all of it.</param>
    /// <returns>Null where it is whole and was read; else what is wrong with it.</returns>
    public static string? Read(string path, string kind, Action<BinaryReader> read)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.Length < SealBytes || !SHA256.HashData(bytes.AsSpan(0, bytes.Length - SealBytes)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - SealBytes)))
            {
                return "it is damaged";
            }

            using var reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - SealBytes), Encoding.UTF8);
            if (reader.ReadString() != kind)
            {
                return "it is of another kind or version";
            }

            read(reader);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"it cannot be read ({e.Message.Split('\n')[0].TrimEnd('.')})";
        }
    }
}
