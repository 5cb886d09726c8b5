using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Sextant.Pretrained;

/// <summary>
/// The safetensors format: eight bytes of header length (little-endian), a JSON header of name to type, shape and
/// offsets, then the raw little-endian values.
/// </summary>
public static class SafeTensors
{
    private const int LongestHeader = 100_000_000; // the format's own bound

    private static readonly (string Name, torch.ScalarType Type, int Bytes)[] Types =
    [
        ("F64", torch.ScalarType.Float64, 8),
        ("F32", torch.ScalarType.Float32, 4),
        ("F16", torch.ScalarType.Float16, 2),
        ("BF16", torch.ScalarType.BFloat16, 2),
        ("I64", torch.ScalarType.Int64, 8),
        ("I32", torch.ScalarType.Int32, 4),
        ("I16", torch.ScalarType.Int16, 2),
        ("I8", torch.ScalarType.Int8, 1),
        ("U8", torch.ScalarType.Byte, 1),
        ("BOOL", torch.ScalarType.Bool, 1),
    ];

    /// <summary>Writes the tensors in the order given; the file is there whole or not at all.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="tensors">Names and tensors of any shape and device.</param>
    public static void Write(string path, IEnumerable<KeyValuePair<string, torch.Tensor>> tensors)
    {
        List<KeyValuePair<string, torch.Tensor>> all = [.. tensors];
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long offset = 0;
        foreach ((string name, var tensor) in all)
        {
            (string type, _, int bytes) = Types.First(t => t.Type == tensor.dtype);
            long end = offset + (tensor.numel() * bytes);
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. tensor.shape.Select(n => (JsonNode)n)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        int padding = (8 - (json.Length % 8)) % 8; // values start aligned
        WholeFile.Write(path, file =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, json.Length + padding);
            file.Write(length);
            file.Write(json);
            file.Write("        "u8[..padding]);
            foreach ((_, var tensor) in all)
            {
                using var values = tensor.detach().cpu().contiguous();
                file.Write(values.bytes);
            }
        });
    }

    /// <summary>Reads every tensor of a file into memory of the CPU. The caller owns them.</summary>
    /// <exception cref="UserError">The file is not what the format says.</exception>
    public static IReadOnlyDictionary<string, torch.Tensor> Read(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> eight = stackalloc byte[8];
        if (file.Length < 8 || file.ReadAtLeast(eight, 8, throwOnEndOfStream: false) < 8)
        {
            throw Malformed(path, "it is shorter than the eight bytes that every such file begins with");
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(eight);
        if (length is <= 0 or > LongestHeader || length > file.Length - 8)
        {
            throw Malformed(path, $"its header claims {length} bytes of {file.Length - 8} there are");
        }

        byte[] json = new byte[length];
        file.ReadExactly(json);
        var tensors = new Dictionary<string, torch.Tensor>();
        foreach (var entry in Entries(path, json, file.Length - 8 - length))
        {
            var tensor = torch.empty(entry.Shape, dtype: entry.Type);
            file.Position = 8 + length + entry.Start;
            file.ReadExactly(tensor.bytes);
            tensors.Add(entry.Name, tensor);
        }

        return tensors;
    }

    private static List<Entry> Entries(string path, byte[] json, long bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var entries = new List<Entry>();
            foreach (var property in document.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__"))
            {
                string type = property.Value.GetProperty("dtype").GetString()!;
                (string _, var scalar, int size) = Types.FirstOrDefault(t => t.Name == type);
                if (size == 0)
                {
                    throw Malformed(path, $"tensor '{property.Name}' has the unknown type {type}");
                }

                long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
                var offsets = property.Value.GetProperty("data_offsets");
                long start = offsets[0].GetInt64(), end = offsets[1].GetInt64();
                if (shape.Any(n => n < 0) || start < 0 || end < start || end > bytes || end - start != checked(shape.Aggregate(1L, (a, b) => a * b) * size))
                {
                    throw Malformed(path, $"tensor '{property.Name}' has offsets {start}..{end} that its shape or the file does not bear out");
                }

                entries.Add(new Entry(property.Name, scalar, shape, start, end));
            }

            Entry[] ordered = [.. entries.Where(e => e.End > e.Start).OrderBy(e => e.Start)];
            int overlap = Enumerable.Range(1, Math.Max(0, ordered.Length - 1)).FirstOrDefault(i => i < ordered.Length && ordered[i].Start < ordered[i - 1].End);
            return overlap == 0 ? entries : throw Malformed(path, $"tensors '{ordered[overlap - 1].Name}' and '{ordered[overlap].Name}' overlap");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw Malformed(path, "its header is not the JSON that the format asks for");
        }
    }

    private static UserError Malformed(string path, string what) =>
        new($"{path} is not a safetensors file Sextant can read: {what}; fetch or write it again.");

    private sealed record Entry(string Name, torch.ScalarType Type, long[] Shape, long Start, long End);
}
