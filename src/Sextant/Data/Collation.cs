using TorchSharp;

namespace Sextant.Data;

/// <summary>Makes the tensors of a batch from the numbers of its examples.</summary>
internal abstract class Collation
{
    /// <summary>Cells of the tensors of every example.</summary>
    public abstract IReadOnlyList<Lengths> Lengths { get; }

    public abstract BatchShape Shape(ReadOnlySpan<int> examples);

    /// <summary>What the tensors of a batch take, nearly.</summary>
    public virtual long Bytes(BatchShape shape) => sizeof(long) * (long)shape.Examples * (shape.SourceLength + shape.TargetLength);

    /// <summary>Tensors that no dispose scope owns.</summary>
    public abstract Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device);

    private protected Lengths Longest(ReadOnlySpan<int> examples)
    {
        var longest = default(Lengths);
        foreach (int example in examples)
        {
            longest = longest.Cover(Lengths[example]);
        }

        return longest;
    }

    private protected static torch.Tensor Tensor(long[] values, torch.Device device, params ReadOnlySpan<long> shape) =>
        torch.tensor(values, shape, dtype: torch.ScalarType.Int64, device: device).DetachFromDisposeScope();
}
