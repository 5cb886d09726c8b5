using System.Security.Cryptography;
using System.Text;

namespace Sextant.Matching;

/// <summary>What stands for a content: its SHA-256, in hexadecimal.</summary>
internal static class Contents
{
    /// <summary>Of a hash.</summary>
    public const int Bytes = 32;

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Of files, in their order.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static string Of(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        foreach (string path in files)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            hash.AppendData(BitConverter.GetBytes(file.Length)); // where one file ends and the next begins
            for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
