namespace Sextant.Pretrained;

/// <summary>What a pickle may name: each an entry of a closed list, none of them code of the file.</summary>
internal abstract record PickledGlobal
{
    private PickledGlobal()
    {
    }

    /// <summary>The type of a storage's values.</summary>
    public sealed record StorageClass(ElementType Element) : PickledGlobal;

    /// <summary>collections.OrderedDict.</summary>
    public sealed record OrderedDictionary : PickledGlobal;

    /// <summary>torch._utils._rebuild_tensor and _rebuild_tensor_v2.</summary>
    public sealed record RebuildTensor : PickledGlobal;

    /// <summary>torch._utils._rebuild_parameter: the tensor itself.</summary>
    public sealed record RebuildParameter : PickledGlobal;

    /// <summary>torch.Size: the tuple itself.</summary>
    public sealed record Size : PickledGlobal;

    /// <summary>torch.device: its name.</summary>
    public sealed record Device : PickledGlobal;

    /// <summary>A value such as torch.float32.</summary>
    public sealed record DataType(string Name) : PickledGlobal;
}

/// <summary>A storage that a pickle refers to by its key.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Element">Type of its values.</param>
/// <param name="Count">Values of the whole storage, as the pickle claims.</param>
internal sealed record PickledStorage(string Key, ElementType Element, long Count);

/// <summary>A storage, or the part of one that older files call a view.</summary>
internal readonly record struct StorageView(PickledStorage Storage, long Start, long Count);

/// <summary>A tensor within its storage.</summary>
/// <param name="Storage">Of its values.</param>
/// <param name="Start">Of the first value in the storage, in values.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Strides">In values, one for each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Start, long[] Shape, long[] Strides);

/// <summary>A dictionary in the order written; a key may be any value.</summary>
internal sealed class PickledDictionary
{
    public List<(object? Key, object? Value)> Entries { get; } = [];
}
