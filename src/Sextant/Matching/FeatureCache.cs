using System.Runtime.InteropServices;

namespace Sextant.Matching;

/// <summary>
/// What was computed before: features of pictures by their content, and of texts, for one model, and contents by path, length and time of change, so that ten thousand files need not be read to
/// find that nothing changed. Whenever features are written, those of pictures that no gallery of the folder has any more are left out, and those that another run has written meanwhile are kept.
/// Where the folder cannot be written, all goes on without keeping.
/// </summary>
internal sealed class FeatureCache
{
    public const string FolderName = ".sextant";

    private const string Ending = ".bin", ContentsName = "contents-", FeaturesName = "features-", ContentsKind = "sextant contents 1", FeaturesKind = "sextant features 2";

    /// <summary>A file changed so shortly before it was read may change again without its time showing it.</summary>
    private static readonly long _racy = TimeSpan.FromSeconds(2).Ticks;

    private readonly string folder, contentsPath, featuresPath, identity;
    private readonly Action<string> notice;
    private readonly Dictionary<string, FileStamp> contents = [];
    private readonly Dictionary<string, int> rowOf = [];
    private readonly HashSet<string> texts = [];
    private readonly List<float> values = [];
    private HashSet<string>? inUse;
    private bool hasNewContents, hasNewFeatures, isTold;

    private FeatureCache(string folder, string owner, string identity, int width, Action<string> notice)
    {
        (this.folder, this.identity, this.notice, Width) = (folder, identity, notice, width);
        contentsPath = Path.Combine(folder, $"{ContentsName}{owner}{Ending}");
        featuresPath = Path.Combine(folder, $"{FeaturesName}{identity[..12]}{Ending}");
    }

    /// <summary>Of a feature.</summary>
    public int Width { get; }

    /// <summary>Opens the cache of a gallery for a model.</summary>
    /// <param name="gallery">Its folder.</param>
    /// <param name="at">Where the cache is; null for .sextant/ in the gallery.</param>
    /// <param name="identity">Of the model.</param>
    /// <param name="width">Of its features.</param>
    /// <param name="notice">Told what goes wrong.</param>
    public static FeatureCache Open(string gallery, string? at, string identity, int width, Action<string> notice)
    {
        var (folder, owner) = Place(gallery, at);
        var cache = new FeatureCache(folder, owner, identity, width, notice);
        cache.Load(cache.contentsPath, ContentsKind, reader => ReadContents(reader, cache.contents));
        cache.Load(cache.featuresPath, FeaturesKind, reader => cache.ReadFeatures(reader, []));
        return cache;
    }

    /// <summary>The folder of a gallery's cache, and what the files in it that are the gallery's alone are named by.</summary>
    /// <param name="gallery">Its folder.</param>
    /// <param name="at">Where the cache is; null for .sextant/ in the gallery.</param>
    public static (string Folder, string Owner) Place(string gallery, string? at)
    {
        string full = Path.GetFullPath(gallery);

        // A gallery that is moved takes its own cache with it; in a folder that several share its name tells it from the others.
        return (at ?? Path.Combine(full, FolderName), Contents.Of(at is null ? "" : full)[..12]);
    }

    /// <summary>The content of a file that has not changed since it was last read; null where it is not known.</summary>
    /// <param name="name">Below the gallery.</param>
    /// <param name="length">Now.</param>
    /// <param name="changed">Ticks of its time of change, now.</param>
    public string? ContentOf(string name, long length, long changed) =>
        contents.TryGetValue(name, out var stamp) && stamp.Length == length && stamp.Changed == changed ? stamp.Content : null;

    /// <summary>Remembers the content of a file that was read after <paramref name="changed"/> was asked for.</summary>
    public void Remember(string name, long length, long changed, string content)
    {
        if (DateTime.UtcNow.Ticks - changed > _racy)
        {
            contents[name] = new FileStamp(length, changed, content);
            hasNewContents = true;
        }
    }

    /// <summary>Says what the gallery holds now: the next time that something is written, what is kept of other files of it is left out.</summary>
    /// <param name="names">Of its files, also of those that cannot be read now.</param>
    /// <param name="used">Contents of those that can.</param>
    public void Retain(IReadOnlyCollection<string> names, IReadOnlyCollection<string> used)
    {
        var there = names.ToHashSet(StringComparer.Ordinal);
        foreach (string gone in contents.Keys.Where(name => !there.Contains(name)).ToList())
        {
            contents.Remove(gone);
        }

        inUse = [.. used];
    }

    public bool Has(string content) => rowOf.ContainsKey(content);

    /// <summary>Whether the features of a text are there.</summary>
    public bool HasText(string text) => Has(KeyOf(text));

    /// <summary>Adds the features of texts, a row each; what is there already stays.</summary>
    public void AddTexts(IReadOnlyList<string> added, FeatureTable features)
    {
        string[] keys = [.. added.Select(KeyOf)];
        Add(keys, features);
        texts.UnionWith(keys);
    }

    /// <summary>Features of texts that are all there, a row each.</summary>
    public FeatureTable Texts(IReadOnlyList<string> wanted) => Rows([.. wanted.Select(KeyOf)]);

    /// <summary>Adds the features of pictures by their contents, a row each; what is there already stays.</summary>
    public void Add(IReadOnlyList<string> added, FeatureTable features)
    {
        for (int i = 0; i < added.Count; i++)
        {
            if (rowOf.TryAdd(added[i], rowOf.Count))
            {
                values.AddRange(features.Row(i));
                hasNewFeatures = true;
            }
        }
    }

