using System.Text.Json.Serialization;
using Sextant.Models.Encoders;

namespace Sextant.Models.Clip;

/// <summary>What a CLIP is made of (Radford 2021), but for its vocabulary: a tower for pictures, a tower for texts, and the space where their features meet.</summary>
public sealed record ClipOptions
{
    public required PictureTowerOptions Picture { get; init; }

    public required TextTowerOptions Text { get; init; }

    /// <summary>P, the width of a feature.</summary>
    public required int Projection { get; init; }

    /// <summary>What the logarithm of the factor on cosines starts from: 1 / 0.07 (Radford 2021, section 2.5).</summary>
    public double InitialLogitScale { get; init; } = 2.6592;

    /// <summary>On every deviation that new weights are drawn with.</summary>
    public double InitialFactor { get; init; } = 1;

    /// <summary>ViT-B/32 with the text tower of the published openai/clip-vit-base-patch32: with 49,408 tokens 151,277,313 parameters.</summary>
    [JsonIgnore]
    public static ClipOptions BasePatch32 => new()
    {
        Picture = new PictureTowerOptions { Hidden = 768, Layers = 12, Heads = 12, FeedForward = 3072, Size = 224, Patch = 32 },
        Text = new TextTowerOptions { Hidden = 512, Layers = 12, Heads = 8, FeedForward = 2048 },
        Projection = 512,
    };

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "model")
    {
        foreach (string problem in Picture.Problems($"{path}.picture").Concat(Text.Problems($"{path}.text")))
        {
            yield return problem;
        }

        if (Projection < 1)
        {
            yield return $"{path}.projection: {Projection} is not at least 1.";
        }

        if (InitialLogitScale is not (> -20 and < 20))
        {
            yield return FormattableString.Invariant($"{path}.initialLogitScale: {InitialLogitScale} is not between -20 and 20; it is the logarithm of the factor on cosines.");
        }

        if (InitialFactor is not (> 0 and < 100))
        {
            yield return FormattableString.Invariant($"{path}.initialFactor: {InitialFactor} is not between 0 and 100.");
        }
    }
}

/// <summary>What either tower has: layers whose norms stand before what they normalise.</summary>
public abstract record TowerOptions
{
    private protected TowerOptions()
    {
    }

    /// <summary>H, the width of a position's vector.</summary>
    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    /// <summary>Of attention; a divisor of <see cref="Hidden"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>The inner width of the feed-forward part.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Between the two products of the feed-forward part.</summary>
    public Activation Activation { get; init; } = Activation.QuickGelu;

    /// <summary>Added to the variance in a normalisation.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>The share of attention's weights that training drops, 0..1.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Deviation that new embeddings are drawn with.</summary>
    public double InitialDeviation { get; init; } = 0.02;

    /// <summary>Everything that is wrong, each with its path.</summary>
    public virtual IEnumerable<string> Problems(string path)
    {
        foreach (var (name, value) in new[] { ("hidden", Hidden), ("layers", Layers), ("heads", Heads), ("feedForward", FeedForward) })
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

        if (NormEpsilon is not (> 0 and < 1))
        {
            yield return FormattableString.Invariant($"{path}.normEpsilon: {NormEpsilon} is not between 0 and 1.");
        }

        if (AttentionDropout is not (>= 0 and < 1))
        {
            yield return FormattableString.Invariant($"{path}.attentionDropout: {AttentionDropout} is not from 0 to less than 1.");
        }

        if (InitialDeviation is not (> 0 and < 10))
        {
            yield return FormattableString.Invariant($"{path}.initialDeviation: {InitialDeviation} is not between 0 and 10.");
        }
    }
}

/// <summary>A vision transformer (Dosovitskiy 2021) with a norm before its layers.</summary>
public sealed record PictureTowerOptions : TowerOptions
{
    /// <summary>Pixels a side.</summary>
    public required int Size { get; init; }

    /// <summary>Pixels a side of what one position stands for; a divisor of <see cref="Size"/>.</summary>
    public required int Patch { get; init; }

    /// <summary>Numbers a pixel.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>How a patch becomes a vector.</summary>
    public PictureStem Stem { get; init; } = new PictureStem.Patches();

    /// <summary>Patches of a picture and the class token before them.</summary>
    [JsonIgnore]
    public int Positions => (Size / Patch * (Size / Patch)) + 1;

    public override IEnumerable<string> Problems(string path)
    {
        foreach (string problem in base.Problems(path))
        {
            yield return problem;
        }

        foreach (var (name, value) in new[] { ("size", Size), ("patch", Patch), ("channels", Channels) })
        {
            if (value < 1)
            {
                yield return $"{path}.{name}: {value} is not at least 1.";
            }
        }

        if (Size >= 1 && Patch >= 1 && Size % Patch != 0)
        {
            yield return $"{path}.patch: {Patch} does not divide {path}.size {Size}.";
        }

        if (Patch >= 1 && (double)Size / Patch > 1000)
        {
            yield return $"{path}.patch: {Patch} makes more than a million positions of {path}.size {Size}.";
        }

        if (Stem is PictureStem.Convolutions stem)
        {
            if (stem.Widths.Any(width => width is < 1 or > 65_536))
            {
                yield return $"{path}.stem.widths: {string.Join(", ", stem.Widths)} are not all from 1 to 65,536.";
            }

            if (stem.Widths.Count > 15 || Patch != 2 << stem.Widths.Count)
            {
                yield return $"{path}.patch: {Patch} is not {(stem.Widths.Count > 15 ? "that" : 2 << stem.Widths.Count)} of a stem of {stem.Widths.Count + 1} convolutions, each of which halves the sides; change one of them.";
            }
        }
    }
}

/// <summary>How patches become vectors. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Patches), "patches")]
[JsonDerivedType(typeof(Convolutions), "convolutions")]
public abstract record PictureStem
{
    private PictureStem()
    {
    }

    /// <summary>One matrix for every patch (Dosovitskiy 2021, equation 1), without an offset.</summary>
    public sealed record Patches : PictureStem;

    /// <summary>
    /// Convolutions of 3 by 3, each halving the sides (Xiao 2021): one for each width and a last one of the tower's hidden width. A patch is then 2 to the power of how many there are. No published CLIP has
    /// such a stem, and other tools do not read it.
    /// </summary>
    public sealed record Convolutions : PictureStem
    {
        /// <summary>Channels that each convolution before the last leaves.</summary>
        public IReadOnlyList<int> Widths { get; init; } = [32, 64];

        public bool Equals(Convolutions? other) => other is not null && Widths.SequenceEqual(other.Widths);

        public override int GetHashCode() => Widths.Aggregate(17, HashCode.Combine);
    }
}

/// <summary>A causal transformer; a text's feature is taken at its end.</summary>
public sealed record TextTowerOptions : TowerOptions
{
    /// <summary>Rows of the table of positions: the most that a text can have.</summary>
    public int Positions { get; init; } = 77;

    /// <summary>The id of the token that ends a text; null for the highest id of the text, as in the published models. Other than null where a vocabulary has tokens after it.</summary>
    [JsonIgnore]
    public int? End { get; init; }

    public override IEnumerable<string> Problems(string path)
    {
        foreach (string problem in base.Problems(path))
        {
            yield return problem;
        }

        if (Positions < 2)
        {
            yield return $"{path}.positions: {Positions} leave no room for a text between its first and last token.";
        }

        if (End < 0)
        {
            yield return $"{path}.end: {End} is no id of a token.";
        }
    }
}
