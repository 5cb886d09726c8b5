using System.Text.RegularExpressions;

namespace Sextant.Decoding.Measures;

/// <summary>The words BLEU counts: mteval-v13a's tokenisation, as sacreBLEU's "13a" does it.</summary>
public static partial class Tokenization13a
{
    /// <summary>Words and punctuation marks of a text.</summary>
    public static IReadOnlyList<string> Tokens(string text)
    {
        string line = Words.WithoutTrailingSpace(text)
            .Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal)
            .Replace("\n", " ", StringComparison.Ordinal)
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal) // before the next two, so "&amp;lt;" becomes "<"
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal);
        line = Symbol().Replace($" {line} ", " $1 ");
        line = PeriodOrCommaNotAfterDigit().Replace(line, "$1 $2 ");
        line = PeriodOrCommaNotBeforeDigit().Replace(line, " $1 $2");
        line = DashAfterDigit().Replace(line, "$1 $2 ");
        return Words.Of(line);
    }

    /// <summary>ASCII from { to ~, [ to `, space to &amp;, ( to +, : to @, and /: all punctuation but the apostrophe, comma, dash and period.</summary>
    [GeneratedRegex(@"([\x7B-\x7E\x5B-\x60\x20-\x26\x28-\x2B\x3A-\x40\x2F])")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"([^0-9])([.,])")]
    private static partial Regex PeriodOrCommaNotAfterDigit();

    [GeneratedRegex(@"([.,])([^0-9])")]
    private static partial Regex PeriodOrCommaNotBeforeDigit();

    [GeneratedRegex(@"([0-9])(-)")]
    private static partial Regex DashAfterDigit();
}
