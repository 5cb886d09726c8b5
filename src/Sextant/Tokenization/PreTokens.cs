using System.Text;
using System.Text.RegularExpressions;

namespace Sextant.Tokenization;

/// <summary>The pieces of a text that no merge crosses: GPT-2's words (Radford 2019), and nothing longer than <see cref="MaximumBytes"/>.</summary>
internal static partial class PreTokens
{
    /// <summary>Bounds the work on text without spaces. Cutting bytes loses nothing: decoding joins them again.</summary>
    public const int MaximumBytes = 128;

    public static Regex.ValueMatchEnumerator Words(ReadOnlySpan<char> text) => Pattern().EnumerateMatches(text);

    /// <summary>The UTF-8 bytes of a word, in pieces of at most <see cref="MaximumBytes"/>.</summary>
    public static IEnumerable<ArraySegment<byte>> Pieces(ReadOnlySpan<char> word)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        return Pieces(bytes);
    }

    private static IEnumerable<ArraySegment<byte>> Pieces(byte[] bytes)
    {
        for (int start = 0; start < bytes.Length; start += MaximumBytes)
        {
            yield return new ArraySegment<byte>(bytes, start, Math.Min(MaximumBytes, bytes.Length - start));
        }
    }

    [GeneratedRegex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
