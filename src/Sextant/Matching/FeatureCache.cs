using System.Runtime.InteropServices;

namespace Sextant.Matching;

/// <summary>
/// What was computed before: features by the content of a picture (or of a reference caption) and the identity of the model, and contents by path, length and time of change, so that ten
/// thousand files need not be read to find that nothing changed. Where the folder cannot be written, all goes on without keeping.
/// </summary>
internal sealed class FeatureCache
{
    public const string FolderName = ".sextant";

    private const string ContentsKind = "sextant contents 1", FeaturesKind = "sextant features 1";

    /// <summary>A file changed so shortly before it was read may change again without its time showing it.</summary>
    private static readonly long _racy = TimeSpan.FromSeconds(2).Ticks;

    private readonly string folder, contentsPath, featuresPath, identity;
    private readonly Action<string> notice;
    private readonly Dictionary<string, FileStamp> contents = [];
    private readonly Dictionary<string, int> rowOf = [];
    private readonly List<float> values = [];
    private bool hasNewContents, hasNewFeatures, isTold;

    private FeatureCache(string folder, string gallery, string identity, int width, Action<string> notice)
    {
        (this.folder, this.identity, this.notice, Width) = (folder, identity, notice, width);
        contentsPath = Path.Combine(folder, $"contents-{Contents.Of(gallery)[..12]}.bin");
        featuresPath = Path.Combine(folder, $"features-{identity[..12]}.bin");
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
        string full = Path.GetFullPath(gallery);

        // A gallery that is moved takes its own cache with it; in a folder that several share its name tells it from the others.
        var cache = new FeatureCache(at ?? Path.Combine(full, FolderName), at is null ? "" : full, identity, width, notice);
        cache.Load(cache.contentsPath, ContentsKind, cache.ReadContents);
        cache.Load(cache.featuresPath, FeaturesKind, cache.ReadFeatures);
        return cache;
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

    public bool Has(string content) => rowOf.ContainsKey(content);

    /// <summary>Adds the features of contents, a row each; what is there already stays.</summary>
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

    /// <summary>Features of contents that are all there, a row each, to the bit as they were added.</summary>
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

    /// <summary>Writes what is new.</summary>
    public void Save()
    {
        if (hasNewContents)
        {
            Keep(() => SealedFile.Write(contentsPath, ContentsKind, WriteContents));
        }

        if (hasNewFeatures)
        {
            Keep(() => SealedFile.Write(featuresPath, FeaturesKind, WriteFeatures));
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

    private void ReadContents(BinaryReader reader)
    {
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            contents[reader.ReadString()] = new FileStamp(reader.ReadInt64(), reader.ReadInt64(), Convert.ToHexStringLower(reader.ReadBytes(Contents.Bytes)));
        }
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

    private void ReadFeatures(BinaryReader reader)
    {
        string model = reader.ReadString();
        int width = reader.ReadInt32(), count = reader.ReadInt32();
        if (model != identity || width != Width)
        {
            return; // another model whose hash begins alike: what it left gives way
        }

        for (int i = 0; i < count; i++)
        {
            rowOf[Convert.ToHexStringLower(reader.ReadBytes(Contents.Bytes))] = i;
        }

        CollectionsMarshal.SetCount(values, count * Width);
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)));
    }

    private void WriteFeatures(BinaryWriter writer)
    {
        writer.Write(identity);
        writer.Write(Width);
        writer.Write(rowOf.Count);
        foreach (string content in rowOf.OrderBy(row => row.Value).Select(row => row.Key))
        {
            writer.Write(Convert.FromHexString(content));
        }

        writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)));
    }

    private readonly record struct FileStamp(long Length, long Changed, string Content);
}
