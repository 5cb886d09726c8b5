namespace Sextant.Pretrained;

/// <summary>What both layouts of PyTorch's files share: the storages that a pickle refers to, and the tensors that it names.</summary>
internal sealed class TorchCheckpoint(FileBytes file)
{
    /// <summary>A state dictionary's pickle has some 300 bytes a tensor.</summary>
    public const int LongestPickle = 64 << 20;

    /// <summary>Under which training scripts keep the weights among other things.</summary>
    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model", "module"];

    private readonly Dictionary<string, PickledStorage> storages = new(StringComparer.Ordinal);

    /// <summary>By key, as the pickle claims them.</summary>
    public IReadOnlyDictionary<string, PickledStorage> Storages => storages;

    /// <summary>The storage of a persistent id: ('storage', type, key, location, count), in older files followed by nothing or (view's key, offset, count).</summary>
    /// <exception cref="PickleFault">It is something else, or contradicts an earlier one.</exception>
    public StorageView Load(object?[] id)
    {
        if (id is not ["storage", PickledGlobal.StorageClass type, string key, string or null, long and >= 0, .. { Length: <= 1 } rest])
        {
            throw new PickleFault("it refers to something that is no storage");
        }

        var storage = new PickledStorage(key, type.Element, (long)id[4]!);
        if (!storages.TryAdd(key, storage) && storages[key] != storage)
        {
            throw new PickleFault($"it says two things of the storage '{key.Shown()}'");
        }

        return rest switch
        {
            [] or [null] => new StorageView(storage, 0, storage.Count),
            [object?[] and [string, long and >= 0 and var start, long and >= 0 and var count]] when start <= storage.Count && count <= storage.Count - start => new StorageView(storage, start, count),
            _ => throw new PickleFault($"it takes a part of the storage '{key.Shown()}' that is not there"),
        };
    }

    /// <summary>The named tensors at the top of what a pickle built, or under one of the usual keys.</summary>
    /// <param name="format">The file's layout.</param>
    /// <param name="root">What the pickle built.</param>
    /// <param name="storage">The bytes of a storage, held against the file.</param>
    /// <exception cref="UserError">It holds no named tensors.</exception>
    public TensorContent Content(TensorFormat format, object? root, Func<PickledStorage, StorageBytes> storage)
    {
        if (root is not PickledDictionary top)
        {
            throw new UserError($"{file.Path} holds {Kind(root)} where names and their tensors are expected; save model.state_dict() instead.");
        }

        Dictionary<string, object?> values = new(StringComparer.Ordinal);
        foreach (var (key, value) in top.Entries)
        {
            if (key is string name)
            {
                values[name] = value; // the last one counts, as in Python
            }
        }

        string? under = UsualKeys.FirstOrDefault(k => HasTensors(values.GetValueOrDefault(k)));
        var named = under is null ? top : (PickledDictionary)values[under]!;
        if (!HasTensors(named))
        {
            throw new UserError($"{file.Path} holds no named tensors, neither at the top nor under {string.Join(", ", UsualKeys)}; save model.state_dict() instead.");
        }

        List<string> leftOut = [.. top.Entries.Where(e => under is not null && e.Value != named).Select(e => LeftOut("", e.Key, e.Value))];
        List<StoredTensor> tensors = [];
        foreach (var (key, value) in named.Entries)
        {
            if (key is string name && value is PickledTensor tensor)
            {
                var element = tensor.Storage.Element;
                tensors.Add(StoredTensor.Of(name, element, tensor.Shape, tensor.Strides, storage(tensor.Storage), tensor.Start * element.Bytes));
            }
            else
            {
                leftOut.Add(LeftOut(under is null ? "" : under + ".", key, value));
            }
        }

        return new TensorContent(format, tensors) { LeftOut = leftOut, Under = under };
    }

    private static bool HasTensors(object? value) =>
        value is PickledDictionary dictionary && dictionary.Entries.Any(e => e is { Key: string, Value: PickledTensor });

    private static string LeftOut(string prefix, object? key, object? value) =>
        $"{prefix}{(key is string or long ? key.ToString()!.Shown() : Kind(key))} ({Kind(value)})";

    private static string Kind(object? value) => value switch
    {
        null => "nothing",
        bool => "true or false",
        long or Int128 or double => "a number",
        string => "a text",
        byte[] => "bytes",
        object?[] => "a tuple",
        List<object?> => "a list",
        PickledDictionary => "a dictionary",
        PickledTensor => "a tensor",
        StorageView => "a storage",
        _ => "a type",
    };
}
