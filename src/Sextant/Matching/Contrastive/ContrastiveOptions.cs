namespace Sextant.Matching.Contrastive;

/// <summary>How pictures and captions are held against one another; see <see cref="ContrastiveLoss"/>.</summary>
public sealed record ContrastiveOptions
{
    /// <summary>
    /// The most pairs of a batch that are computed at once, so that a batch may be larger than memory: the gradient is the whole batch's, for one more forward pass (see <see cref="CachedGradients"/>).
    /// Null computes the batch at once.
    /// </summary>
    public int? Chunk { get; init; }

    /// <summary>Whether equal captions of one batch are expected alike of each other's pictures; false holds them against each other as if they said something else.</summary>
    public bool SharesEqualCaptions { get; init; } = true;

    /// <summary>What cosines are multiplied by at the start; null for what the model brings (a new one: e to the power of initialLogitScale).</summary>
    public double? Scale { get; init; }

    /// <summary>The most that cosines may be multiplied by (100: Radford 2021, section 2.5).</summary>
    public double MaximumScale { get; init; } = 100;

    /// <summary>Whether the factor on cosines is learned.</summary>
    public bool TrainsScale { get; init; } = true;

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "contrastive")
    {
        if (Chunk is < 1)
        {
            yield return $"{path}.chunk: {Chunk} is not at least 1; leave it out to compute a batch at once.";
        }

        if (MaximumScale is not (> 0 and <= 1e6))
        {
            yield return FormattableString.Invariant($"{path}.maximumScale: {MaximumScale} is not more than 0 and at most 1e6.");
        }

        if (Scale is double scale && !(scale > 0 && scale <= MaximumScale))
        {
            yield return FormattableString.Invariant($"{path}.scale: {Scale} is not more than 0 and at most {path}.maximumScale {MaximumScale}.");
        }
    }
}
