using Sextant.Data.Labelled;

namespace Sextant.Data.Pictures;

/// <summary>Reads what is said of pictures, from a table or from files beside them.</summary>
internal static class PictureCaptions
{
    public const string PictureColumn = "picture";
    public const string CaptionColumn = "caption";

    /// <summary>Of what is wrong so much is said in a message.</summary>
    private const int Named = 5;

    /// <exception cref="UserError">The table cannot be read, lacks a column, or has a row that cannot be used.</exception>
    public static IReadOnlyList<CaptionedPicture> OfTable(string path)
    {
        using var table = LabelledTable.Open(path);
        string[] columns = [.. new[] { PictureColumn, CaptionColumn }.Select(name => ColumnOf(table, name) ?? throw new UserError(
            $"{path} has no column '{name}'; it has {LabelledColumns.List(table.Columns)}. Name the columns {PictureColumn} and {CaptionColumn} in its first line."))];

        string folder = Path.GetDirectoryName(path) ?? "";
        var captions = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var order = new List<string>();
        var wrong = new List<string>();
        int rows = 0;
        foreach (var row in table.Rows(columns))
        {
            rows++;
            string picture = row.Bad is null ? Path.Combine(folder, row.Cells[0]?.Trim() ?? "") : "";
            if (Problem(row, picture) is string problem)
            {
                wrong.Add($"row {row.Row} {problem}");
                continue;
            }

            string file = Path.GetFullPath(picture); // a.png and ./a.png are one picture
            if (!captions.TryGetValue(file, out var said))
            {
                captions[file] = said = [];
                order.Add(picture);
            }

            said.Add(row.Cells[1]!.Trim());
        }

        return wrong.Count > 0 ? throw new UserError($"{path}: {wrong.Count} of {rows} rows cannot be used: {List(wrong)}. Correct or delete them.")
            : order.Count == 0 ? throw new UserError($"{path} names no picture; put rows of a picture and its caption below the header.")
            : [.. order.Select(picture => new CaptionedPicture(picture, [.. captions[Path.GetFullPath(picture)].Distinct(StringComparer.Ordinal)]))];
    }

    /// <exception cref="UserError">A picture has no file of captions, or it is empty or cannot be read.</exception>
    public static IReadOnlyList<CaptionedPicture> BesidePictures(string folder, IReadOnlyList<string> pictures)
    {
        CaptionedPicture[] found = [.. pictures.Select(picture => new CaptionedPicture(picture, Beside(picture)))];
        string[] without = [.. found.Where(picture => picture.Captions.Count == 0).Select(picture => Path.GetRelativePath(folder, picture.Path))];
        return without.Length == 0
            ? found
            : throw new UserError($"{folder}: {without.Length} of {found.Length} pictures have no caption: {List(without)}. Write one a line into a .txt file of the same name beside each, or all into {PictureFolder.CaptionsFile} with the columns {PictureColumn} and {CaptionColumn}.");
    }

    /// <summary>What a column is called in a table, which may write it in other cases of letters; null where there is none.</summary>
    public static string? ColumnOf(LabelledTable table, string name) =>
        table.Columns.Contains(name) ? name : table.Columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string? Problem(LabelledCells row, string picture) =>
        row.Bad?.Reason
        ?? (string.IsNullOrWhiteSpace(row.Cells[0]) ? $"has nothing in the column '{PictureColumn}'"
            : string.IsNullOrWhiteSpace(row.Cells[1]) ? $"has nothing in the column '{CaptionColumn}'"
            : File.Exists(picture) ? null
            : $"names the picture {picture}, which is not there");

    private static string[] Beside(string picture)
    {
        string path = Path.ChangeExtension(picture, ".txt");
        if (!File.Exists(path))
        {
            return [];
        }

        using var lines = new TextLines(path, LabelledFile.MaximumRowBytes);
        var captions = new List<string>();
        while (lines.TryRead(out string? line))
        {
            captions.Add(line?.Trim() ?? throw new UserError($"{path}, line {lines.Number} is longer than {LabelledFile.MaximumRowBytes >> 20} MiB; give a caption a line."));
        }

        return [.. captions.Where(caption => caption.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    private static string List(IReadOnlyList<string> all) => string.Join("; ", all.Take(Named)) + (all.Count > Named ? $"; and {all.Count - Named} more" : "");
}
