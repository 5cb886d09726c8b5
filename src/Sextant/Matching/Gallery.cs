using System.Collections.Concurrent;
using System.Globalization;
using Sextant.Data.Pictures;

namespace Sextant.Matching;

/// <summary>Pictures of a folder with their features.</summary>
public sealed class Gallery
{
    private static readonly TimeSpan _keepEvery = TimeSpan.FromMinutes(1);

    private Gallery(string folder, IReadOnlyList<GalleryPicture> pictures, FeatureTable features, IReadOnlyList<SkippedPicture> skipped) =>
        (Folder, Pictures, Features, Skipped) = (folder, pictures, features, skipped);

    public string Folder { get; }

    /// <summary>In the order of their names; pictures of the same content are one.</summary>
    public IReadOnlyList<GalleryPicture> Pictures { get; }

    /// <summary>A row for each of <see cref="Pictures"/>.</summary>
    public FeatureTable Features { get; }

    /// <summary>What could not be read, and why.</summary>
    public IReadOnlyList<SkippedPicture> Skipped { get; }

    /// <summary>Pictures that went through the model; the features of the others were kept from before.</summary>
    public int Computed { get; private init; }

    /// <summary>How high each picture scores for any caption, by <see cref="Hubness.References"/>; null for a gallery whose features were given.</summary>
    public Hubness? Hubness { get; private init; }

