using System.Globalization;
using System.Text.RegularExpressions;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// The words of tweets as NLTK's TweetTokenizer finds them (Potts, Klein and Pantone; links after Gruber): a link, a telephone
/// number, an emoticon and so on are one word each, tried in this order at every place.
/// </summary>
internal static partial class TweetWords
{
    private const string
        Nested = @"\( [^\s()]*? \( [^\s()]+ \) [^\s()]*? \)",
        Enclosed = @"\( \S+? \)",
        // One character at a time where the original takes runs of them in a loop: the same links, without its exponential search.
        Link = @"(?: https?: (?: /{1,3} | [a-z0-9%] ) | [a-z0-9.\-]+ \. [a-z]{2,13} / )
            (?: [^\s()<>{}\[\]] | " + Nested + " | " + Enclosed + @" )+
            (?: " + Nested + " | " + Enclosed + @" | [^\s`!()\[\]{};:'"".,<>?«»“”‘’] )",
        Site = @"(?<!@) [a-z0-9]+ (?: [.\-] [a-z0-9]+ )* \. [a-z]{2,13} \b /? (?!@)",
        Telephone = @"(?: \+? [01] [ *\-.)]* )? (?: \(? \d{3} [ *\-.)]* )? \d{3} [ *\-.)]* \d{4}",
        Mouth = @"[][()dp/:{}@|\\]",
        Emoticon = "[<>]? [:;=8] [-o*']? " + Mouth + " | " + Mouth + " [-o*']? [:;=8] [<>]? | <3",
        Tag = @"< [^>\s]+ >",
        Arrow = "-+ > | < -+",
        User = @"@ \w+",
        Hashtag = @"\#+ \w+ [\w'-]* \w+",
        Mail = @"[\w.+-]+ @ [\w-]+ \. (?: [\w-] \.? )+ [\w-]",
        Compound = @"[^\W\d_] (?: [^\W\d_] | ['_-] )+ [^\W\d_]",
        Numbers = @"[+-]? \d+ [,/.:-] \d+ [+-]?",
        Dots = @"\. (?: \s* \. )+";

    /// <summary>Places of the words in a text.</summary>
    public static IEnumerable<(int From, int To)> Divide(TracedText text)
    {
        for (var word = Pattern().Match(text.Shadow(Stand)); word.Success; word = word.NextMatch())
        {
            yield return (word.Index, word.Index + word.Length);
        }
    }

    /// <summary>The char that stands for a character in the pattern: the quotes it names, white space, and else the class that the reference's engine gives it.</summary>
    private static char Stand(int rune) => rune switch
    {
        '«' or '»' or '“' or '”' or '‘' or '’' => (char)rune,
        'ſ' => 's', // equal but for their case to letters of ASCII
        '\u212A' => 'k',
        'İ' => 'i',
        _ when TracedText.IsSpace(rune) => (char)rune,
        _ when TracedText.Category(rune) == UnicodeCategory.DecimalDigitNumber => TracedText.Digit,
        _ when IsOfWord(rune) => TracedText.Letter,
        _ => TracedText.Other,
    };

    /// <summary>\w of UTS #18, which the reference goes by: alphabetic characters (circled and squared letters too), marks, connectors and joiners; digits are asked for before.</summary>
    private static bool IsOfWord(int rune)
    {
        var category = TracedText.Category(rune);
        return TracedText.IsMark(category)
            || category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation
            || rune is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
    }

    [GeneratedRegex(
        Link + "|" + Site + "|" + Telephone + "|" + Emoticon + "|" + Tag + "|" + Arrow + "|" + User + "|" + Hashtag + "|" + Mail + "|" + Compound + "|" + Numbers + @"| \w+ |" + Dots + @"| \S",
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
