using TorchSharp;

namespace Sextant.Data;

/// <summary>
/// Blocks of T tokens for a decoder-only model; the last may be shorter. Each predicts the T tokens one position on, so that
/// every token but the first is predicted once.
/// </summary>
/// <param name="tokens">The ids; not owned.</param>
/// <param name="start">Position of the first id.</param>
/// <param name="predicted">Tokens that are predicted in all.</param>
/// <param name="blockLength">T.</param>
/// <param name="offset">How many ids an epoch skips first.</param>
internal sealed class TextCollation(TokenFile tokens, long start, long predicted, int blockLength, Func<int, long> offset) : Collation
{
    private readonly BlockLengths lengths = new(predicted, blockLength);

    public override IReadOnlyList<Lengths> Lengths => lengths;

    public override BatchShape Shape(ReadOnlySpan<int> examples)
    {
        int longest = Longest(examples).Target;
        int held = 0;
        foreach (int example in examples)
        {
            held += lengths[example].Target;
        }

        return new BatchShape(examples.Length, 0, longest, held, held);
    }

    public override Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device)
    {
        var shape = Shape(examples);
        int width = shape.TargetLength;
        bool padded = shape.LossPositions < examples.Length * width;
        long[] input = new long[examples.Length * width];
        long[] expected = new long[shape.LossPositions];
        long[] positions = padded ? new long[shape.LossPositions] : [];
        long first = start + offset(epoch);
        int held = 0;
        for (int b = 0; b < examples.Length; b++)
        {
            int length = lengths[examples[b]].Target;
            long position = first + ((long)examples[b] * blockLength);
            tokens.Read(position, input.AsSpan(b * width, length));
            tokens.Read(position + 1, expected.AsSpan(held, length));
            for (int i = 0; padded && i < length; i++)
            {
                positions[held + i] = (b * width) + i;
            }

            held += length;
        }

        return new Batch(
            Source: null,
            SourceMask: null,
            Tensor(input, device, examples.Length, width),
            padded ? Tensor(positions, device, held) : null,
            Tensor(expected, device, held),
            shape);
    }

    /// <summary>All blocks are T long but the last, so their lengths take no memory.</summary>
    private sealed class BlockLengths(long predicted, int blockLength) : IReadOnlyList<Lengths>
    {
        public int Count { get; } = checked((int)((predicted + blockLength - 1) / blockLength));

        public Lengths this[int index] => new(0, (int)Math.Min(blockLength, predicted - ((long)index * blockLength)));

        public IEnumerator<Lengths> GetEnumerator()
        {
            for (int i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
