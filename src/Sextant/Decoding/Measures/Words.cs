namespace Sextant.Decoding.Measures;

/// <summary>Words between white space, as Python splits them (sacreBLEU is Python).</summary>
internal static class Words
{
    /// <summary>Unicode's white space, and the four ASCII separators that only Python counts among it.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    public static string[] Of(string text)
    {
        var words = new List<string>();
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && !IsSpace(text[end]))
            {
                end++;
            }

            if (end > start)
            {
                words.Add(text[start..end]);
            }

            start = end + 1;
        }

        return [.. words];
    }

    public static string WithoutTrailingSpace(string text)
    {
        int end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }
}
