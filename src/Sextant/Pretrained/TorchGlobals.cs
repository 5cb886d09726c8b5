namespace Sextant.Pretrained;

/// <summary>The names that a pickle of weights may use, and what calling them gives: tensors within their storages, and plain values.</summary>
internal static class TorchGlobals
{
    private static readonly HashSet<string> DataTypes =
    [
        "float32", "float", "float64", "double", "float16", "half", "bfloat16", "int64", "long", "int32", "int", "int16", "short", "int8", "uint8", "bool", "complex64", "complex128",
        "float8_e4m3fn", "float8_e5m2",
    ];

    private static readonly HashSet<string> UnsupportedStorages =
    [
        "ComplexFloatStorage", "ComplexDoubleStorage", "QInt8Storage", "QUInt8Storage", "QInt32Storage", "QUInt4x2Storage", "QUInt2x4Storage", "UntypedStorage",
    ];

    /// <exception cref="PickleAsks">It is not on the list.</exception>
    /// <exception cref="PickleFault">It is a type of values that Sextant does not support.</exception>
    public static PickledGlobal Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => new PickledGlobal.OrderedDictionary(),
        ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2") => new PickledGlobal.RebuildTensor(),
        ("torch._utils", "_rebuild_parameter") => new PickledGlobal.RebuildParameter(),
        ("torch", "Size") => new PickledGlobal.Size(),
        ("torch", "device") => new PickledGlobal.Device(),
        ("torch", _) when DataTypes.Contains(name) => new PickledGlobal.DataType(name),
        ("torch", _) when ElementType.All.FirstOrDefault(t => t.TorchStorage == name) is { } element => new PickledGlobal.StorageClass(element),
        ("torch" or "torch.storage", _) when UnsupportedStorages.Contains(name) => throw new PickleFault($"it holds values of the kind {module}.{name}, which Sextant does not support"),
        _ => throw new PickleAsks($"{module}.{name}"),
    };

    /// <summary>How many values of its arguments a call copies.</summary>
    public static long CopiedBy(PickledGlobal global, object?[] arguments) => (global, arguments) switch
    {
        (PickledGlobal.OrderedDictionary, [List<object?> pairs]) => pairs.Count,
        (PickledGlobal.RebuildTensor, [_, _, object?[] shape, object?[] strides, ..]) => (long)shape.Length + strides.Length,
        _ => 0,
    };

    /// <exception cref="PickleFault">It cannot be called, or not like this.</exception>
    public static object? Call(PickledGlobal global, object?[] arguments) => (global, arguments) switch
    {
        (PickledGlobal.OrderedDictionary, []) => new PickledDictionary(),
        (PickledGlobal.OrderedDictionary, [List<object?> pairs]) => Ordered(pairs),
        (PickledGlobal.RebuildTensor, [StorageView storage, long start, object?[] shape, object?[] strides, .. { Length: <= 3 }]) => Tensor(storage, start, shape, strides),
        (PickledGlobal.RebuildParameter, [PickledTensor tensor, _, _]) => tensor,
        (PickledGlobal.Size, [object?[] shape]) => shape,
        (PickledGlobal.Device, [string kind, .. { Length: <= 1 }]) => kind,
        _ => throw new PickleFault($"it calls {Name(global)} with arguments that do not fit"),
    };

    /// <summary>A tensor over a storage, held against the storage's size as the pickle claims it; the file is held against that later.</summary>
    private static PickledTensor Tensor(StorageView storage, long start, object?[] shape, object?[] strides)
    {
        long[] sizes = Numbers(shape), steps = Numbers(strides);
        if (sizes.Length != steps.Length || steps.Any(s => s < 0) || StoredTensor.CountOf(sizes) is not { } count)
        {
            throw new PickleFault("it declares a tensor of an impossible shape");
        }

        var last = (Int128)start;
        for (int i = 0; i < sizes.Length && count > 0 && last < storage.Count; i++)
        {
            last += (Int128)(sizes[i] - 1) * steps[i];
        }

        // A step of 0 repeats values; as many values as the storage has is what memory is reserved for at most.
        return start >= 0 && start <= storage.Count && count <= storage.Count && (count == 0 || last < storage.Count)
            ? new PickledTensor(storage.Storage, storage.Start + start, sizes, steps)
            : throw new PickleFault($"it declares a tensor of {count} values, [{string.Join(", ", sizes)}] from {start} on, over a storage of {storage.Count}");
    }

    private static long[] Numbers(object?[] tuple) => tuple.Length <= StoredTensor.MostDimensions
        ? [.. tuple.Select(n => n is long number ? number : throw new PickleFault("it declares a tensor whose shape is not of whole numbers"))]
        : throw new PickleFault($"it declares a tensor of {tuple.Length} dimensions, more than {StoredTensor.MostDimensions}");

    /// <summary>As Python 2 wrote them: a list of pairs.</summary>
    private static PickledDictionary Ordered(List<object?> pairs)
    {
        var dictionary = new PickledDictionary();
        foreach (object? pair in pairs)
        {
            dictionary.Entries.Add(pair switch
            {
                object?[] and [var key, var value] => (key, value),
                List<object?> and [var key, var value] => (key, value),
                _ => throw new PickleFault("it makes a dictionary of what are no pairs"),
            });
        }

        return dictionary;
    }

    private static string Name(PickledGlobal global) => global switch
    {
        PickledGlobal.OrderedDictionary => "collections.OrderedDict",
        PickledGlobal.RebuildTensor => "torch._utils._rebuild_tensor_v2",
        PickledGlobal.RebuildParameter => "torch._utils._rebuild_parameter",
        PickledGlobal.StorageClass storage => $"torch.{storage.Element.TorchStorage}",
        PickledGlobal.DataType type => $"torch.{type.Name}",
        PickledGlobal.Size => "torch.Size",
        _ => "torch.device",
    };
}
