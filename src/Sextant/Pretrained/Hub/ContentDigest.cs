using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sextant.Pretrained.Hub;

/// <summary>Holds a file against the checksum that a hub gives as its ETag: SHA-256 of what Git LFS stores, git's own name of a blob for the rest.</summary>
internal static class ContentDigest
{
    private const int Piece = 1 << 20;

    /// <returns>Null where the ETag is no checksum.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool? Matches(string path, string tag, CancellationToken stop)
    {
        if (!tag.All(char.IsAsciiHexDigit) || tag.Length is not (40 or 64))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(tag.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (tag.Length == 40)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Length}\0")));
        }

        byte[] piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (int count; (count = file.Read(piece)) > 0;)
            {
                stop.ThrowIfCancellationRequested();
                hash.AppendData(piece, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()).Equals(tag, StringComparison.OrdinalIgnoreCase);
    }
}
