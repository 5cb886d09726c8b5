using Sextant.Matching;
using Sextant.Matching.Contrastive;

namespace Sextant.Experiments.Clip;

/// <summary>Captions that find their pictures, and pictures their captions, among those that validate.</summary>
internal sealed class ValidationRetrieval
{
    private readonly PictureRows rows;
    private readonly string[] captions;
    private readonly int[][] captionsOf;

    /// <param name="part">Pictures with all their captions.</param>
    /// <param name="rows">The same pictures as the model takes them.</param>
    public ValidationRetrieval(CaptionedPart part, PictureRows rows)
    {
        this.rows = rows;
        IReadOnlyList<string>[] all = [.. Enumerable.Range(0, part.Count).Select(part.Captions)];
        captions = [.. all.SelectMany(some => some).Distinct(StringComparer.Ordinal)];
        var numbers = captions.Index().ToDictionary(caption => caption.Item, caption => caption.Index, StringComparer.Ordinal);
        captionsOf = [.. all.Select(some => some.Select(caption => numbers[caption]).Distinct().ToArray())];
    }

    /// <summary>Of the weights as they stand.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public RetrievalMeasures Measure(ModelFeatures features) => RetrievalMeasures.Of(features.Pictures(rows, captionsOf.Length), features.Texts(captions), captionsOf);
}
