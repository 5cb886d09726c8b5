namespace Sextant.Data;

public static class PigLatin
{
    public static string Translate(string w, QuRule qu) => w + qu;
}

public static class BuiltInWords
{
    public static IReadOnlyList<string> Get(WordList list) => [list.ToString()];
}
