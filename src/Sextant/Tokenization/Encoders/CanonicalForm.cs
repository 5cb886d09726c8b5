using System.Globalization;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// Unicode's canonical forms (UAX #15), NFD and NFC, on text that knows where it came from. .NET's own need ICU, which is
/// not there on every machine and which Sextant's programs do without; these are the same everywhere.
/// </summary>
internal static class CanonicalForm
{
    private const int FirstDecomposed = 0xC0, FirstMark = 0x300;

    /// <summary>Hangul syllables follow from their letters: leading, vowel, trailing.</summary>
    private const int Syllables = 0xAC00, Leading = 0x1100, Vowels = 0x1161, Trailing = 0x11A7, LeadingCount = 19, VowelCount = 21, TrailingCount = 28;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    /// <summary>NFD: each character in its parts, marks in their order.</summary>
    public static TracedText Decompose(TracedText text)
    {
        if (IsBelow(text, FirstDecomposed))
        {
            return text;
        }

        var tables = Data.Value;
        List<(TracedRune Rune, int Class)> parts = new(text.Count + 8);
        foreach (var rune in text.Runes)
        {
            Expand(rune, parts, tables);
        }

        SortMarks(parts);
        var decomposed = new TracedText();
        foreach ((var rune, _) in parts)
        {
            decomposed.Add(rune);
        }

        return decomposed;
    }

    /// <summary>NFC: decomposed, then each starter joined with what can be joined to it.</summary>
    public static TracedText Compose(TracedText text)
    {
        if (IsBelow(text, FirstMark))
        {
            return text;
        }

        var tables = Data.Value;
        List<(TracedRune Rune, int Class)> joined = new(text.Count);
        int starter = -1;
        foreach (var rune in Decompose(text).Runes)
        {
            int order = tables.Classes.GetValueOrDefault(rune.Value);
            bool isNext = starter >= 0 && (starter == joined.Count - 1 || joined[^1].Class < order);
            if (isNext && Join(joined[starter].Rune.Value, rune.Value, tables) is int composite)
            {
                var first = joined[starter].Rune;
                joined[starter] = (new(composite, Math.Min(first.Start, rune.Start), Math.Max(first.End, rune.End)), 0);
                continue;
            }

            if (order == 0)
            {
                starter = joined.Count;
            }

            joined.Add((rune, order));
        }

        var composed = new TracedText();
        foreach ((var rune, _) in joined)
        {
            composed.Add(rune);
        }

        return composed;
    }

    private static bool IsBelow(TracedText text, int limit)
    {
        foreach (var rune in text.Runes)
        {
            if (rune.Value >= limit)
            {
                return false;
            }
        }

        return true;
    }

    private static void Expand(TracedRune rune, List<(TracedRune Rune, int Class)> parts, Tables tables)
    {
        int syllable = rune.Value - Syllables;
        if (syllable is >= 0 and < LeadingCount * VowelCount * TrailingCount)
        {
            parts.Add((rune with { Value = Leading + (syllable / (VowelCount * TrailingCount)) }, 0));
            parts.Add((rune with { Value = Vowels + (syllable % (VowelCount * TrailingCount) / TrailingCount) }, 0));
            if (syllable % TrailingCount > 0)
            {
                parts.Add((rune with { Value = Trailing + (syllable % TrailingCount) }, 0));
            }
        }
        else if (rune.Value >= FirstDecomposed && tables.Parts.TryGetValue(rune.Value, out var pair))
        {
            Expand(rune with { Value = pair.First }, parts, tables);
            if (pair.Second > 0)
            {
                Expand(rune with { Value = pair.Second }, parts, tables);
            }
        }
        else
        {
            parts.Add((rune, tables.Classes.GetValueOrDefault(rune.Value)));
        }
    }

    /// <summary>Runs of marks in the order of their classes; equal ones stay as they stand.</summary>
    private static void SortMarks(List<(TracedRune Rune, int Class)> parts)
    {
        for (int i = 1; i < parts.Count; i++)
        {
            var mark = parts[i];
            int at = i;
            while (mark.Class > 0 && at > 0 && parts[at - 1].Class > mark.Class)
            {
                parts[at] = parts[at - 1];
                at--;
            }

            parts[at] = mark;
        }
    }

    private static int? Join(int first, int second, Tables tables)
    {
        (int leading, int vowel) = (first - Leading, second - Vowels);
        if (leading is >= 0 and < LeadingCount && vowel is >= 0 and < VowelCount)
        {
            return Syllables + (((leading * VowelCount) + vowel) * TrailingCount);
        }

        (int syllable, int trailing) = (first - Syllables, second - Trailing);
        if (syllable is >= 0 and < LeadingCount * VowelCount * TrailingCount && syllable % TrailingCount == 0 && trailing is > 0 and < TrailingCount)
        {
            return first + trailing;
        }

        return tables.Composites.TryGetValue((first, second), out int composite) ? composite : null;
    }

    /// <param name="Parts">One step of decomposition; the second part is 0 where there is one alone.</param>
    /// <param name="Classes">Canonical combining classes other than 0.</param>
    /// <param name="Composites">What two characters join to.</param>
    private sealed record Tables(Dictionary<int, (int First, int Second)> Parts, Dictionary<int, int> Classes, Dictionary<(int First, int Second), int> Composites)
    {
        /// <summary>
        /// Lines: "character part part", "character part" and, with "!" before it, a decomposition that is never undone;
        /// "class=N first first-last ..." in steps of hexadecimal numbers.
        /// </summary>
        public static Tables Read()
        {
            var tables = new Tables([], [], []);
            foreach (string line in UnicodeData.Lines("canonical.txt"))
            {
                string[] fields = line.TrimStart('!').Split(' ');
                if (fields[0].StartsWith("class=", StringComparison.Ordinal))
                {
                    tables.AddClass(int.Parse(fields[0][6..], CultureInfo.InvariantCulture), fields[1..]);
                    continue;
                }

                int[] values = [.. fields.Select(Hexadecimal)];
                tables.Parts.Add(values[0], (values[1], values.Length > 2 ? values[2] : 0));
                if (line[0] != '!' && values.Length > 2)
                {
                    tables.Composites.Add((values[1], values[2]), values[0]);
                }
            }

            return tables;
        }

        private void AddClass(int order, string[] ranges)
        {
            foreach (string range in ranges)
            {
                string[] ends = range.Split('-');
                for (int rune = Hexadecimal(ends[0]); rune <= Hexadecimal(ends[^1]); rune++)
                {
                    Classes.Add(rune, order);
                }
            }
        }

        private static int Hexadecimal(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
