using System.Globalization;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// BERT's words (Devlin et al. 2019, "BasicTokenizer"): control characters gone, Chinese characters apart, accents and case folded
/// where the model wants it, divided at white space and around each punctuation character.
/// </summary>
internal static class BertWords
{
    /// <summary>The text as it is looked up.</summary>
    public static TracedText Normalize(TracedText text, WordPieceOptions options)
    {
        var clean = new TracedText();
        foreach (var rune in text.Runes)
        {
            if (IsRemoved(rune.Value))
            {
                continue;
            }

            if (options.SeparatesChinese && IsChinese(rune.Value))
            {
                clean.Add(new(' ', rune.Start, rune.Start));
                clean.Add(rune);
                clean.Add(new(' ', rune.End, rune.End));
            }
            else
            {
                clean.Add(TracedText.IsSpace(rune.Value) ? rune with { Value = ' ' } : rune);
            }
        }

        if (options.StripsAccents ?? options.LowerCases)
        {
            clean = WithoutAccents(CanonicalForm.Decompose(clean));
        }

        return options.LowerCases ? Lowered(clean) : clean;
    }

    /// <summary>Places of the words in a normalised text.</summary>
    public static IEnumerable<(int From, int To)> Divide(TracedText text)
    {
        int start = 0;
        for (int i = 0; i < text.Count; i++)
        {
            int rune = text[i].Value;
            bool isPunctuation = IsPunctuation(rune);
            if (!isPunctuation && rune != ' ')
            {
                continue;
            }

            if (i > start)
            {
                yield return (start, i);
            }

            if (isPunctuation)
            {
                yield return (i, i + 1);
            }

            start = i + 1;
        }

        if (text.Count > start)
        {
            yield return (start, text.Count);
        }
    }

    /// <summary>U+0000, U+FFFD, and control, format and private characters, but for tab and line ends. (The Python tokeniser drops unassigned ones too; then ids change with Unicode's version.)</summary>
    private static bool IsRemoved(int rune) =>
        rune < 0x80
            ? rune is (< 0x20 and not ('\t' or '\n' or '\r')) or 0x7F
            : rune == 0xFFFD || TracedText.Category(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;

    /// <summary>The blocks of CJK ideographs, not the other scripts of Chinese, Japanese and Korean.</summary>
    private static bool IsChinese(int rune) => rune is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>Every ASCII character that is no letter, digit or space ($ and ~ too), and Unicode's punctuation.</summary>
    private static bool IsPunctuation(int rune) => rune < 0x80
        ? rune is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        : TracedText.Category(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    private static TracedText WithoutAccents(TracedText text)
    {
        var plain = new TracedText();
        foreach (var rune in text.Runes)
        {
            if (rune.Value < 0x80 || TracedText.Category(rune.Value) != UnicodeCategory.NonSpacingMark)
            {
                plain.Add(rune);
            }
        }

        return plain;
    }

    private static TracedText Lowered(TracedText text)
    {
        var lowered = new TracedText();
        foreach (var rune in text.Runes)
        {
            lowered.Lower(rune);
        }

        return lowered;
    }
}
