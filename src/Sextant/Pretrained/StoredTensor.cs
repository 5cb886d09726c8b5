using TorchSharp;

namespace Sextant.Pretrained;

/// <summary>A tensor in a file: what it is, where it lies, and its values when they are asked for. It can be read as long as its <see cref="TensorFile"/> is open.</summary>
public sealed unsafe class StoredTensor
{
    /// <summary>As many dimensions as torch can iterate over.</summary>
    internal const int MostDimensions = 64;

    private readonly StorageBytes storage;
    private readonly ElementType element;
    private readonly long[] shape;
    private readonly long[]? strides;

    /// <summary>Of the first value, in bytes from the start of the storage.</summary>
    private readonly long start;

    /// <summary>Values from the first to the last in the storage, those between that are not part of the tensor included.</summary>
    private readonly long extent;

    private StoredTensor(string name, ElementType element, long[] shape, long[]? strides, StorageBytes storage, long start, long extent)
    {
        (Name, this.element, this.shape, this.strides, this.storage, this.start, this.extent) = (name, element, shape, strides, storage, start, extent);
        Count = shape.Aggregate(1L, (a, b) => a * b);
    }

    public string Name { get; }

    public torch.ScalarType Type => element.Type;

    /// <summary>The type as numpy and torch spell it: "float32", "bfloat16".</summary>
    public string TypeName => element.Name;

    /// <summary>Empty for a single number.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>In values; null where the tensor lies row by row without gaps.</summary>
    public IReadOnlyList<long>? Strides => strides;

    /// <summary>Values: the product of the shape.</summary>
    public long Count { get; }

    public TensorStorage Storage => new(storage.File.Path, storage.Key, storage.Offset + start, storage.Bytes);

    /// <summary>A tensor of its own on the CPU, contiguous, of the type in the file.</summary>
    /// <exception cref="UserError">A compressed file turns out to be damaged.</exception>
    public torch.Tensor Read()
    {
        var tensor = torch.empty(shape, dtype: Type);
        try
        {
            CopyTo(tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Copies the values into a tensor of the same shape, on any device, straight from the mapped file where nothing has to be converted; no gradient is recorded.</summary>
    /// <param name="destination">Of the same type; or of another floating-point type where the file holds floating point.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="UserError">The file holds whole numbers where floating point is asked for, or the other way round.</exception>
    public void CopyTo(torch.Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!destination.shape.AsSpan().SequenceEqual(shape))
        {
            throw new ArgumentException($"'{Name}' has the shape [{string.Join(", ", shape)}], the destination [{string.Join(", ", destination.shape)}].", nameof(destination));
        }

        if (destination.dtype != Type && !(destination.is_floating_point() && element.IsFloatingPoint))
        {
            throw new UserError($"Tensor '{Name.Shown()}' of {storage.File.Path} holds {TypeName}, where {ElementType.Of(destination.dtype)?.Name ?? destination.dtype.ToString()} is needed; use a checkpoint of that model.");
        }

        if (Count == 0)
        {
            return;
        }

        using var noGradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (strides is null && destination.dtype == Type && destination.device_type == DeviceType.CPU && destination.is_contiguous())
        {
            CopyValues(destination);
            return;
        }

        var values = torch.empty(extent, dtype: Type);
        CopyValues(values);
        destination.copy_(strides is null ? values.view(shape) : values.as_strided(shape, strides, 0));
    }

    /// <summary>A tensor that is known to lie within its storage.</summary>
    /// <param name="name">In the file.</param>
    /// <param name="element">Type of the values.</param>
    /// <param name="shape">No dimension is negative, and the values can be counted.</param>
    /// <param name="strides">In values; null for row by row.</param>
    /// <param name="storage">Where the values lie.</param>
    /// <param name="start">Of the first value in the storage, in bytes.</param>
    internal static StoredTensor Of(string name, ElementType element, long[] shape, long[]? strides, StorageBytes storage, long start)
    {
        long[]? needed = strides is null || IsContiguous(shape, strides) ? null : strides;
        long extent = shape.Contains(0) ? 0 : needed is null ? shape.Aggregate(1L, (a, b) => a * b) : 1 + shape.Zip(needed, (n, s) => (n - 1) * s).Sum();
        return new StoredTensor(name, element, shape, needed, storage, start, extent);
    }

    /// <summary>How many values a shape has; null where it is none, or more than can be counted.</summary>
    internal static long? CountOf(ReadOnlySpan<long> shape)
    {
        if (shape.Length > MostDimensions)
        {
            return null;
        }

        long count = 1;
        bool isEmpty = false;
        foreach (long n in shape)
        {
            if (n < 0 || (n > 0 && count > long.MaxValue / n))
            {
                return null;
            }

            isEmpty |= n == 0;
            count *= Math.Max(1, n);
        }

        return isEmpty ? 0 : count;
    }

    private static bool IsContiguous(long[] shape, long[] strides)
    {
        long expected = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] == 0)
            {
                return true;
            }

            if (shape[i] != 1 && strides[i] != expected)
            {
                return false;
            }

            expected *= shape[i];
        }

        return true;
    }

    /// <summary>Fills a contiguous tensor of the CPU with the values as they lie.</summary>
    private void CopyValues(torch.Tensor into)
    {
        using var first = into.detach().view(-1).narrow(0, 0, 1); // the bytes of a whole tensor are a span, which ends at 2 GiB
        fixed (byte* destination = first.bytes)
        {
            storage.CopyTo(start, destination, extent * element.Bytes);
        }
    }
}

/// <summary>Where a tensor lies.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Key">Of the storage in a PyTorch file, which several tensors may share; null in safetensors, where each has its own.</param>
/// <param name="Offset">Of the tensor's first value, in bytes from the start of the file; null where the storage is compressed.</param>
/// <param name="Bytes">Size of the whole storage.</param>
public sealed record TensorStorage(string File, string? Key, long? Offset, long Bytes);
