using System.Text.Json.Serialization;

namespace Sextant.Models.Encoders;

/// <summary>What a BERT-family encoder is made of, but for its vocabulary. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Bert), "bert")]
[JsonDerivedType(typeof(Roberta), "roberta")]
public abstract record EncoderOptions
{
    private EncoderOptions()
    {
    }

    /// <summary>H, the width of a position's vector.</summary>
    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    /// <summary>Of attention; a divisor of <see cref="Hidden"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>The inner width of the feed-forward part.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Rows of the table of positions.</summary>
    public int Positions { get; init; } = 512;

    /// <summary>Rows of the table of token types: which text of a pair a token stands in.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>The token that fills up the shorter texts of a batch.</summary>
    public int PaddingId { get; init; }

    /// <summary>Added to the variance in a normalisation.</summary>
    public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>Between the two products of the feed-forward part.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>The share of cells that training drops after the embeddings and after each part of a layer, 0..1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>The same of the attention's weights.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>The same of what enters a classifier.</summary>
    public double ClassifierDropout { get; init; } = 0.1;

    /// <summary>Deviation of the normal distribution that new weights are drawn from (Devlin 2019 has 0.02 at a width of 768).</summary>
    public double InitialDeviation { get; init; } = 0.02;

    /// <summary>The most positions that an input can have.</summary>
    [JsonIgnore]
    public abstract int MaximumLength { get; }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "model")
    {
        foreach (var (name, value) in new[] { ("hidden", Hidden), ("layers", Layers), ("heads", Heads), ("feedForward", FeedForward), ("tokenTypes", TokenTypes) })
        {
            if (value < 1)
            {
                yield return $"{path}.{name}: {value} is not at least 1.";
            }
        }

        if (Heads >= 1 && Hidden % Heads != 0)
        {
            yield return $"{path}.heads: {Heads} do not divide {path}.hidden {Hidden}.";
        }

        if (PaddingId < 0)
        {
            yield return $"{path}.paddingId: {PaddingId} is negative.";
        }

        if (MaximumLength < 2)
        {
            yield return $"{path}.positions: {Positions} leave no room for a text between its first and last token.";
        }

        foreach (var (name, share) in new[] { ("dropout", Dropout), ("attentionDropout", AttentionDropout), ("classifierDropout", ClassifierDropout) })
        {
            if (share is not (>= 0 and < 1))
            {
                yield return FormattableString.Invariant($"{path}.{name}: {share} is not from 0 to less than 1.");
            }
        }

        if (NormEpsilon is not (> 0 and < 1))
        {
            yield return FormattableString.Invariant($"{path}.normEpsilon: {NormEpsilon} is not between 0 and 1.");
        }

        if (InitialDeviation is not (> 0 and < 10))
        {
            yield return FormattableString.Invariant($"{path}.initialDeviation: {InitialDeviation} is not between 0 and 10.");
        }
    }

    /// <summary>BERT (Devlin 2019): positions 0, 1, 2, ..., a pooler over the first token.</summary>
    public sealed record Bert : EncoderOptions
    {
        [JsonIgnore]
        public override int MaximumLength => Positions;
    }

    /// <summary>RoBERTa (Liu 2019): positions count from the padding token's id + 1, and padding stands at that id.</summary>
    public sealed record Roberta : EncoderOptions
    {
        /// <summary>With the constants of the published checkpoints.</summary>
        public Roberta() => (Positions, TokenTypes, PaddingId, NormEpsilon) = (514, 1, 1, 1e-5);

        [JsonIgnore]
        public override int MaximumLength => Positions - PaddingId - 1;
    }
}
