using System.Buffers.Binary;

namespace Sextant.Pretrained;

/// <summary>
/// What torch.save wrote before PyTorch 1.6: five pickles in a row (a magic number, the version of the layout, the machine, the object,
/// the keys of the storages), then each storage as a count of eight bytes and its values.
/// </summary>
internal static class TorchLegacy
{
    private const long LayoutVersion = 1001;

    /// <summary>torch.serialization.MAGIC_NUMBER.</summary>
    private static readonly Int128 Magic = new(0x1950, 0xa86a20f9469cfc6c);

    /// <exception cref="UserError">It is another pickle, malformed, or asks for what weights have no need of.</exception>
    public static TensorContent Read(FileBytes file)
    {
        var checkpoint = new TorchCheckpoint(file);
        long at = 0;
        if (Next() is not Int128 magic || magic != Magic)
        {
            throw file.Malformed("it is a pickle of Python, and not one that torch.save wrote");
        }

        if (Next() is not LayoutVersion)
        {
            throw file.Malformed($"it is not of the layout {LayoutVersion}, the only one that torch.save ever wrote this way");
        }

        if (Next() is not PickledDictionary machine)
        {
            throw file.Malformed("it does not describe the machine that wrote it");
        }

        if (machine.Entries.Any(e => e is { Key: "little_endian", Value: false }))
        {
            throw new UserError($"{file.Path} was written on a machine of big-endian byte order, and Sextant reads little-endian; save it again on a common machine.");
        }

        object? root = Next();
        var keys = Next() as List<object?> ?? throw file.Malformed("it does not list its storages");
        var storages = Storages(file, at, keys, checkpoint.Storages);
        return checkpoint.Content(TensorFormat.TorchLegacy, root, s => storages[s.Key]);

        object? Next()
        {
            var (value, bytes) = Unpickler.Run(file, file.Slice(at, Math.Min(file.Length - at, TorchCheckpoint.LongestPickle)), checkpoint.Load);
            at += bytes;
            return value;
        }
    }

    private static Dictionary<string, StorageBytes> Storages(FileBytes file, long at, List<object?> keys, IReadOnlyDictionary<string, PickledStorage> claimed)
    {
        Dictionary<string, StorageBytes> storages = new(StringComparer.Ordinal);
        foreach (object? listed in keys)
        {
            if (listed is not string key || !claimed.TryGetValue(key, out var storage))
            {
                throw file.Malformed("it lists a storage that no tensor of it has");
            }

            long count = BinaryPrimitives.ReadInt64LittleEndian(file.Slice(at, sizeof(long)));
            at += sizeof(long);
            if (count != storage.Count || count > (file.Length - at) / storage.Element.Bytes)
            {
                throw file.Malformed($"the storage '{key.Shown()}' of {storage.Count} values does not have them: {count} are announced, and {file.Length - at} bytes are left");
            }

            if (!storages.TryAdd(key, new MappedStorage(file, key, at, count * storage.Element.Bytes)))
            {
                throw file.Malformed($"it lists the storage '{key.Shown()}' twice");
            }

            at += count * storage.Element.Bytes;
        }

        if (at != file.Length)
        {
            throw file.Malformed($"{file.Length - at} bytes follow its last storage");
        }

        return claimed.Keys.FirstOrDefault(k => !storages.ContainsKey(k)) is string missing
            ? throw file.Malformed($"the storage '{missing.Shown()}' that its pickle refers to is not in it")
            : storages;
    }
}
