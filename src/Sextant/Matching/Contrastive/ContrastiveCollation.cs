using Sextant.Data;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Matching.Contrastive;

/// <summary>
/// Pictures with K captions each, which may be others every epoch: pixels and ids as input, [B K, T], the captions of a picture one after the other; what is expected, [B K], are groups of captions of equal ids among the k-th, which the model cannot tell apart (see <see cref="ContrastiveLoss"/>). What is counted as tokens
/// are pairs, the unit in which such trainings are told.
/// </summary>
/// <param name="pictures">A row for each example.</param>
/// <param name="count">How many examples.</param>
/// <param name="captions">K.</param>
/// <param name="caption">Of an epoch, an example and 0..K-1.</param>
/// <param name="tokenizer">Of the model.</param>
/// <param name="positions">The most ids of a caption, special ones included.</param>
/// <param name="sharesEqual">Whether equal captions are one group.</param>
internal sealed class ContrastiveCollation(
    PictureRows pictures, int count, int captions, Func<int, int, int, string> caption, EncoderTokenizer tokenizer, int positions, bool sharesEqual) : Collation
{
    /// <summary>The same for all, so that validation is cut into batches of one size.</summary>
    public override IReadOnlyList<Lengths> Lengths { get; } = [.. Enumerable.Repeat(new Lengths(0, positions), count)];

    public override BatchShape Shape(ReadOnlySpan<int> examples) => new(examples.Length, 0, positions, examples.Length, examples.Length);

    public override long Bytes(BatchShape shape) => shape.Examples * (pictures.Bytes + (sizeof(long) * (long)captions * positions));

    public override Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device)
    {
        int[][] ids = new int[examples.Length * captions][];
        long[] groups = new long[ids.Length];
        for (int k = 0; k < captions; k++)
        {
            var first = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < examples.Length; i++)
            {
                int at = (i * captions) + k;
                ids[at] = tokenizer.Encode(caption(epoch, examples[i], k), maximum: positions).Ids;
                string seen = string.Join(' ', ids[at]);
                groups[at] = !sharesEqual || first.TryAdd(seen, i) ? i : first[seen];
            }
        }

        var input = Ids(ids, tokenizer.PaddingId, device);
        var shape = Shape(examples) with { TargetLength = (int)input.shape[1] };
        return new Batch(null, null, input, null, Tensor(groups, device, groups.Length), shape) { Pixels = pictures.Get(epoch, examples, device) };
    }

    /// <summary>[B, T] int64, padded on the right with the end of a text, which no dispose scope owns.</summary>
    internal static torch.Tensor Ids(IReadOnlyList<int[]> texts, int paddingId, torch.Device device)
    {
        int longest = texts.Max(text => text.Length);
        long[] padded = new long[texts.Count * longest];
        Array.Fill(padded, paddingId);
        foreach (var (row, text) in texts.Index())
        {
            Array.ConvertAll(text, id => (long)id).CopyTo(padded, row * longest);
        }

        return Tensor(padded, device, texts.Count, longest);
    }
}