    /// <summary>A gallery whose features are known.</summary>
    /// <param name="folder">What it is called.</param>
    /// <param name="pictures">In the order of the features.</param>
    /// <param name="features">A row for each.</param>
    /// <param name="skipped">What was left out; null for nothing.</param>
    public static Gallery Of(string folder, IReadOnlyList<GalleryPicture> pictures, FeatureTable features, IReadOnlyList<SkippedPicture>? skipped = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Rows, pictures.Count);
        return new Gallery(folder, pictures, features, skipped ?? []);
    }

    /// <summary>Finds the pictures of a folder and computes the features that its cache lacks. Pictures are read and prepared on other threads while those before them are encoded.</summary>
    /// <param name="folder">Searched with its folders.</param>
    /// <param name="encoder">Of the features.</param>
    /// <param name="options">How; null for the usual.</param>
    /// <param name="progress">Told how far it is; null for nobody.</param>
    /// <param name="stop">Ends it; what was computed is kept.</param>
    /// <exception cref="UserError">There is no such folder, or it holds no picture that can be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Gallery Read(string folder, ClipEncoder encoder, GalleryOptions? options = null, IProgress<GalleryProgress>? progress = null, CancellationToken stop = default)
    {
        options ??= new GalleryOptions();
        string[] files = [.. PictureFolder.Find(folder)];
        var cache = FeatureCache.Open(folder, options.Cache, encoder.Identity, encoder.Width, options.Notice ?? (_ => { }));
        var skipped = new ConcurrentDictionary<string, string>();
        string?[] contents = ContentsOf(folder, files, cache, options, skipped, stop);
        var groups = contents.Index().Where(file => file.Item is not null).GroupBy(file => file.Item!, file => files[file.Index]).ToList();
        cache.Retain([.. files.Select(file => NameOf(folder, file))], [.. groups.Select(same => same.Key)]);
        int computed = Encode([.. groups.Where(same => !cache.Has(same.Key)).Select(same => (same.Key, same.First()))], folder, encoder, cache, options, skipped, progress, stop);
        var usable = groups.Where(same => cache.Has(same.Key)).ToList();
        foreach (var (first, other) in from same in groups where !cache.Has(same.Key) from file in same.Skip(1) select (same.First(), file))
        {
            skipped[NameOf(folder, other)] = $"{other}: it has the same content as {first}, which was left out; mend or remove both.";
        }

        SkippedPicture[] left = [.. skipped.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SkippedPicture(s.Key, s.Value))];
        if (usable.Count == 0)
        {
            throw new UserError(string.Create(CultureInfo.InvariantCulture, $"None of the {files.Length:N0} pictures in {folder} can be read. The first: {left[0].Reason}"));
        }

        var features = cache.Rows([.. usable.Select(same => same.Key)]);
        var hubness = HubnessOf(features, encoder, cache);
        cache.Save();
        GalleryPicture[] pictures = [.. usable.Select(same => new GalleryPicture(NameOf(folder, same.First()), same.First(), same.Key, [.. same.Skip(1).Select(file => NameOf(folder, file))]))];
        return new Gallery(folder, pictures, features, left) { Computed = computed, Hubness = hubness };
    }

    /// <summary>Which of <see cref="Pictures"/> a file is: by its path, its name in the gallery, or else its content; null for none of them.</summary>
    public int? IndexOf(string path)
    {
        string full = Path.GetFullPath(path), name = path.Replace('\\', '/');
        foreach (var (i, picture) in Pictures.Index())
        {
            if (picture.Doubles.Prepend(picture.Name).Any(own => own == name || Path.GetFullPath(Path.Combine(Folder, own)) == full))
            {
                return i;
            }
        }

        if (File.Exists(path))
        {
            string content = Matching.Contents.Of(PictureBytes.Read(path, new PictureReading().MostBytes));
            return Pictures.Index().Where(picture => picture.Item.Content == content).Select(picture => (int?)picture.Index).FirstOrDefault();
        }

        return null;
    }

    private static string NameOf(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');

    /// <summary>The content of each file; null where it cannot be read.</summary>
    private static string?[] ContentsOf(string folder, string[] files, FeatureCache cache, GalleryOptions options, ConcurrentDictionary<string, string> skipped, CancellationToken stop)
    {
        string?[] contents = new string?[files.Length];
        Lock keeping = new();
        int most = new PictureReading().MostBytes;
        Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = stop }, i =>
        {
            string name = NameOf(folder, files[i]);
            try
            {
                var file = PictureBytes.Target(new FileInfo(files[i])); // a link has a length and a time of its own
                if (!file.Exists)
                {
                    throw PictureBytes.Missing(files[i]);
                }

                var (length, changed) = (file.Length, file.LastWriteTimeUtc.Ticks);
                contents[i] = cache.ContentOf(name, length, changed);
                if (contents[i] is null)
                {
                    contents[i] = Matching.Contents.Of(PictureBytes.Read(files[i], most));
                    lock (keeping)
                    {
                        cache.Remember(name, length, changed, contents[i]!);
                    }
                }
            }
            catch (Exception e) when (e is UserError or IOException or UnauthorizedAccessException)
            {
                skipped[name] = e is UserError ? e.Message : $"{files[i]}: it cannot be read ({e.Message.Split('\n')[0].TrimEnd('.')}); check the file or leave it out.";
            }
        });
        return contents;
    }

    /// <summary>Computes features that are not known, and says of how many pictures.</summary>
    private static int Encode(
        IReadOnlyList<(string Content, string Path)> unknown, string folder, ClipEncoder encoder, FeatureCache cache, GalleryOptions options,
        ConcurrentDictionary<string, string> skipped, IProgress<GalleryProgress>? progress, CancellationToken stop)
    {
        if (unknown.Count == 0)
        {
            return 0;
        }

        cache.Probe();
        int done = 0, left = 0;
        long kept = TimeProvider.System.GetTimestamp();
        var batch = new List<(string Content, float[] Pixels)>();
        try
        {
            progress?.Report(new GalleryProgress(0, unknown.Count, 0));
            foreach (var (content, path, pixels, reason) in OrderedWork.Run(unknown, options.Workers, (2 * options.Batch) + options.Workers, Prepared, stop))
            {
                if (pixels is null)
                {
                    left++;
                    done++;
                    skipped[NameOf(folder, path)] = reason!;
                }
                else
                {
                    batch.Add((content, pixels));
                }

                if (batch.Count == options.Batch)
                {
                    stop.ThrowIfCancellationRequested();
                    Flush();
                }

                progress?.Report(new GalleryProgress(done, unknown.Count, left));
            }

            Flush();
            progress?.Report(new GalleryProgress(done, unknown.Count, left));
        }
        finally
        {
            cache.Save();
        }

        return done - left;

        void Flush()
        {
            if (batch.Count == 0)
            {
                return;
            }

            cache.Add([.. batch.Select(one => one.Content)], encoder.Prepared([.. batch.Select(one => one.Pixels)]));
            done += batch.Count;
            batch.Clear();
            if (TimeProvider.System.GetElapsedTime(kept) > _keepEvery)
            {
                cache.Save();
                kept = TimeProvider.System.GetTimestamp();
            }
        }

        (string Content, string Path, float[]? Pixels, string? Reason) Prepared((string Content, string Path) picture)
        {
            try
            {
                var reading = new PictureReading();
                byte[] bytes = PictureBytes.Read(picture.Path, reading.MostBytes);
                return Matching.Contents.Of(bytes) == picture.Content
                    ? (picture.Content, picture.Path, encoder.Prepare(PictureDecoder.Decode(bytes, picture.Path, reading)), null)
                    : (picture.Content, picture.Path, null, $"{picture.Path}: it has changed while the gallery was read; try again.");
            }
            catch (UserError e)
            {
                return (picture.Content, picture.Path, null, e.Message);
            }
        }
    }

    private static Hubness HubnessOf(FeatureTable features, ClipEncoder encoder, FeatureCache cache)
    {
        if (!Hubness.References.All(cache.HasText))
        {
            cache.AddTexts(Hubness.References, encoder.Texts(Hubness.References));
        }

        return Hubness.Of(cache.Texts(Hubness.References), features);
    }
}
