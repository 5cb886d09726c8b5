using Sextant.Data;
using Sextant.Matching.Contrastive;
using Sextant.Tokenization.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Matching.Contrastive;

public sealed class ContrastiveCollationTests
{
    private static readonly ClipTokenizer Tokenizer = ClipTokenizer.Train(["a red boat", "a blue boat at sea"], 560);

    /// <summary>Case is lost, white space too, and what is behind the last position.</summary>
    [Fact]
    public void Captions_that_the_model_cannot_tell_apart_are_one_group()
    {
        string[] captions = ["a red boat", "A red  Boat", "a blue boat", "a red boat at sea", "a red boat"];
        Assert.Equal([0, 0, 2, 0, 0], Groups(captions, positions: 5, sharesEqual: true));
        Assert.Equal([0, 0, 2, 3, 0], Groups(captions, positions: 9, sharesEqual: true));
        Assert.Equal([0, 1, 2, 3, 4], Groups(captions, positions: 9, sharesEqual: false));
    }

    /// <summary>Batches that are the same every epoch are kept for as long as they take little; pixels count.</summary>
    [Theory]
    [InlineData(1L << 20, true)]
    [InlineData(1L << 28, false)]
    public void Validation_batches_are_kept_where_their_pixels_take_little(long bytes, bool isKept)
    {
        var rows = new CountedRows(bytes);
        var collation = new ContrastiveCollation(rows, 4, 1, (_, _, _) => "a red boat", Tokenizer, 9, sharesEqual: true);
        using BatchSource source = new(BatchOrder.FixedBuckets(collation.Lengths, 2), collation, torch.CPU);
        for (int i = 0; i < 6; i++)
        {
            source.Release(source.Get(i, i % 2));
        }

        Assert.Equal(isKept ? 2 : 6, rows.Made);
    }

    private static long[] Groups(string[] captions, int positions, bool sharesEqual)
    {
        var collation = new ContrastiveCollation(new CountedRows(12), captions.Length, 1, (_, example, _) => captions[example], Tokenizer, positions, sharesEqual);
        using var batch = collation.Build(0, [.. Enumerable.Range(0, captions.Length)], torch.CPU);
        return batch.Expected.data<long>().ToArray();
    }

    private sealed class CountedRows(long bytes) : PictureRows
    {
        public int Made { get; private set; }

        public override long Bytes => bytes;

        public override torch.Tensor Get(int epoch, ReadOnlySpan<int> pictures, torch.Device device)
        {
            Made++;
            return torch.zeros(pictures.Length, 3).DetachFromDisposeScope();
        }
    }
}
