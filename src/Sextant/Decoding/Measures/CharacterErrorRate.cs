using System.Text;

namespace Sextant.Decoding.Measures;

/// <summary>Edits for each character of the reference; a character is a Unicode scalar value.</summary>
public static class CharacterErrorRate
{
    /// <summary>
    /// Levenshtein distance to the reference over its length; 0 is right, and it can be above 1. Against an empty
    /// reference it is 0 for an empty hypothesis and infinite otherwise.
    /// </summary>
    public static double Of(string hypothesis, string reference) => Rate(Distance(hypothesis, reference), Length(reference));

    /// <summary>Edits of all hypotheses over the length of all references; of several references the one with the lowest rate counts.</summary>
    /// <exception cref="ArgumentException">The two lists differ in length, or a hypothesis has no reference.</exception>
    public static double OfCorpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Segments.Check(hypotheses, references);
        (int Edits, int Length)[] nearest = [.. hypotheses.Zip(references, (hypothesis, targets) => targets
            .Select(target => (Edits: Distance(hypothesis, target), Length: Length(target)))
            .MinBy(target => Rate(target.Edits, target.Length)))];
        return Rate(nearest.Sum(one => one.Edits), nearest.Sum(one => one.Length));
    }

    /// <summary>Fewest insertions, deletions and substitutions of scalar values that make one text the other (Levenshtein 1966).</summary>
    public static int Distance(string left, string right)
    {
        Rune[] rows = [.. left.EnumerateRunes()], columns = [.. right.EnumerateRunes()];
        int[] previous = [.. Enumerable.Range(0, columns.Length + 1)];
        for (int i = 1; i <= rows.Length; i++)
        {
            int[] current = new int[columns.Length + 1];
            current[0] = i;
            for (int j = 1; j <= columns.Length; j++)
            {
                int substituted = previous[j - 1] + (rows[i - 1] == columns[j - 1] ? 0 : 1);
                current[j] = Math.Min(substituted, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[^1];
    }

    private static int Length(string text) => text.EnumerateRunes().Count();

    private static double Rate(int edits, int length) =>
        edits == 0 ? 0 : length == 0 ? double.PositiveInfinity : (double)edits / length;
}
