using System.Globalization;
using System.Text;
using Sextant.Data;
using Sextant.Finetuning;

namespace Sextant.Experiments.Encoders;

/// <summary>predictions.csv of a fine-tuning: what the kept weights say of every text that validates or tests.</summary>
public static class PredictionFile
{
    private const int FixedColumns = 8, MostBytes = 1 << 24;

    /// <summary>Where a run keeps it.</summary>
    public static string PathIn(RunFolder folder) => Path.Combine(folder.Root, "predictions.csv");

    internal static void Write(string path, IReadOnlyList<string> classes, IReadOnlyList<Prediction> predictions)
    {
        var csv = new StringBuilder();
        Line(["part", "row", "text", "pair", "label", "predicted", "right", "unseen", .. classes.Select(c => $"p({c})")]);
        foreach (var p in predictions)
        {
            Line([p.Part, p.Row.ToString(CultureInfo.InvariantCulture), p.Text, p.Pair ?? "", p.Label, p.Predicted, p.IsRight ? "yes" : "no", p.Unseen, .. p.Probabilities.Select(v => v.ToString("R", CultureInfo.InvariantCulture))]);
        }

        WholeFile.Write(path, csv.ToString());

        void Line(IEnumerable<string> cells) => csv.AppendJoin(',', cells.Select(cell => DelimitedRows.Quoted(cell, ','))).Append('\n');
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="UserError">There is no such file, or it is damaged.</exception>
    public static IReadOnlyList<Prediction> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserError($"{path} is gone; delete the run folder and train again.");
        }

        using var rows = new DelimitedRows(path, ',', MostBytes);
        var predictions = new List<Prediction>();
        for (bool isHeader = true; rows.TryRead(out var row); isHeader = false)
        {
            if (isHeader)
            {
                continue;
            }

            var cells = row.Cells;
            if (row.Problem is not null || cells.Count <= FixedColumns || !int.TryParse(cells[1], CultureInfo.InvariantCulture, out int number))
            {
                throw new UserError($"{path}, line {row.Line} is damaged; delete the run folder and train again.");
            }

            double[] probabilities = [.. cells.Skip(FixedColumns).Select(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double p) ? p : double.NaN)];
            predictions.Add(new Prediction(cells[0], number, cells[2], cells[3].Length == 0 ? null : cells[3], cells[4], cells[5], probabilities, cells[7]));
        }

        return predictions;
    }
}
