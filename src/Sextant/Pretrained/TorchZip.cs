using System.Text;

namespace Sextant.Pretrained;

/// <summary>
/// What torch.save writes since PyTorch 1.6: a zip whose members are NAME/data.pkl, NAME/data/KEY for each storage, NAME/version and, in later
/// versions, NAME/byteorder.
/// </summary>
internal static class TorchZip
{
    private const string Pickle = "data.pkl";

    /// <exception cref="UserError">The zip or its pickle is malformed, or asks for what weights have no need of.</exception>
    public static TensorContent Read(FileBytes file)
    {
        var members = ZipDirectory.Read(file);
        string[] roots = [.. members.Keys.Where(n => n == Pickle || n.EndsWith("/" + Pickle, StringComparison.Ordinal)).Select(n => n[..^Pickle.Length])];
        if (roots is not [string root])
        {
            throw file.Malformed(roots.Length == 0 ? $"it is a zip without the {Pickle} that torch.save writes" : $"it is a zip with several {Pickle}");
        }

        if (members.ContainsKey(root + "constants.pkl"))
        {
            throw new UserError($"{file.Path} is a TorchScript archive, a program with its weights; save model.state_dict() of it with torch.save.");
        }

        if (members.TryGetValue(root + "byteorder", out var order) && Encoding.UTF8.GetString(Bytes(file, order)) is var written && written != "little")
        {
            throw new UserError($"{file.Path} was written on a machine of {written.Shown()}-endian byte order, and Sextant reads little-endian; save it again on a common machine.");
        }

        var checkpoint = new TorchCheckpoint(file);
        var (value, _) = Unpickler.Run(file, Bytes(file, members[root + Pickle]), checkpoint.Load);
        Dictionary<string, StorageBytes> storages = new(StringComparer.Ordinal);
        foreach (var (key, storage) in checkpoint.Storages)
        {
            storages[key] = Storage(file, members.GetValueOrDefault($"{root}data/{key}"), storage);
        }

        return checkpoint.Content(TensorFormat.TorchZip, value, s => storages[s.Key]);
    }

    private static StorageBytes Storage(FileBytes file, ZipMember? member, PickledStorage storage)
    {
        if (member is null)
        {
            throw file.Malformed($"the storage '{storage.Key.Shown()}' that its pickle refers to is not in it");
        }

        if (storage.Count > member.Bytes || storage.Count * storage.Element.Bytes != member.Bytes)
        {
            throw file.Malformed($"its pickle claims a storage of {storage.Count} values of {storage.Element.Name}, and '{member.Name.Shown()}' has {member.Bytes} bytes");
        }

        return member.IsDeflated ? new DeflatedStorage(file, storage.Key, member) : new MappedStorage(file, storage.Key, member.Start, member.Bytes);
    }

    /// <summary>The whole of a member that is no storage.</summary>
    private static ReadOnlySpan<byte> Bytes(FileBytes file, ZipMember member) => member.Bytes > TorchCheckpoint.LongestPickle
        ? throw file.Malformed($"'{member.Name.Shown()}' in it has {member.Bytes} bytes, more than a pickle of weights needs")
        : member.IsDeflated ? DeflatedStorage.Inflate(file, member) : file.Slice(member.Start, member.Bytes);
}
