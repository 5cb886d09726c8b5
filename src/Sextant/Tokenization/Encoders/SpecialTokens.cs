using System.Buffers;

namespace Sextant.Tokenization.Encoders;

/// <summary>A stretch of a text: either a special token written in it, or what stands between two.</summary>
/// <param name="Start">UTF-16 index.</param>
/// <param name="End">UTF-16 index behind it.</param>
/// <param name="Token">The special token, or null.</param>
internal readonly record struct Stretch(int Start, int End, string? Token);

/// <summary>Finds the special tokens written in a text; they stay whole, in any case of their neighbours.</summary>
internal sealed class SpecialTokens
{
    private readonly string[] longestFirst;
    private readonly SearchValues<string> values;
    private readonly Func<string, (bool Before, bool Behind)> takesSpace;
    private readonly Func<int, bool> isSpace;

    /// <param name="tokens">The tokens as written.</param>
    /// <param name="takesSpace">Whether a token takes the white space before and behind it with it.</param>
    /// <param name="isSpace">What white space is.</param>
    public SpecialTokens(IEnumerable<string> tokens, Func<string, (bool Before, bool Behind)> takesSpace, Func<int, bool> isSpace)
    {
        longestFirst = [.. tokens.OrderByDescending(t => t.Length)];
        values = SearchValues.Create(longestFirst, StringComparison.Ordinal);
        this.takesSpace = takesSpace;
        this.isSpace = isSpace;
    }

    public IEnumerable<Stretch> Divide(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            int at = text.AsSpan(start).IndexOfAny(values);
            if (at < 0)
            {
                break;
            }

            at += start;
            string token = Array.Find(longestFirst, t => text.AsSpan(at).StartsWith(t, StringComparison.Ordinal))!;
            int behind = at + token.Length;
            (bool takesBefore, bool takesBehind) = takesSpace(token);
            int end = at;
            while (takesBefore && end > start && isSpace(text[end - 1]))
            {
                end--;
            }

            if (end > start)
            {
                yield return new(start, end, null);
            }

            yield return new(at, behind, token);
            start = behind;
            while (takesBehind && start < text.Length && isSpace(text[start]))
            {
                start++;
            }
        }

        if (start < text.Length)
        {
            yield return new(start, text.Length, null);
        }
    }
}
