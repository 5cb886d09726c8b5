using System.Globalization;

namespace Sextant.Data.Labelled;

/// <summary>A split decided elsewhere: a table with the columns row (from 0, the header not counted) and part (train, validation or val, test), others ignored.</summary>
public static class LabelledSplitFile
{
    /// <summary>Divides what was read by a split file. Rows that the file does not name are in no part; rows it names that could not be read are passed over.</summary>
    /// <exception cref="UserError">The file cannot be read, names a row that is not there, or names one twice.</exception>
    public static LabelledSplit Read(string path, LabelledReading data)
    {
        var parts = new Dictionary<int, (SplitPart Part, int Row)>();
        using var table = LabelledTable.Open(path);
        foreach (string column in new[] { "row", "part" })
        {
            if (!table.Columns.Contains(column))
            {
                throw new UserError($"{path} is not a split of labelled text: it needs the columns row and part and has {LabelledColumns.List(table.Columns)}.");
            }
        }

        foreach (var row in table.Rows(["row", "part"]))
        {
            string place = $"{path}, row {row.Row}";
            if (row.Bad is { } bad)
            {
                throw new UserError($"{place} {bad.Reason}: correct or delete it.");
            }

            if (!int.TryParse(row.Cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                throw new UserError($"{place}, column 'row': '{row.Cells[0]}' is not a row of the data, counted from 0.");
            }

            if (number >= data.Rows)
            {
                throw new UserError($"{place}, column 'row': {number} is not among the {data.Rows} rows of {data.Origin}, which are counted from 0; give the data the split was made of.");
            }

            var part = LabelledFile.PartOf(row.Cells[1]?.Trim() ?? "") ?? throw new UserError($"{place}, column 'part': '{row.Cells[1]}' is not train, validation (or val) or test.");
            if (!parts.TryAdd(number, (part, row.Row)))
            {
                throw new UserError($"{place}, column 'row': {number} stands there a second time, after row {parts[number].Row}; delete one of them.");
            }
        }

        return LabelledSplit.Of(data.Texts, text => parts.TryGetValue(text.Row - 1, out var found) ? found.Part : null);
    }
}
