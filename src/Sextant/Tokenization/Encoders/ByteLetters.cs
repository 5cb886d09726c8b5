namespace Sextant.Tokenization.Encoders;

/// <summary>GPT-2's letters for bytes (Radford 2019): what prints in Latin-1 stands for itself, the other bytes for the letters from U+0100 on, in order.</summary>
internal static class ByteLetters
{
    private static readonly string Letters = Make();

    public static char Of(byte value) => Letters[value];

    private static string Make()
    {
        char next = '\u0100';
        return string.Concat(Enumerable.Range(0, 256).Select(b => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : next++));
    }
}
