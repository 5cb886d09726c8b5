namespace Sextant.Data;

/// <summary>A word of the built-in lists: "admit!/re~" doubles its last consonant (!), takes neither a default form nor its heading's marks (~) and has the marks r and e.</summary>
internal sealed record MarkedWord(string Text, string Marks, bool Doubles, bool Bare)
{
    public bool Has(char mark) => Marks.Contains(mark, StringComparison.Ordinal);

    /// <summary>The words of a list, with the marks of the heading they stand under.</summary>
    public static IEnumerable<MarkedWord> ReadAll(string list)
    {
        string heading = "";
        foreach (string line in Lines(list))
        {
            if (line[0] == '@')
            {
                heading = line[1..];
                continue;
            }

            foreach (string word in line.Split(' '))
            {
                yield return Parse(word, heading);
            }
        }
    }

    /// <summary>The lines of a list that are neither empty nor a comment.</summary>
    public static IEnumerable<string> Lines(string list)
    {
        using var stream = typeof(MarkedWord).Assembly.GetManifestResourceStream($"Words/{list}.txt")
            ?? throw new InvalidOperationException($"The word list '{list}' is not in this assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }

    public static MarkedWord Parse(string word, string heading)
    {
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        string own = slash < 0 ? "" : word[(slash + 1)..];
        string text = slash < 0 ? word : word[..slash];
        bool bare = text.Contains('~', StringComparison.Ordinal);
        bool doubles = text.Contains('!', StringComparison.Ordinal);
        return new MarkedWord(text.TrimEnd('!', '~'), bare ? own : heading + own, doubles, bare);
    }
}
