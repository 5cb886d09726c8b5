using System.Text.Json.Serialization;
using Sextant.Data;

namespace Sextant.Models;

/// <summary>Which model, and its size. Choices are closed: see the nested records. V, the vocabulary, comes from the tokeniser.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CourseEncoderDecoder), "courseEncoderDecoder")]
[JsonDerivedType(typeof(CourseDecoder), "courseDecoder")]
[JsonDerivedType(typeof(ModernEncoderDecoder), "modernEncoderDecoder")]
[JsonDerivedType(typeof(ModernDecoder), "modernDecoder")]
public abstract record ModelOptions
{
    private ModelOptions()
    {
    }

    /// <summary>H, the width of the residual stream.</summary>
    public required int Hidden { get; init; }

    /// <summary>L, the number of layers (of each stack).</summary>
    public required int Layers { get; init; }

    [JsonIgnore]
    public bool HasEncoder => this is CourseEncoderDecoder or ModernEncoderDecoder;

    /// <summary>How the model takes a pair.</summary>
    [JsonIgnore]
    public PairLayout Layout => HasEncoder ? PairLayout.EncoderDecoder : PairLayout.DecoderOnly;

    /// <summary>Every reason why no such model can be built, each with the path of what to change; empty if all is well.</summary>
    /// <param name="path">Where the options stand in what the user wrote.</param>
    public IEnumerable<string> Problems(string path = "model")
    {
        if (Hidden < 1)
        {
            yield return $"{path}.hidden: {Hidden} is not positive; choose 16, 32, 64, ...";
        }

        if (Layers < 1)
        {
            yield return $"{path}.layers: {Layers} is not positive; choose 1, 2, 3, ...";
        }

        foreach (string problem in this is Modern modern ? modern.OwnProblems(path) : [])
        {
            yield return problem;
        }
    }

    /// <summary>The course's encoder-decoder: one head, no normalisation, ReLU(Linear(H, H)).</summary>
    public sealed record CourseEncoderDecoder : ModelOptions;

    /// <summary>The course's decoder-only model: as above without cross-attention.</summary>
    public sealed record CourseDecoder : ModelOptions;

    /// <summary>What the modern models share: pre-norm, multi-head attention, gated feed-forward.</summary>
    public abstract record Modern : ModelOptions
    {
        /// <summary>Attention heads; divides H.</summary>
        public required int Heads { get; init; }

        /// <summary>F, the inner width of the gated feed-forward (three H x F matrices; Shazeer 2020).</summary>
        public required int FeedForward { get; init; }

        /// <summary>Probability that a value is dropped, 0..1.</summary>
        public double Dropout { get; init; }

        /// <summary>How the model knows positions.</summary>
        public Positions Positions { get; init; } = Positions.Rotary;

        /// <summary>The most positions a model with learned positions can take; ignored by the others.</summary>
        public int MaximumLength { get; init; } = 512;

        /// <summary>Whether the output layer is the embedding matrix (Press and Wolf 2017).</summary>
        public bool TieEmbeddings { get; init; } = true;

        /// <summary>
        /// The model whose learning rate this one takes over by the maximal-update parametrisation (Yang and Hu 2022, table 8): with Adam, initial
        /// weights, rates, scores and logits follow from the ratio to its sizes, and a model of its sizes is the standard one. Null for the standard parametrisation.
        /// </summary>
        public BaseShape? MaximalUpdateFrom { get; init; }

        internal IEnumerable<string> OwnProblems(string path)
        {
            if (Hidden > 0 && (Heads < 1 || Hidden % Heads != 0))
            {
                var divisors = Enumerable.Range(1, Hidden).Where(d => Hidden % d == 0).Take(16);
                yield return $"{path}.heads: {Heads} does not divide {path}.hidden {Hidden}; choose {string.Join(", ", divisors)}";
            }
            else if (Hidden > 0 && Positions == Positions.Rotary && Hidden / Heads % 2 != 0)
            {
                yield return $"{path}.heads: rotary positions turn pairs, and {path}.hidden {Hidden} / {Heads} heads is odd; "
                    + $"choose another number of heads or {path}.positions sinusoidal or learned";
            }

            if (FeedForward < 1)
            {
                yield return $"{path}.feedForward: {FeedForward} is not positive; about 8/3 of hidden, {Math.Max(8, Hidden * 8 / 3 / 8 * 8)}, is usual";
            }

            if (!(Dropout >= 0 && Dropout < 1))
            {
                yield return $"{path}.dropout: {Dropout} is not in 0 <= dropout < 1";
            }

            if (!Enum.IsDefined(Positions))
            {
                yield return $"{path}.positions: {(int)Positions} is none of rotary, sinusoidal, learned";
            }

            if (this is ModernEncoderDecoder { EncoderLayers: < 1 and var layers })
            {
                yield return $"{path}.encoderLayers: {layers} is not positive; leave it out for as many as the decoder's";
            }

            if (this is ModernEncoderDecoder { ShareLayers: true, EncoderLayers: int deeper } && deeper > Layers)
            {
                yield return $"{path}.encoderLayers: {deeper} are more than the {Layers} of the decoder, whose layers {path}.shareLayers uses; leave it out";
            }

            if (Positions == Positions.Learned && MaximumLength < 1)
            {
                yield return $"{path}.maximumLength: {MaximumLength} is not positive";
            }

            foreach (string problem in MaximalUpdateFrom?.Problems($"{path}.maximalUpdateFrom") ?? [])
            {
                yield return problem;
            }
        }
    }

    /// <summary><see cref="ModelOptions.Layers"/> layers in the decoder; one embedding matrix for both stacks.</summary>
    public sealed record ModernEncoderDecoder : Modern
    {
        /// <summary>Layers of the encoder; null for as many as the decoder's.</summary>
        public int? EncoderLayers { get; init; }

        /// <summary>
        /// Whether encoder layer i is the self-attention and feed-forward of decoder layer i, with their norms: one set of weights
        /// for both stacks (Xia 2019, "Tied Transformers"; Raffel 2020, section 3.2.2).
        /// </summary>
        public bool ShareLayers { get; init; }
    }

    /// <summary>Decoder-only, causal.</summary>
    public sealed record ModernDecoder : Modern;
}

/// <summary>How a model knows positions.</summary>
public enum Positions
{
    /// <summary>Rotation of queries and keys (Su 2021).</summary>
    Rotary,

    /// <summary>Added sines and cosines (Vaswani 2017, section 3.5).</summary>
    Sinusoidal,

    /// <summary>Added learned vectors.</summary>
    Learned,
}
