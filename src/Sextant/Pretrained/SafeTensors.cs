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
    private const long ValuesAtATime = 1 << 24; // the bytes of a tensor are a span, which ends at 2 GiB

    /// <summary>Writes the tensors in the order given; the file is there whole or not at all.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="tensors">Distinct names and tensors of any shape and device; no complex or quantised ones.</param>
    /// <exception cref="ArgumentException">A type that files of weights do not hold, or a name given twice.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, torch.Tensor>> tensors)
    {
        List<KeyValuePair<string, torch.Tensor>> all = [.. tensors];
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long offset = 0;
        foreach ((string name, var tensor) in all)
        {
            var type = ElementType.Of(tensor.dtype) ?? throw new ArgumentException($"'{name}' is of {tensor.dtype}, which safetensors does not hold.", nameof(tensors));
            long end = offset + (tensor.numel() * type.Bytes);
            header.Add(name, new JsonObject
            {
                ["dtype"] = type.InSafeTensors,
                ["shape"] = new JsonArray([.. tensor.shape.Select(n => (JsonNode)n)]),
                ["data_offsets"] = new JsonArray(offset, end),
            });
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
                WriteValues(file, tensor);
            }
        });
    }

    /// <summary>Reads every tensor of a file into memory of the CPU. The caller owns them.</summary>
    /// <exception cref="UserError">The file is not what the format says.</exception>
    public static IReadOnlyDictionary<string, torch.Tensor> Read(string path)
    {
        using var file = FileBytes.Open(path);
        return SafeTensorsHeader.Read(file).Tensors.ToDictionary(t => t.Name, t => t.Read(), StringComparer.Ordinal);
    }

    private static void WriteValues(Stream file, torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var values = tensor.detach().cpu().contiguous().view(-1);
        long count = values.numel();
        for (long at = 0; at < count; at += ValuesAtATime)
        {
            file.Write(values.narrow(0, at, Math.Min(ValuesAtATime, count - at)).bytes);
        }
    }
}
