using System.Globalization;
using Sextant.Data.Drawn;

namespace Sextant.Matching.Search;

/// <summary>A gallery as captions are searched in it: copies of a file are pictures of their own, which no caption can tell apart, and what is true of drawn pictures is known.</summary>
public sealed class SearchedGallery
{
    private readonly Gallery gallery;
    private readonly int[] searched;
    private readonly IReadOnlyList<DrawnScene?>? scenes;

    private SearchedGallery(Gallery gallery, IReadOnlyList<string> names, IReadOnlyList<string> paths, FeatureTable features, int[] searched, IReadOnlyList<DrawnScene?>? scenes) =>
        (this.gallery, Names, Paths, Features, this.searched, this.scenes, Truth) = (gallery, names, paths, features, searched, scenes, scenes is null ? null : DrawnWords.Truth(scenes));

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<string> Paths { get; }

    /// <summary>A row for each name.</summary>
    public FeatureTable Features { get; }

    /// <summary>What captions are true of, where the gallery was drawn; null elsewhere.</summary>
    public CaptionTruth? Truth { get; }

    /// <summary>Pictures that differ from every other in what captions can say; all of them where that is not known.</summary>
    public int Describable => searched.Length;

    /// <exception cref="UserError">The folder's scenes.json cannot be read.</exception>
    public static SearchedGallery Of(Gallery gallery)
    {
        List<string> names = [], paths = [];
        List<int> rows = [];
        foreach (var (row, picture) in gallery.Pictures.Index())
        {
            names.Add(picture.Name);
            paths.Add(picture.Path);
            rows.Add(row);
            foreach (string copy in picture.Doubles)
            {
                names.Add(copy);
                paths.Add(Path.Combine(gallery.Folder, copy));
                rows.Add(row);
            }
        }

        var features = rows.Count == gallery.Features.Rows ? gallery.Features : gallery.Features.Selected(rows);
        if (!SceneFile.IsIn(gallery.Folder))
        {
            return new SearchedGallery(gallery, names, paths, features, [.. Enumerable.Range(0, names.Count)], null);
        }

        var known = SceneFile.Read(gallery.Folder).ToDictionary(picture => picture.Picture, picture => picture.Scene, StringComparer.Ordinal);
        DrawnScene?[] scenes = [.. names.Select(name => known.GetValueOrDefault(name))];
        var alike = scenes.OfType<DrawnScene>().GroupBy(scene => scene with { Seed = 0 }).ToDictionary(group => group.Key, group => group.Count());
        return new SearchedGallery(gallery, names, paths, features, [.. Enumerable.Range(0, names.Count).Where(i => scenes[i] is { } scene && alike[scene with { Seed = 0 }] == 1)], scenes);
    }

    /// <summary>The vocabulary that goes with the gallery: the words of drawn scenes where it was drawn; elsewhere general English, and the words of the captions that lie beside it.</summary>
    /// <exception cref="UserError">The captions beside it cannot be read.</exception>
    public CaptionVocabulary Vocabulary() =>
        scenes is not null ? DrawnWords.Vocabulary
        : GalleryTruth.CaptionsOf(gallery) is var (captions, of) ? CaptionVocabulary.OfCaptions([.. of.SelectMany(rows => rows.Select(row => captions[row]))]).With(CaptionVocabulary.BuiltIn)
        : CaptionVocabulary.BuiltIn;

    /// <summary>Features of the pictures of another gallery that are not in this one too, as far as their contents tell.</summary>
    public FeatureTable UnseenOf(Gallery other)
    {
        HashSet<string> own = [.. gallery.Pictures.Select(picture => picture.Content)];
        return other.Features.Selected([.. other.Pictures.Index().Where(picture => picture.Item.Content.Length == 0 || !own.Contains(picture.Item.Content)).Select(picture => picture.Index)]);
    }

    /// <summary>Which of <see cref="Names"/> a file is: by its name in the gallery, its path or its content; null for none of them.</summary>
    public int? IndexOf(string path)
    {
        int name = Names.Index().Where(known => known.Item == path).Select(known => known.Index).DefaultIfEmpty(-1).First();
        return name >= 0 ? name : gallery.IndexOf(path) is int row ? Names.Index().First(known => known.Item == gallery.Pictures[row].Name).Index : null;
    }

    /// <summary>Targets by lot, each once, of the pictures that captions can tell apart.</summary>
    /// <exception cref="UserError">There are not so many.</exception>
    public IReadOnlyList<int> Draw(int count, ulong seed)
    {
        if (count > searched.Length)
        {
            throw new UserError(string.Create(CultureInfo.InvariantCulture, $"The gallery has {searched.Length:N0} pictures that captions can tell apart, not {count:N0}; ask for fewer targets."));
        }

        int[] lot = [.. searched];
        new SeededRandom(seed).Shuffle(lot.AsSpan());
        return [.. lot.Take(count)];
    }
}
