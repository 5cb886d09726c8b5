using Sextant.Data;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>Batches of random tokens in the shape of a decoder-only model's pairs.</summary>
internal static class DecoderBatch
{
    public const int Vocabulary = 30;

    public static Batch Of(int examples, int source, int target)
    {
        var (length, held) = (source + target + 2, target + 1);
        long[] positions = [.. Enumerable.Range(0, examples * length).Where(i => i % length >= length - held).Select(i => (long)i)];
        return new Batch(
            null,
            null,
            randint(0, Vocabulary - 1, [examples, length], dtype: ScalarType.Int64),
            tensor(positions),
            randint(0, Vocabulary - 1, [examples * held], dtype: ScalarType.Int64),
            new BatchShape(examples, 0, length, examples * held, examples * length));
    }
}