    /// <summary>Features of pictures whose contents are all there, a row each, to the bit as they were added.</summary>
    public FeatureTable Rows(IReadOnlyList<string> wanted)
    {
        float[] rows = new float[wanted.Count * Width];
        var all = CollectionsMarshal.AsSpan(values);
        for (int i = 0; i < wanted.Count; i++)
        {
            all.Slice(rowOf[wanted[i]] * Width, Width).CopyTo(rows.AsSpan(i * Width));
        }

        return FeatureTable.OfUnit(wanted.Count, Width, rows);
    }

    /// <summary>Says at once, and not after hours of computing, where nothing can be kept.</summary>
    public void Probe() => Keep(() =>
    {
        string probe = Path.Combine(folder, $"{Guid.NewGuid():N}.new");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    });

    /// <summary>Writes what is new, without what is no longer used.</summary>
    public void Save()
    {
        if (hasNewFeatures)
        {
            Keep(() =>
            {
                var unused = Unused();
                SealedFile.Read(featuresPath, FeaturesKind, reader => ReadFeatures(reader, unused)); // another run may have written since
                SealedFile.Write(featuresPath, FeaturesKind, writer => WriteFeatures(writer, unused));
            });
        }

        if (hasNewContents)
        {
            Keep(() => SealedFile.Write(contentsPath, ContentsKind, WriteContents));
        }

        hasNewContents = hasNewFeatures = false;
    }

    private void Keep(Action write)
    {
        try
        {
            Directory.CreateDirectory(folder);
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!isTold)
            {
                notice($"Features cannot be kept in {folder} ({e.Message.Split('\n')[0].TrimEnd('.')}), so that they are computed again the next time; give another folder with --cache.");
            }

            isTold = true;
        }
    }

    private void Load(string path, string kind, Action<BinaryReader> read)
    {
        if (File.Exists(path) && SealedFile.Read(path, kind, read) is string problem)
        {
            notice($"{path} is not used, since {problem}; what it held is computed again.");
        }
    }

    private static string KeyOf(string text) => Contents.Of("text: " + text);

    private static void ReadContents(BinaryReader reader, Dictionary<string, FileStamp> into)
    {
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            into[reader.ReadString()] = new FileStamp(reader.ReadInt64(), reader.ReadInt64(), Convert.ToHexStringLower(reader.ReadBytes(Contents.Bytes)));
        }
    }

    /// <summary>Pictures with features that neither this gallery has nor, as far as their files tell, another that keeps its own in the same folder; none where that is not known.</summary>
    private HashSet<string> Unused()
    {
        if (inUse is null)
        {
            return [];
        }

        var others = new Dictionary<string, FileStamp>();
        var used = new HashSet<string>(inUse.Concat(contents.Values.Select(stamp => stamp.Content)), StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder, $"{ContentsName}*{Ending}").Where(path => path != contentsPath))
        {
            others.Clear();
            if (SealedFile.Read(path, ContentsKind, reader => ReadContents(reader, others)) is not null)
            {
                return [];
            }

            used.UnionWith(others.Values.Select(stamp => stamp.Content));
        }

        return [.. rowOf.Keys.Where(content => !texts.Contains(content) && !used.Contains(content))];
    }

    private void WriteContents(BinaryWriter writer)
    {
        writer.Write(contents.Count);
        foreach (var (name, stamp) in contents)
        {
            writer.Write(name);
            writer.Write(stamp.Length);
            writer.Write(stamp.Changed);
            writer.Write(Convert.FromHexString(stamp.Content));
        }
    }

    /// <summary>Adds the rows of the file that are not there yet.</summary>
    /// <param name="reader">Of the file's content.</param>
    /// <param name="except">Rows that are left out.</param>
    private void ReadFeatures(BinaryReader reader, HashSet<string> except)
    {
        string model = reader.ReadString();
        int width = reader.ReadInt32(), count = reader.ReadInt32();
        if (model != identity || width != Width)
        {
            return; // another model whose hash begins alike: what it left gives way
        }

        var keys = new (string Content, bool IsText)[count];
        for (int i = 0; i < count; i++)
        {
            keys[i] = (Convert.ToHexStringLower(reader.ReadBytes(Contents.Bytes)), reader.ReadBoolean());
        }

        float[] row = new float[Width];
        values.EnsureCapacity(values.Count + (count * Width));
        foreach (var (content, isText) in keys)
        {
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(row.AsSpan()));
            if (!except.Contains(content) && rowOf.TryAdd(content, rowOf.Count))
            {
                values.AddRange(row);
                if (isText)
                {
                    texts.Add(content);
                }
            }
        }
    }

    private void WriteFeatures(BinaryWriter writer, HashSet<string> except)
    {
        var kept = rowOf.Where(row => !except.Contains(row.Key)).OrderBy(row => row.Value).ToList();
        writer.Write(identity);
        writer.Write(Width);
        writer.Write(kept.Count);
        foreach (var (content, _) in kept)
        {
            writer.Write(Convert.FromHexString(content));
            writer.Write(texts.Contains(content));
        }

        var all = CollectionsMarshal.AsSpan(values);
        foreach (var (_, row) in kept)
        {
            writer.Write(MemoryMarshal.AsBytes(all.Slice(row * Width, Width)));
        }
    }

    private readonly record struct FileStamp(long Length, long Changed, string Content);
}
