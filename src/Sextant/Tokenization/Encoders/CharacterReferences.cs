using System.Globalization;
using System.Net;
using System.Text;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// HTML's character references (&amp;amp; &amp;#8217;) undone as NLTK does for tweets: names of HTML 4, numbers of 128 to 159 by
/// Windows-1252, and what stands for no character is dropped.
/// </summary>
internal static class CharacterReferences
{
    /// <summary>Characters 128 to 159 of Windows-1252; a space where it has none.</summary>
    private const string Windows = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

    public static TracedText Undo(TracedText text)
    {
        if (text.Runes.IndexOfAny('&') < 0)
        {
            return text;
        }

        var plain = new TracedText();
        for (int i = 0; i < text.Count; i++)
        {
            int end = text[i].Value == '&' ? End(text, i + 1) : -1;
            if (end < 0)
            {
                plain.Add(text[i]);
                continue;
            }

            if (Character(text.Text(i + 1, end)) is Rune character)
            {
                plain.Add(new(character.Value, text[i].Start, text[end].End));
            }

            i = end;
        }

        return plain;
    }

    private static int IndexOfAny(this ReadOnlySpan<TracedRune> runes, char value)
    {
        for (int i = 0; i < runes.Length; i++)
        {
            if (runes[i].Value == value)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Where the semicolon of a reference stands, or -1 where it is none.</summary>
    private static int End(TracedText text, int from)
    {
        for (int i = from; i < text.Count; i++)
        {
            int rune = text[i].Value;
            if (rune == ';')
            {
                return i > from ? i : -1;
            }

            if (rune == '&' || TracedText.IsSpace(rune))
            {
                return -1;
            }
        }

        return -1;
    }

    private static Rune? Character(string reference)
    {
        // A name that begins with x is read as a hexadecimal number too, number sign or not: as the reference does.
        bool isNumber = reference is ['#', _, ..];
        string body = isNumber ? reference[1..] : reference;
        bool isHexadecimal = body is ['x', _, ..];
        if (!isNumber && !isHexadecimal)
        {
            return Named(body);
        }

        var style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!int.TryParse(isHexadecimal ? body[1..] : body, style, CultureInfo.InvariantCulture, out int value) || value is < 0 or > 0x10FFFF)
        {
            return null;
        }

        return value is >= 0x80 and < 0xA0
            ? Windows[value - 0x80] is var c and not ' ' ? new Rune(c) : null
            : Rune.IsValid(value) ? new Rune(value) : Rune.ReplacementChar;
    }

    private static Rune? Named(string name)
    {
        // HTML 4 has no &apos;.
        string character = name == "apos" ? "" : WebUtility.HtmlDecode($"&{name};");
        return character.Length == 1 ? new Rune(character[0]) : null;
    }
}
