namespace Sextant.Tokenization.Encoders;

/// <summary>The tables of Unicode's that lie in the library (docs/third-party.md); a line that begins with # says what a file holds.</summary>
internal static class UnicodeData
{
    public static IEnumerable<string> Lines(string file)
    {
        using var resource = typeof(UnicodeData).Assembly.GetManifestResourceStream("Unicode/" + file)!;
        using var reader = new StreamReader(resource);
        while (reader.ReadLine() is string line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
