using Sextant.Experiments.Encoders;
using Sextant.Finetuning;

namespace Sextant.Reports;

/// <summary>Which classes a classifier takes for which: texts counted by the class that is right and the class that was said.</summary>
public static class ConfusionPicture
{
    /// <summary>What its files are called.</summary>
    public const string Name = "confusion";

    /// <summary>More classes than this cannot be read in a picture.</summary>
    private const int MostClasses = 30;

    private const int LongestName = 36;

    /// <summary>The validation texts and, where there are some, the test texts.</summary>
    /// <param name="result">Of a fine-tuning that is done.</param>
    public static HeatMap Of(FinetuningResult result) => Of([
        ("validation", result.Validation ?? throw new ArgumentException("The fine-tuning was stopped before it was measured.", nameof(result))),
        .. result.Test is { } test ? [("test", test)] : Array.Empty<(string, ClassificationMeasures)>(),
    ]);

    /// <param name="parts">What was classified, and how.</param>
    /// <param name="noun">What they are, of which there are several.</param>
    internal static HeatMap Of(IReadOnlyList<(string Part, ClassificationMeasures Measures)> parts, string noun = "texts")
    {
        var first = parts[0].Measures;
        int[] shown = [.. first.Classes.Index().OrderByDescending(c => parts.Sum(part => part.Measures.Classes[c.Index].Support)).ThenBy(c => c.Index).Take(MostClasses).Select(c => c.Index).Order()];
        HeatPanel[] panels = [.. parts.Select(part => Panel(part.Part, part.Measures, shown, noun))];
        bool fitsInOneRow = shown.Length <= 8 && first.Classes.All(c => c.Name.Length <= 16);
        return new HeatMap
        {
            Title = "Which classes are taken for which",
            Subtitle = string.Join(' ', parts.Select(part => Finding(part.Part, part.Measures, noun))),
            Caption = $"Numbers are {noun}; a cell without one has none. Colour is the share of the row's {noun}, so that on the diagonal, where {noun} are classified right, it is the recall."
                + (shown.Length < first.Classes.Count ? $" Only the {shown.Length} most frequent of {first.Classes.Count} classes are drawn." : "")
                + (parts.Any(part => shown.Any(c => part.Measures.Classes[c].Support == 0)) ? $" A grey row is a class without {noun}." : ""),
            RowsLabel = "right class",
            ColumnsLabel = "class said",
            ValueLabel = "share of row",
            Panels = fitsInOneRow ? [panels] : [.. panels.Select(panel => new[] { panel })],
        };
    }

    private static HeatPanel Panel(string part, ClassificationMeasures measures, int[] shown, string noun)
    {
        float[,] shares = new float[shown.Length, shown.Length];
        string[,] counts = new string[shown.Length, shown.Length];
        for (int row = 0; row < shown.Length; row++)
        {
            int support = measures.Classes[shown[row]].Support;
            for (int column = 0; column < shown.Length; column++)
            {
                int count = measures.Confusion[shown[row]][shown[column]];
                shares[row, column] = support == 0 ? float.NaN : (float)count / support;
                counts[row, column] = count == 0 ? "" : Numbers.Whole(count);
            }
        }

        string[] names = [.. shown.Select(c => Shortened(measures.Classes[c].Name))];
        return new HeatPanel($"{part}: {Numbers.Whole(measures.Count)} {noun}", names, names, shares) { Texts = counts };
    }

    private static string Finding(string part, ClassificationMeasures measures, string noun)
    {
        var (right, said, count) = (
            from row in Enumerable.Range(0, measures.Classes.Count)
            from column in Enumerable.Range(0, measures.Classes.Count)
            where row != column
            select (Right: row, Said: column, Count: measures.Confusion[row][column])).MaxBy(cell => cell.Count);
        string whole = $"Of {Numbers.Whole(measures.Count)} {part} {noun} {Numbers.Whole(measures.Classes.Sum(c => c.Right))} are right";
        return count == 0
            ? $"{whole}."
            : $"{whole}; the most frequent mistake is “{Shortened(measures.Classes[said].Name)}” for “{Shortened(measures.Classes[right].Name)}”: {Numbers.Whole(count)} of its {Numbers.Whole(measures.Classes[right].Support)}.";
    }

    private static string Shortened(string name) => name.Length > LongestName ? name[..LongestName] + "…" : name;
}
