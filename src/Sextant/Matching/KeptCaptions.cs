using System.Runtime.InteropServices;

namespace Sextant.Matching;

/// <summary>
/// Keeps the features of a gallery's own captions beside those of its pictures, in one file for the gallery and the model, so that a second call encodes new captions alone. Whenever it is
/// written it holds the captions as they are then and no others, up to <see cref="MostBytes"/>.
/// </summary>
public static class KeptCaptions
{
    /// <summary>Captions beyond so much are encoded each time: some 120,000 of the released CLIP.</summary>
    private const long MostBytes = 256L << 20;

    private const string Kind = "sextant captions 1";

    /// <summary>A row for each caption, to the bit as it was computed the first time.</summary>
    /// <param name="captions">Of the gallery, each once.</param>
    /// <param name="gallery">Whose cache it is.</param>
    /// <param name="encoder">Of the features.</param>
    /// <param name="cache">Where features are kept; null for .sextant in the gallery.</param>
    /// <param name="notice">Told where nothing can be kept, or what was kept is damaged.</param>
    /// <exception cref="UserError">A caption has no token, or the model gives it no direction.</exception>
    public static FeatureTable Features(IReadOnlyList<string> captions, Gallery gallery, ClipEncoder encoder, string? cache, Action<string> notice) =>
        Features(captions, encoder.Texts, FileOf(gallery.Folder, cache, encoder.Identity), encoder.Identity, encoder.Width, MostBytes, notice);

    internal static FeatureTable Features(IReadOnlyList<string> captions, Func<IReadOnlyList<string>, FeatureTable> texts, string path, string identity, int width, long mostBytes, Action<string> notice)
    {
        string[] keys = [.. captions.Select(Contents.Of)];
        var (rows, values) = Read(path, identity, width, notice);
        float[] features = new float[checked(captions.Count * width)];
        List<int> missing = [];
        foreach (var (i, key) in keys.Index())
        {
            if (rows.TryGetValue(key, out int row))
            {
                values.AsSpan(row * width, width).CopyTo(features.AsSpan(i * width));
            }
            else
            {
                missing.Add(i);
            }
        }

        if (missing.Count > 0)
        {
            var encoded = texts([.. missing.Select(i => captions[i])]);
            foreach (var (row, i) in missing.Index())
            {
                encoded.Row(row).CopyTo(features.AsSpan(i * width));
            }

            int kept = (int)Math.Min(captions.Count, mostBytes / (Contents.Bytes + ((long)width * sizeof(float))));
            if (missing[0] < kept)
            {
                Write(path, identity, width, keys.AsSpan(0, kept), features, notice);
            }
        }

        return FeatureTable.OfUnit(captions.Count, width, features);
    }

    private static string FileOf(string gallery, string? cache, string identity)
    {
        var (folder, owner) = FeatureCache.Place(gallery, cache);
        return Path.Combine(folder, $"captions-{owner}-{identity[..12]}.bin");
    }

    private static (Dictionary<string, int> Rows, float[] Values) Read(string path, string identity, int width, Action<string> notice)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        float[] values = [];
        if (File.Exists(path) && SealedFile.Read(path, Kind, ReadRows) is string problem)
        {
            notice($"{path} is not used, since {problem}; what it held is computed again.");
            return ([], []);
        }

        return (rows, values);

        void ReadRows(BinaryReader reader)
        {
            if (reader.ReadString() != identity || reader.ReadInt32() != width)
            {
                return; // another model whose hash begins alike: what it left gives way
            }

            int count = reader.ReadInt32();
            for (int i = 0; i < count; i++)
            {
                rows[Convert.ToHexStringLower(reader.ReadBytes(Contents.Bytes))] = i;
            }

            values = new float[checked(count * width)];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    private static void Write(string path, string identity, int width, ReadOnlySpan<string> keys, float[] features, Action<string> notice)
    {
        string[] kept = keys.ToArray();
        string folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
            SealedFile.Write(path, Kind, writer =>
            {
                writer.Write(identity);
                writer.Write(width);
                writer.Write(kept.Length);
                foreach (string key in kept)
                {
                    writer.Write(Convert.FromHexString(key));
                }

                writer.Write(MemoryMarshal.AsBytes(features.AsSpan(0, kept.Length * width)));
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notice($"Features of captions cannot be kept in {folder} ({e.Message.Split('\n')[0].TrimEnd('.')}), so that they are computed again the next time; give another folder with --cache.");
        }
    }
}
