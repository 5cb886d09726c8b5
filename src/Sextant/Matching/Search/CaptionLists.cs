using System.Text;

namespace Sextant.Matching.Search;

/// <summary>A user's own words and sentences for the search of captions, one a line of a text file.</summary>
public static class CaptionLists
{
    private const int LongestLine = 300, MostLines = 200_000;

    private static readonly string[] Kinds = [.. Enum.GetNames<CaptionWordKind>().Select(name => name.ToLowerInvariant())];

    /// <summary>
    /// Words, with their part before a colon: "colour: teal", "noun: goose / geese", "place: on the pier"; a line without one is a noun. Blank lines and those that
    /// begin with # are skipped.
    /// </summary>
    /// <exception cref="UserError">There is no such file, a part is unknown or there is no word.</exception>
    public static IReadOnlyList<CaptionWord> Words(string path)
    {
        List<CaptionWord> words = [];
        foreach ((string line, int number) in Lines(path))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string name = colon < 0 ? "noun" : line[..colon].Trim().ToLowerInvariant();
            int kind = Kinds.IndexOf(name is "color" ? "colour" : name is "adjective" ? "attribute" : name);
            var word = kind < 0 ? null : CaptionWord.Parse((CaptionWordKind)kind, line[(colon + 1)..].ToLowerInvariant());
            words.Add(word switch
            {
                null => throw new UserError($"{path}, line {number}: '{name}' is no part of a caption; write one of {string.Join(", ", Kinds)} before the colon."),
                { Text.Length: 0 } => throw new UserError($"{path}, line {number}: there is no word after '{name}:'; write one."),
                _ => word,
            });
        }

        return words.Count > 0 ? words : throw new UserError($"{path}: there is no word in it; write one a line.");
    }

    /// <summary>Sentences, which are tried as they are. Blank lines and those that begin with # are skipped.</summary>
    /// <exception cref="UserError">There is no such file, or nothing in it.</exception>
    public static IReadOnlyList<string> Sentences(string path)
    {
        string[] sentences = [.. Lines(path).Select(line => line.Text)];
        return sentences.Length > 0 ? sentences : throw new UserError($"{path}: there is no caption in it; write one a line.");
    }

    private static IEnumerable<(string Text, int Number)> Lines(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserError($"There is no file {path}; give a text file with one entry a line.");
        }

        using var reader = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        for (int number = 1; Read(reader, path) is { } line; number++)
        {
            string text = string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (text.Length > LongestLine || number > MostLines || text.Any(char.IsControl))
            {
                throw new UserError($"{path}, line {number}: {(text.Length > LongestLine ? $"it has more than {LongestLine} characters" : number > MostLines ? $"there are more than {MostLines} lines" : "it holds characters that are no text")}; give one short entry a line.");
            }

            yield return (text, number);
        }
    }

    private static string? Read(StreamReader reader, string path)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException e)
        {
            throw new UserError($"{path}: it is not UTF-8 text; save it as UTF-8.", e);
        }
    }
}
