using TorchSharp;

namespace Sextant.Data;

/// <summary>
/// Batches by (epoch, index), in any order: a resumed run asks for the one it stopped at. Epochs count from 0; all have the
/// same number of batches, examples and tokens. Not for use by several threads at once.
/// </summary>
/// <remarks>
/// No dispose scope owns a batch's tensors. Hand every batch back by <see cref="Release"/> and never dispose one yourself:
/// batches that are the same every epoch are kept, and disposed with the source.
/// </remarks>
public sealed class BatchSource : IDisposable
{
    /// <summary>Batches are kept only while all of them take no more than this.</summary>
    private const long KeptBytes = 1L << 28;

    private readonly BatchOrder order;
    private readonly Collation collation;
    private readonly torch.Device device;
    private readonly Batch?[] kept;
    private int[][] batches;
    private int epochAtHand;

    internal BatchSource(BatchOrder order, Collation collation, torch.Device device)
    {
        this.order = order;
        this.collation = collation;
        this.device = device;
        batches = order.Epoch(0);
        long bytes = 0;
        for (int i = 0; i < batches.Length; i++)
        {
            var shape = Shape(0, i);
            ExamplesInEpoch += shape.Examples;
            TokensInEpoch += shape.Tokens;
            LossPositionsInEpoch += shape.LossPositions;
            LongestInput = Math.Max(LongestInput, Math.Max(shape.SourceLength, shape.TargetLength));
            bytes += collation.Bytes(shape);
        }

        kept = new Batch?[order.IsFixed && bytes <= KeptBytes ? batches.Length : 0];
    }

    public int BatchesInEpoch => order.Batches;

    public long ExamplesInEpoch { get; }

    /// <summary>Tokens without padding, see <see cref="BatchShape.Tokens"/>.</summary>
    public long TokensInEpoch { get; }

    public long LossPositionsInEpoch { get; }

    /// <summary>Positions of the longest input, encoder or decoder.</summary>
    public int LongestInput { get; }

    /// <summary>The sizes of a batch, without its tensors.</summary>
    public BatchShape Shape(int epoch, int index) => collation.Shape(Epoch(epoch)[index]);

    /// <summary>The share of an epoch's tensor cells that is padding, 0..1.</summary>
    public double Padding(int epoch)
    {
        long cells = Epoch(epoch).Select(b => collation.Shape(b)).Sum(s => (long)s.Examples * (s.SourceLength + s.TargetLength));
        return 1 - ((double)TokensInEpoch / cells);
    }

    /// <summary>A batch, to be handed back by <see cref="Release"/>.</summary>
    public Batch Get(int epoch, int index)
    {
        int[] examples = Epoch(epoch)[index];
        return kept.Length == 0
            ? collation.Build(epoch, examples, device)
            : kept[index] ??= collation.Build(epoch, examples, device);
    }

    /// <summary>So many examples drawn uniformly, each by itself, so that one may come twice, whatever the batches are made of. The caller disposes of it.</summary>
    internal Batch Draw(int epoch, int size, SeededRandom random) => collation.Build(epoch, Drawn(size, random), device);

    /// <summary>The sizes of such a batch.</summary>
    internal BatchShape DrawnShape(int size, SeededRandom random) => collation.Shape(Drawn(size, random));

    /// <summary>Takes a batch back that <see cref="Get"/> gave.</summary>
    public void Release(Batch batch)
    {
        if (kept.Length == 0)
        {
            batch.Dispose();
        }
    }

    public void Dispose()
    {
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i]?.Dispose();
            kept[i] = null;
        }
    }

    private int[] Drawn(int size, SeededRandom random)
    {
        int[] examples = new int[size];
        for (int i = 0; i < size; i++)
        {
            examples[i] = (int)random.Next(ExamplesInEpoch);
        }

        return examples;
    }

    private int[][] Epoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (epoch != epochAtHand && !order.IsFixed)
        {
            batches = order.Epoch(epoch);
        }

        epochAtHand = epoch;
        return batches;
    }
}
