using Sextant.Data;
using Sextant.Matching.Contrastive;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Experiments.Clip;

/// <summary>Pictures of one part of the data, with their captions.</summary>
/// <param name="Pixels">The pictures.</param>
/// <param name="Each">How many captions of a picture train at once.</param>
/// <param name="Caption">Of an epoch, a row of <paramref name="Pixels"/> and 0 to <paramref name="Each"/>, exclusive.</param>
/// <param name="Captions">Of a row: all that are known of it, for retrieval.</param>
internal sealed record CaptionedPart(PicturePixels Pixels, int Each, Func<int, int, int, string> Caption, Func<int, IReadOnlyList<string>> Captions)
{
    public int Count => Pixels.Numbers.Count;

    /// <summary>Batches of it.</summary>
    /// <param name="order">By the sizes of examples.</param>
    /// <param name="rows">What a picture tower is given: the pixels, or what it made of them.</param>
    /// <param name="tokenizer">Of the model.</param>
    /// <param name="positions">Of its text tower.</param>
    /// <param name="sharesEqual">See <see cref="ContrastiveOptions.SharesEqualCaptions"/>.</param>
    /// <param name="device">Where the model is.</param>
    public BatchSource Batches(Func<IReadOnlyList<Lengths>, BatchOrder> order, PictureRows rows, EncoderTokenizer tokenizer, int positions, bool sharesEqual, torch.Device device)
    {
        var collation = new ContrastiveCollation(rows, Count, Each, Caption, tokenizer, positions, sharesEqual);
        return new BatchSource(order(collation.Lengths), collation, device);
    }
}
