using System.Text;
using System.Text.RegularExpressions;

namespace Sextant.Data;

/// <summary>English words to Pig Latin, by a rule that needs no dictionary.</summary>
public static partial class PigLatin
{
    private const int LongestLine = 1 << 24;
    private const string Vowels = "aeiouàáâãäåæèéêëìíîïòóôõöøœùúûü";

    /// <summary>
    /// The word in Pig Latin, in lower case. Each run of letters is translated on its own ("ice-cream" becomes "iceway-eamcray")
    /// and everything between the runs stays.
    /// </summary>
    /// <remarks>
    /// A run that starts with a vowel gains "way", one that starts with y gains "ay"; from any other the leading consonants move
    /// behind it and "ay" follows. y ends them as a vowel would; a run of consonants only, such as "hmm", just gains "ay".
    /// </remarks>
    public static string Translate(string word, QuRule qu)
    {
        ArgumentNullException.ThrowIfNull(word);
        return LetterRun().Replace(word.ToLowerInvariant(), run => TranslateRun(run.Value, qu));
    }

    /// <summary>
    /// A text in Pig Latin: what is not a letter stays where it is and the case follows the word ("Square" becomes "Aresquay",
    /// "TWO" becomes "OTWAY").
    /// </summary>
    public static string TranslateText(string text, QuRule qu)
    {
        ArgumentNullException.ThrowIfNull(text);
        return LetterRun().Replace(text, run => TranslateCased(run.Value, qu));
    }

    /// <summary>
    /// The unique pairs of a text or a list of words, in lower case and in the order in which they first appear.
    /// Words with anything but a to z and '-' (numbers, "don't", "naïve") are left out.
    /// </summary>
    public static IEnumerable<(string Source, string Target)> Pairs(string text, QuRule qu)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Token().Matches(text)
            .SelectMany(token => token.Value.Split("--"))
            .Select(token => token.Trim('-', '\'', '’').ToLowerInvariant())
            .Where(word => PlainWord().IsMatch(word))
            .Distinct(StringComparer.Ordinal)
            .Select(word => (word, Translate(word, qu)));
    }

    /// <summary>The unique pairs of a UTF-8 text or list of words, plain or gzip.</summary>
    /// <exception cref="UserError">The file cannot be read.</exception>
    public static IEnumerable<(string Source, string Target)> PairsOfFile(string path, QuRule qu)
    {
        using var lines = new TextLines(path, LongestLine);
        var text = new StringBuilder();
        while (lines.TryRead(out string? line))
        {
            text.AppendLine(line ?? throw new UserError($"{path}: line {lines.Number} is longer than {LongestLine >> 20} MB; give a text with lines."));
        }

        return Pairs(text.ToString(), qu);
    }

    private static string TranslateRun(string run, QuRule qu)
    {
        if (IsVowel(run[0]))
        {
            return run + "way";
        }

        int moved = IsY(run[0]) ? 0 : LeadingConsonants(run, qu);
        return string.Concat(run.AsSpan(moved), run.AsSpan(0, moved), "ay");
    }

    private static int LeadingConsonants(string run, QuRule qu)
    {
        int count = 0;
        while (count < run.Length && !IsVowel(run[count]) && !IsY(run[count]))
        {
            bool block = qu == QuRule.Block && IsQu(run, count);
            count += block ? 2 : 1;
        }

        return count;
    }

    private static bool IsQu(string run, int at) =>
        at + 1 < run.Length && char.ToLowerInvariant(run[at]) == 'q' && char.ToLowerInvariant(run[at + 1]) == 'u';

    private static bool IsVowel(char letter) => Vowels.Contains(char.ToLowerInvariant(letter), StringComparison.Ordinal);

    private static bool IsY(char letter) => char.ToLowerInvariant(letter) is 'y' or 'ý' or 'ÿ';

    // Letters keep their own case as they move, but a leading capital stays in front.
    private static string TranslateCased(string run, QuRule qu)
    {
        if (run.Length > 1 && !run.Any(char.IsLower))
        {
            return TranslateRun(run, qu).ToUpperInvariant();
        }

        if (!char.IsUpper(run[0]))
        {
            return TranslateRun(run, qu);
        }

        string moved = TranslateRun(char.ToLowerInvariant(run[0]) + run[1..], qu);
        return char.ToUpperInvariant(moved[0]) + moved[1..];
    }

    [GeneratedRegex(@"\p{L}[\p{L}\p{Mn}]*")]
    private static partial Regex LetterRun();

    [GeneratedRegex(@"[\p{L}\p{Mn}\p{N}'’-]+")]
    private static partial Regex Token();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex PlainWord();
}
