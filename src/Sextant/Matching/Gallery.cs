namespace Sextant.Matching;

/// <summary>Pictures of a folder with their features.</summary>
public sealed class Gallery
{
    private Gallery(string folder, IReadOnlyList<GalleryPicture> pictures, FeatureTable features, IReadOnlyList<SkippedPicture> skipped) =>
        (Folder, Pictures, Features, Skipped) = (folder, pictures, features, skipped);

    public string Folder { get; }

    /// <summary>In the order of their names; pictures of the same content are one.</summary>
    public IReadOnlyList<GalleryPicture> Pictures { get; }

    /// <summary>A row for each of <see cref="Pictures"/>.</summary>
    public FeatureTable Features { get; }

    /// <summary>What could not be read, and why.</summary>
    public IReadOnlyList<SkippedPicture> Skipped { get; }

    /// <summary>A gallery whose features are known.</summary>
    public static Gallery Of(string folder, IReadOnlyList<GalleryPicture> pictures, FeatureTable features, IReadOnlyList<SkippedPicture>? skipped = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Rows, pictures.Count);
        return new Gallery(folder, pictures, features, skipped ?? []);
    }

    /// <summary>Finds the pictures of a folder and computes the features that its cache lacks.</summary>
    /// <exception cref="UserError">There is no such folder, or no picture in it that can be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; what was computed is in the cache.</exception>
    public static Gallery Read(string folder, ClipEncoder encoder, GalleryOptions? options = null, IProgress<GalleryProgress>? progress = null, CancellationToken stop = default) =>
        throw new NotImplementedException();

    /// <summary>Which of <see cref="Pictures"/> a file is: by its path, its name in the gallery, or else its content; null for none of them.</summary>
    public int? IndexOf(string path) => throw new NotImplementedException();
}
