using Sextant.Data.Labelled;
using Sextant.Data.Pictures;

namespace Sextant.Matching;

/// <summary>What is known of a gallery's pictures: captions beside them or in captions.csv, and classes in its column label or as the names of their folders.</summary>
public static class GalleryTruth
{
    private const string TableName = "captions.csv", TextEnding = ".txt", Picture = "picture", Caption = "caption", Label = "label";

    /// <summary>The captions of a gallery, each once, and for each picture which of them are its; null where there are none.</summary>
    /// <exception cref="UserError">Captions are there and cannot be read.</exception>
    public static (IReadOnlyList<string> Captions, IReadOnlyList<IReadOnlyList<int>> Of)? CaptionsOf(Gallery gallery)
    {
        string table = Path.Combine(gallery.Folder, TableName);
        bool has = File.Exists(table) ? Has(table, Caption) : gallery.Pictures.Any(picture => File.Exists(Path.ChangeExtension(picture.Path, TextEnding)));
        if (!has)
        {
            return null;
        }

        var places = Places(gallery);
        var rows = new Dictionary<string, int>();
        List<int>[] of = [.. gallery.Pictures.Select(_ => new List<int>())];
        foreach (var picture in PictureFolder.Captioned(gallery.Folder))
        {
            if (!places.TryGetValue(Path.GetFullPath(picture.Path), out int index))
            {
                continue; // left out of the gallery, and said so there
            }

            foreach (string caption in picture.Captions.Select(caption => caption.Trim()).Where(caption => caption.Length > 0))
            {
                rows.TryAdd(caption, rows.Count);
                if (!of[index].Contains(rows[caption]))
                {
                    of[index].Add(rows[caption]);
                }
            }
        }

        return rows.Count == 0 ? null : ([.. rows.Keys], of);
    }

    /// <summary>For each picture which of some labels it has, null where that is not known, and where that was found; null where it is known of none.</summary>
    /// <param name="gallery">The pictures.</param>
    /// <param name="labels">Compared without regard to case, with _ and - as spaces.</param>
    /// <exception cref="UserError">captions.csv is there and cannot be read.</exception>
    public static (IReadOnlyList<int?> Classes, string Source)? ClassesOf(Gallery gallery, IReadOnlyList<string> labels)
    {
        var classes = labels.Index().DistinctBy(label => Plain(label.Item)).ToDictionary(label => Plain(label.Item), label => label.Index);
        string table = Path.Combine(gallery.Folder, TableName);
        bool isTable = File.Exists(table) && Has(table, Label);
        var named = isTable ? Labels(gallery, table) : null;
        int?[] of = [.. gallery.Pictures.Select((picture, i) =>
        {
            string? name = isTable ? named!.GetValueOrDefault(i) : Path.GetFileName(Path.GetDirectoryName(picture.Name));
            return name is not null && classes.TryGetValue(Plain(name), out int index) ? index : (int?)null;
        })];
        return of.All(known => known is null) ? null : (of, isTable ? $"the column {Label} of {TableName}" : "the names of their folders");
    }

    private static Dictionary<int, string> Labels(Gallery gallery, string table)
    {
        var places = Places(gallery);
        var found = new Dictionary<int, string>();
        using var rows = LabelledTable.Open(table);
        foreach (var row in rows.Rows([ColumnOf(rows, Picture)!, ColumnOf(rows, Label)!]))
        {
            if (row.Cells is [{ } picture, { } label] && places.TryGetValue(Path.GetFullPath(Path.Combine(gallery.Folder, picture)), out int index))
            {
                found[index] = label;
            }
        }

        return found;
    }

    /// <summary>Full paths of files, doubles too, and which picture they are.</summary>
    private static Dictionary<string, int> Places(Gallery gallery) => gallery.Pictures.Index()
        .SelectMany(picture => picture.Item.Doubles.Prepend(picture.Item.Name), (picture, name) => (Path: Path.GetFullPath(Path.Combine(gallery.Folder, name)), picture.Index))
        .DistinctBy(place => place.Path)
        .ToDictionary(place => place.Path, place => place.Index);

    private static bool Has(string table, string column)
    {
        using var rows = LabelledTable.Open(table);
        return ColumnOf(rows, Picture) is not null && ColumnOf(rows, column) is not null;
    }

    private static string? ColumnOf(LabelledTable rows, string name) => rows.Columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Plain(string label) => string.Join(' ', label.ToLowerInvariant().Split([' ', '_', '-'], StringSplitOptions.RemoveEmptyEntries));
}
