using Sextant.Data.Drawn;
using Sextant.Data.Labelled;
using Sextant.Data.Pictures;

namespace Sextant.Matching;

/// <summary>What is known of a gallery's pictures: captions beside them or in captions.csv, and classes in its column label, in scenes.json of drawn pictures, or as the names of their folders.</summary>
public static class GalleryTruth
{
    private const string TextEnding = ".txt", Label = "label";

    /// <summary>The captions of a gallery, each once, and for each picture which of them are its; null where there are none. A table of pictures with labels alone has none.</summary>
    /// <exception cref="UserError">Captions are there and cannot be read, or captions.csv lacks a column.</exception>
    public static (IReadOnlyList<string> Captions, IReadOnlyList<IReadOnlyList<int>> Of)? CaptionsOf(Gallery gallery)
    {
        string table = Path.Combine(gallery.Folder, PictureFolder.CaptionsFile);
        bool has = File.Exists(table)
            ? Has(table, PictureCaptions.CaptionColumn) || !Has(table, Label)
            : gallery.Pictures.Any(picture => File.Exists(Path.ChangeExtension(picture.Path, TextEnding)));
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
    /// <exception cref="UserError">captions.csv or scenes.json is there and cannot be read.</exception>
    public static (IReadOnlyList<int?> Classes, string Source)? ClassesOf(Gallery gallery, IReadOnlyList<string> labels)
    {
        string table = Path.Combine(gallery.Folder, PictureFolder.CaptionsFile);
        var (of, source) = File.Exists(table) && Has(table, Label) ? (Labels(gallery, table, labels), $"the column {Label} of {PictureFolder.CaptionsFile}")
            : SceneFile.IsIn(gallery.Folder) && Scenes(gallery, labels) is { } drawn ? drawn
            : (Folders(gallery, labels), "the names of their folders");
        return of.All(known => known is null) ? null : (of, source);
    }

    private static int?[] Labels(Gallery gallery, string table, IReadOnlyList<string> labels)
    {
        var (places, classes) = (Places(gallery), Classes(labels));
        int?[] found = new int?[gallery.Pictures.Count];
        using var rows = LabelledTable.Open(table);
        foreach (var row in rows.Rows([PictureCaptions.ColumnOf(rows, PictureCaptions.PictureColumn)!, PictureCaptions.ColumnOf(rows, Label)!]))
        {
            if (row.Cells is [{ } picture, { } label] && places.TryGetValue(Path.GetFullPath(Path.Combine(gallery.Folder, picture)), out int index))
            {
                found[index] = Of(classes, label);
            }
        }

        return found;
    }

    private static int?[] Folders(Gallery gallery, IReadOnlyList<string> labels)
    {
        var classes = Classes(labels);
        return [.. gallery.Pictures.Select(picture => Of(classes, Path.GetFileName(Path.GetDirectoryName(picture.Name)) ?? ""))];
    }

    /// <summary>By the kinds of drawn things, or by their colours where more labels are colours; null where no label is either.</summary>
    private static (int?[] Classes, string Source)? Scenes(Gallery gallery, IReadOnlyList<string> labels)
    {
        var kinds = Named<ThingKind>(labels, kind => SceneWords.Of(kind).SelectMany(word => new[] { word.One, word.Many }));
        var colours = Named<NamedColour>(labels, SceneWords.Of);
        if (kinds.Count == 0 && colours.Count == 0)
        {
            return null;
        }

        bool isColour = colours.Count > kinds.Count;
        var places = Places(gallery);
        int?[] found = new int?[gallery.Pictures.Count];
        foreach (var (picture, scene) in SceneFile.Read(gallery.Folder))
        {
            if (places.TryGetValue(Path.GetFullPath(Path.Combine(gallery.Folder, picture)), out int index))
            {
                found[index] = isColour ? Of(colours, scene.Colour) : Of(kinds, scene.Kind);
            }
        }

        return (found, $"the {(isColour ? "colour" : "kind")} in {SceneFile.Name}");
    }

    /// <summary>Which label means which of a drawn scene's values; what two labels mean is left out, since neither is righter than the other.</summary>
    private static Dictionary<T, int> Named<T>(IReadOnlyList<string> labels, Func<T, IEnumerable<string>> words)
        where T : struct, Enum
    {
        var means = Enum.GetValues<T>().SelectMany(value => words(value).Distinct().Select(word => (word, value))).ToDictionary(pair => pair.word, pair => pair.value);
        return labels.Index()
            .Where(label => means.ContainsKey(Plain(label.Item)))
            .GroupBy(label => means[Plain(label.Item)], label => label.Index)
            .Where(same => same.Count() == 1)
            .ToDictionary(same => same.Key, same => same.First());
    }

    private static Dictionary<string, int> Classes(IReadOnlyList<string> labels) => labels.Index().DistinctBy(label => Plain(label.Item)).ToDictionary(label => Plain(label.Item), label => label.Index);

    private static int? Of(Dictionary<string, int> classes, string name) => Of<string>(classes, Plain(name));

    private static int? Of<T>(Dictionary<T, int> classes, T value)
        where T : notnull => classes.TryGetValue(value, out int index) ? index : null;

    /// <summary>Full paths of files, doubles too, and which picture they are.</summary>
    private static Dictionary<string, int> Places(Gallery gallery) => gallery.Pictures.Index()
        .SelectMany(picture => picture.Item.Doubles.Prepend(picture.Item.Name), (picture, name) => (Path: Path.GetFullPath(Path.Combine(gallery.Folder, name)), picture.Index))
        .DistinctBy(place => place.Path)
        .ToDictionary(place => place.Path, place => place.Index);

    private static bool Has(string table, string column)
    {
        using var rows = LabelledTable.Open(table);
        return PictureCaptions.ColumnOf(rows, PictureCaptions.PictureColumn) is not null && PictureCaptions.ColumnOf(rows, column) is not null;
    }

    private static string Plain(string label) => string.Join(' ', label.ToLowerInvariant().Split([' ', '_', '-'], StringSplitOptions.RemoveEmptyEntries));
}
