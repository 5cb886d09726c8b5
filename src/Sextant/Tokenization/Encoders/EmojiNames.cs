using System.Globalization;

namespace Sextant.Tokenization.Encoders;

/// <summary>Names of emoji as BERTweet was trained on them: Unicode's own short names with underscores, between colons (U+1F622 is :crying_face:).</summary>
internal static class EmojiNames
{
    private static readonly Lazy<Dictionary<int, string>> Names = new(Read);

    /// <summary>The name of a single character, empty for the marks that only choose how an emoji is drawn, or null.</summary>
    public static string? Of(int rune) => Names.Value.GetValueOrDefault(rune);

    /// <summary>Every character with a name.</summary>
    internal static IReadOnlyDictionary<int, string> All => Names.Value;

    /// <summary>Lines: a hexadecimal number and the short name.</summary>
    private static Dictionary<int, string> Read()
    {
        var names = new Dictionary<int, string> { [0xFE0E] = "", [0xFE0F] = "" };
        foreach (string line in UnicodeData.Lines("emoji.txt"))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            names.Add(int.Parse(line[..space], NumberStyles.HexNumber, CultureInfo.InvariantCulture), Written(line[(space + 1)..]));
        }

        return names;
    }

    /// <summary>Quotes around a word and the colon before a detail go: "keycap: 10" is :keycap_10:.</summary>
    private static string Written(string name) =>
        ":" + string.Concat(name.Where(c => c is not ('“' or '”' or ':'))).Replace(' ', '_') + ":";
}
