using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sextant.Tokenization.Encoders;

/// <summary>A Unicode character and the stretch of the text as given that it came from.</summary>
/// <param name="Value">A scalar value.</param>
/// <param name="Start">UTF-16 index in the text as given.</param>
/// <param name="End">UTF-16 index behind it.</param>
internal readonly record struct TracedRune(int Value, int Start, int End);

/// <summary>A text while it is normalised, character by character, each knowing where it came from.</summary>
internal sealed class TracedText
{
    /// <summary>Stand for a character above U+FFFF, or of a class of its own, where a pattern is matched: a letter without case, a digit, a number, neither.</summary>
    public const char Letter = 'あ', Digit = '٣', Number = '²', Other = '§';

    private readonly List<TracedRune> runes = [];

    public int Count => runes.Count;

    public TracedRune this[int index] => runes[index];

    public ReadOnlySpan<TracedRune> Runes => CollectionsMarshal.AsSpan(runes);

    /// <summary>The characters of a stretch of a text; what is no valid UTF-16 becomes U+FFFD.</summary>
    public static TracedText Of(string text, int start, int end)
    {
        var traced = new TracedText();
        traced.runes.EnsureCapacity(end - start);
        int at = start;
        while (at < end)
        {
            char c = text[at];
            if (!char.IsSurrogate(c))
            {
                traced.runes.Add(new(c, at, ++at));
                continue;
            }

            // An invalid surrogate is one U+FFFD and one char long.
            bool isValid = Rune.DecodeFromUtf16(text.AsSpan(at, end - at), out var rune, out int length) == OperationStatus.Done;
            traced.runes.Add(new(isValid ? rune.Value : Rune.ReplacementChar.Value, at, at + (isValid ? length : 1)));
            at += isValid ? length : 1;
        }

        return traced;
    }

    public void Add(TracedRune rune) => runes.Add(rune);

    /// <summary>Adds characters that all stand for one stretch.</summary>
    public void Add(string text, int start, int end)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            runes.Add(new(rune.Value, start, end));
        }
    }

    public void AddRange(ReadOnlySpan<TracedRune> stretch) => runes.AddRange(stretch);

    /// <summary>The stretch of the text as given behind the characters from <paramref name="from"/> to <paramref name="to"/>, exclusive.</summary>
    public (int Start, int End) Stretch(int from, int to)
    {
        // Composing and reordering marks may have put a later one first.
        (int start, int end) = (runes[from].Start, runes[from].End);
        for (int i = from + 1; i < to; i++)
        {
            start = Math.Min(start, runes[i].Start);
            end = Math.Max(end, runes[i].End);
        }

        return (start, end);
    }

    public TokenSpan Span(int id, string token, int part, int from, int to)
    {
        (int start, int end) = Stretch(from, to);
        return new(id, token, part, start, end);
    }

    public string Text(int from, int to)
    {
        var text = new StringBuilder(to - from);
        for (int i = from; i < to; i++)
        {
            Append(text, runes[i].Value);
        }

        return text.ToString();
    }

    public override string ToString() => Text(0, Count);

    /// <summary>One char for each character, so that a pattern of .NET, which sees halves of the characters above U+FFFF, finds the places that the reference finds.</summary>
    /// <param name="stand">The char that stands for a character that is not ASCII.</param>
    public string Shadow(Func<int, char> stand) => string.Create(Count, (this, stand), static (chars, state) =>
    {
        var runes = state.Item1.Runes;
        for (int i = 0; i < chars.Length; i++)
        {
            int value = runes[i].Value;
            chars[i] = value < 0x80 ? (char)value : state.stand(value);
        }
    });

    /// <summary>Replaces a text by one that differs from it in spaces only, wherever it stands, from the left.</summary>
    public TracedText Respaced(string from, string to)
    {
        int at = Find(from, 0);
        if (at < 0)
        {
            return this;
        }

        var respaced = new TracedText();
        int done = 0;
        while (at >= 0)
        {
            respaced.AddRange(Runes[done..at]);
            int source = at;
            foreach (char c in to)
            {
                if (c == ' ' && (source == at + from.Length || runes[source].Value != ' '))
                {
                    int place = source < Count ? runes[source].Start : runes[^1].End;
                    respaced.Add(new(' ', place, place));
                    continue;
                }

                while (c != ' ' && runes[source].Value == ' ')
                {
                    source++;
                }

                respaced.Add(runes[source++]);
            }

            done = at + from.Length;
            at = Find(from, done);
        }

        respaced.AddRange(Runes[done..]);
        return respaced;
    }

    /// <summary>Where a text of ASCII stands, or -1.</summary>
    private int Find(string text, int start)
    {
        var all = Runes;
        for (int at = start; at + text.Length <= all.Length; at++)
        {
            int same = 0;
            while (same < text.Length && all[at + same].Value == text[same])
            {
                same++;
            }

            if (same == text.Length)
            {
                return at;
            }
        }

        return -1;
    }

    public static void Append(StringBuilder text, int rune)
    {
        if (rune < 0x10000)
        {
            text.Append((char)rune);
        }
        else
        {
            Span<char> pair = stackalloc char[2];
            new Rune(rune).EncodeToUtf16(pair);
            text.Append(pair);
        }
    }

    public static UnicodeCategory Category(int rune) => CharUnicodeInfo.GetUnicodeCategory(rune);

    public static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>White_Space of Unicode.</summary>
    public static bool IsSpace(int rune) => rune < 0x10000 && char.IsWhiteSpace((char)rune);

    /// <summary>What Python's str.split divides at: white space and the four separators of ASCII.</summary>
    public static bool IsPythonSpace(int rune) => IsSpace(rune) || rune is >= 0x1C and <= 0x1F;

    /// <summary>Lower case of one character by itself: only the capital dotted I becomes two characters.</summary>
    public void Lower(TracedRune rune)
    {
        if (rune.Value < 0x80)
        {
            runes.Add(rune.Value is >= 'A' and <= 'Z' ? rune with { Value = rune.Value | 0x20 } : rune);
        }
        else if (rune.Value == 'İ')
        {
            Add("i\u0307", rune.Start, rune.End);
        }
        else
        {
            runes.Add(rune with { Value = Rune.ToLowerInvariant(new Rune(rune.Value)).Value });
        }
    }
}
