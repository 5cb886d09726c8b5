using System.Text.Json;

namespace Sextant.Pretrained;

/// <summary>An index of several files of weights: a JSON object whose weight_map names the file of each tensor.</summary>
internal static class ShardIndex
{
    public const string Ending = ".index.json";

    /// <summary>As for the header of safetensors.</summary>
    private const int Longest = 100_000_000;

    /// <summary>The files of weights that an index names, each once.</summary>
    /// <exception cref="UserError">The index cannot be read.</exception>
    public static IReadOnlyList<string> FileNames(string path)
    {
        using var index = FileBytes.Open(path);
        return [.. FilesOf(index).Keys];
    }

    /// <param name="opened">The index; it is closed, and the files that it names are added in its place.</param>
    /// <exception cref="UserError">The index is malformed, or a file or a tensor that it names is missing.</exception>
    public static TensorFile Open(List<FileBytes> opened)
    {
        var index = opened[0];
        var byFile = FilesOf(index);
        string folder = Path.GetDirectoryName(Path.GetFullPath(index.Path))!;
        List<FileBytes> shards = [];
        List<StoredTensor> tensors = [];
        List<string> leftOut = [];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        TensorFormat? format = null;
        foreach (var (name, mapped) in byFile)
        {
            string path = Path.Combine(Path.GetDirectoryName(index.Path) ?? "", name);
            if (!File.Exists(path))
            {
                throw new UserError($"{index.Path} names {name.Shown()}, which is not in {folder}; fetch it too ({byFile.Count} files belong together).");
            }

            var shard = FileBytes.Open(path);
            opened.Add(shard); // so that it is closed should anything fail
            shards.Add(shard);
            var content = TensorFile.Read(shard, FileKinds.Of(shard));
            var wanted = mapped.ToHashSet(StringComparer.Ordinal);
            tensors.AddRange(content.Tensors.Where(t => wanted.Remove(t.Name)));
            if (wanted.Count > 0)
            {
                throw index.Malformed($"it says that {name.Shown()} holds '{wanted.First().Shown()}', which is not there");
            }

            var known = mapped.ToHashSet(StringComparer.Ordinal);
            leftOut.AddRange(content.LeftOut.Concat(content.Tensors.Where(t => !known.Contains(t.Name)).Select(t => $"{t.Name.Shown()} (in {name.Shown()}, not in the index)")));
            format ??= content.Format;
            foreach (var (key, value) in content.Metadata)
            {
                metadata.TryAdd(key, value);
            }
        }

        var file = new TensorFile(index.Path, new TensorContent(format!.Value, tensors) { Metadata = metadata, LeftOut = leftOut }, shards);
        index.Dispose();
        return file;
    }

    /// <summary>The names of tensors by file, files and names in the order of the index.</summary>
    private static OrderedDictionary<string, List<string>> FilesOf(FileBytes index)
    {
        if (index.Length > Longest)
        {
            throw index.Malformed($"it is JSON of {index.Length} bytes, longer than an index of files is");
        }

        OrderedDictionary<string, List<string>> byFile = new(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(index.Slice(0, index.Length).ToArray());
            if (!document.RootElement.TryGetProperty("weight_map", out var map))
            {
                throw new UserError($"{index.Path} is JSON without a weight_map, so neither weights nor an index of them; give the file of weights, or its folder.");
            }

            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (var entry in map.EnumerateObject())
            {
                string file = entry.Value.GetString() ?? "";
                if (file.Length == 0 || file is "." or ".." || file.AsSpan().ContainsAny("/\\:\0"))
                {
                    throw index.Malformed($"it names the file '{file.Shown()}', which does not lie beside it");
                }

                if (!names.Add(entry.Name))
                {
                    throw index.Malformed($"it names '{entry.Name.Shown()}' twice");
                }

                if (!byFile.TryGetValue(file, out var mapped))
                {
                    byFile.Add(file, mapped = []);
                }

                mapped.Add(entry.Name);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw index.Malformed("it begins like JSON and is no index of files of weights");
        }

        return byFile.Count > 0 ? byFile : throw index.Malformed("its weight_map is empty");
    }
}
