using System.Buffers.Binary;
using System.Text.Json;

namespace Sextant.Pretrained;

/// <summary>
/// Reads the header of a safetensors file and holds it against the format's own rules: every byte of the data belongs to
/// exactly one tensor, and every tensor is as long as its shape says.
/// </summary>
internal static class SafeTensorsHeader
{
    /// <summary>The format's own bound.</summary>
    private const int Longest = 100_000_000;

    private const int LengthBytes = 8;

    private const string MetadataKey = "__metadata__";

    /// <exception cref="UserError">The file is not what the format says.</exception>
    public static TensorContent Read(FileBytes file)
    {
        if (file.Length < LengthBytes)
        {
            throw file.Malformed("it is shorter than the eight bytes that every safetensors file begins with");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, LengthBytes));
        if (length is 0 or > Longest || (long)length > file.Length - LengthBytes)
        {
            throw file.Malformed($"its header claims {length} bytes, and {file.Length - LengthBytes} follow");
        }

        var data = new Data(file, LengthBytes + (long)length);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        List<StoredTensor> tensors = [];
        List<Stretch> stretches = [];
        try
        {
            using var document = JsonDocument.Parse(file.Slice(LengthBytes, (long)length).ToArray());
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                string name = property.Name;
                if (!names.Add(name))
                {
                    throw file.Malformed($"its header names '{name.Shown()}' twice");
                }

                if (name == MetadataKey)
                {
                    foreach (var entry in property.Value.EnumerateObject())
                    {
                        metadata[entry.Name] = entry.Value.GetString() ?? "";
                    }

                    continue;
                }

                (var tensor, var stretch) = data.Tensor(name, property.Value);
                tensors.Add(tensor);
                stretches.Add(stretch);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw file.Malformed("its header is not the JSON that safetensors asks for");
        }

        data.HoldAgainst(stretches);
        return new TensorContent(TensorFormat.Safetensors, tensors) { Metadata = metadata };
    }

    /// <summary>The bytes of a tensor, from the start of the data.</summary>
    private readonly record struct Stretch(string Name, long Start, long End);

    /// <summary>What follows the header.</summary>
    private sealed class Data(FileBytes file, long start)
    {
        private readonly long length = file.Length - start;

        public (StoredTensor Tensor, Stretch Stretch) Tensor(string name, JsonElement entry)
        {
            JsonElement? dtype = null, shape = null, offsets = null;
            foreach (var property in entry.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "dtype" when dtype is null:
                        dtype = property.Value;
                        break;
                    case "shape" when shape is null:
                        shape = property.Value;
                        break;
                    case "data_offsets" when offsets is null:
                        offsets = property.Value;
                        break;
                    default:
                        throw file.Malformed($"tensor '{name.Shown()}' says '{property.Name.Shown()}', which is unknown or there twice");
                }
            }

            if (dtype is null || shape is null || offsets is not { } between || between.GetArrayLength() != 2)
            {
                throw file.Malformed($"tensor '{name.Shown()}' lacks a type, a shape or two offsets");
            }

            var element = Type(name, dtype.Value.GetString() ?? "");
            if (shape.Value.GetArrayLength() > StoredTensor.MostDimensions)
            {
                throw file.Malformed($"tensor '{name.Shown()}' has {shape.Value.GetArrayLength()} dimensions, more than {StoredTensor.MostDimensions}");
            }

            long[] sizes = [.. shape.Value.EnumerateArray().Select(n => n.GetInt64())];
            long from = between[0].GetInt64(), to = between[1].GetInt64();
            if (from < 0 || to < from || to > length)
            {
                throw file.Malformed($"tensor '{name.Shown()}' lies at bytes {from} to {to} of {length}");
            }

            return StoredTensor.CountOf(sizes) is long count && count <= length && count * element.Bytes == to - from
                ? (StoredTensor.Of(name, element, sizes, null, new MappedStorage(file, null, start + from, to - from), 0), new Stretch(name, from, to))
                : throw file.Malformed($"tensor '{name.Shown()}' has {to - from} bytes, and its shape [{string.Join(", ", sizes)}] of {element.Name} asks for another number");
        }

        /// <exception cref="UserError">Tensors overlap, or leave bytes that belong to none.</exception>
        public void HoldAgainst(IEnumerable<Stretch> stretches)
        {
            var before = new Stretch("", 0, 0);
            foreach (var stretch in stretches.OrderBy(s => s.Start).ThenBy(s => s.End))
            {
                if (stretch.Start < before.End)
                {
                    throw file.Malformed($"tensors '{before.Name.Shown()}' and '{stretch.Name.Shown()}' overlap");
                }

                if (stretch.Start > before.End)
                {
                    throw file.Malformed($"the bytes from {before.End} to {stretch.Start} of its data belong to no tensor");
                }

                before = stretch;
            }

            if (before.End != length)
            {
                throw file.Malformed($"its data has {length} bytes, and its tensors end at {before.End}");
            }
        }

        private ElementType Type(string name, string type) =>
            ElementType.All.FirstOrDefault(t => t.InSafeTensors == type)
            ?? throw (ElementType.UnsupportedInSafeTensors.Contains(type)
                ? new UserError($"{file.Path}: tensor '{name.Shown()}' has the type {type}, which Sextant does not support; use a checkpoint in float32, float16 or bfloat16.")
                : file.Malformed($"tensor '{name.Shown()}' has the unknown type '{type.Shown()}'"));
    }
}
