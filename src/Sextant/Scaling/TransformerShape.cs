namespace Sextant.Scaling;

/// <summary>
/// What of a transformer decides its parameters and FLOPs. L layers, d width, f inner width, h heads of k, V vocabulary,
/// N parameters; t positions of the decoder, s of the encoder. Numbers of parameters and FLOPs are double: 6 N D overflows 64 bits.
/// </summary>
public sealed record TransformerShape
{
    private const double BackwardAndForward = 3; // each product Y = X W has two in the backward pass, of its size: one for X, one for W

    /// <summary>L, of the decoder.</summary>
    public required int Layers { get; init; }

    /// <summary>Layers of the encoder; 0 for a decoder-only model. Where there is an encoder, each decoder layer attends to its output.</summary>
    public int EncoderLayers { get; init; }

    /// <summary>Whether the encoder's layers are the decoder's: computed, but no parameters of their own.</summary>
    public bool SharesLayers { get; init; }

    /// <summary>d, the width of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>f; without meaning where the feed-forward is one matrix.</summary>
    public int FeedForward { get; init; }

    /// <summary>Which matrices the feed-forward has.</summary>
    public FeedForwardKind FeedForwardKind { get; init; } = FeedForwardKind.Plain;

    /// <summary>h.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>k; d / h where it is not given.</summary>
    public int? HeadWidth { get; init; }

    /// <summary>Whether attention ends in a product of its own, [h k, d].</summary>
    public bool HasAttentionOutput { get; init; } = true;

    /// <summary>Whether attention knows distances by a projection of them and two vectors a layer (Dai 2019, "Transformer-XL"). Their products are in no count, as in Hoffmann's table A4.</summary>
    public bool HasRelativePositions { get; init; }

    /// <summary>Learned vectors for so many positions; 0 for none.</summary>
    public int LearnedPositions { get; init; }

    /// <summary>Vectors of width d that a normalisation has: 0 where there is none, 1 for a scale, 2 for a scale and a shift. One stands before each part of a layer and one after each stack.</summary>
    public int NormVectors { get; init; }

    /// <summary>Whether every product adds a vector, an output layer that is no embedding included.</summary>
    public bool HasBiases { get; init; }

    /// <summary>V.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Whether the output layer is the embedding.</summary>
    public bool TiesEmbeddings { get; init; } = true;

    /// <summary>Whether the encoder has an embedding of its own.</summary>
    public bool HasSourceEmbedding { get; init; }

    private double D => Width;

    /// <summary>h k.</summary>
    private double A => (double)Heads * (HeadWidth ?? (Width / Heads));

    private int Biases => HasBiases ? 1 : 0;

    private bool HasEncoder => EncoderLayers > 0;

    private bool IsCourseDecoder => this is
    {
        HasEncoder: false, FeedForwardKind: FeedForwardKind.Single, HasAttentionOutput: false, HasRelativePositions: false,
        LearnedPositions: 0, NormVectors: 0, HasBiases: true, TiesEmbeddings: false, Heads: 1,
    };

    /// <summary>
    /// N. course: layers and output layer, L(4d^2 + 4d) + dV + V. 6nd, everything, exact: every parameter. kaplan: without
    /// embeddings, learned positions and output layer (Kaplan 2020, section 2.1; norms and biases, which its table 1 neglects, are counted). hoffmann: the layers and
    /// one embedding matrix (Hoffmann 2022, table A4). palm: without learned positions (Chowdhery 2022, appendix B).
    /// </summary>
    /// <returns>Null where the convention does not apply: see <see cref="WhyNot"/>.</returns>
    public double? Parameters(Convention convention) => WhyNot(convention) is not null ? null : convention switch
    {
        Convention.Course => CourseCounting.Parameters(Width, Layers, Vocabulary),
        Convention.Kaplan => LayerParameters(),
        Convention.Hoffmann => LayerParameters() + (D * Vocabulary),
        Convention.Palm => AllParameters() - (D * LearnedPositions),
        _ => AllParameters(),
    };

    /// <summary>
    /// FLOPs of the forward pass, a multiply-add being two. course: L(8td^2 + 4t^2d + 3t^2) + 2tVd an example. 6nd and kaplan: 2 N a token. palm: 2 N + 4 L h k t a token.
    /// The others sum over operations. exact: the projections of attention, its scores and weighted values, the feed-forward and the output layer. hoffmann:
    /// these without the output layer and with 3 h t t a layer for the softmax. everything: hoffmann, the output layer, and the embedding as if it
    /// were a product, 2 t V d (Hoffmann 2022, appendix F). A causal mask saves nothing in any of them.
    /// </summary>
    /// <returns>Null where the convention does not apply: see <see cref="WhyNot"/>.</returns>
    public double? ForwardFlops(Convention convention, SequenceBatch batch)
    {
        if (WhyNot(convention) is not null)
        {
            return null;
        }

        var (count, t, s) = (batch.Sequences, batch.Length, batch.SourceLength);
        return convention switch
        {
            Convention.Course => count * CourseCounting.ExampleFlops(Width, Layers, Vocabulary, t) / BackwardAndForward,
            Convention.Palm => ((2 * Parameters(convention)) + (4 * Layers * A * t)) * batch.Tokens,
            Convention.Hoffmann => count * (Products(t, s) + Softmaxes(t, s)),
            Convention.Everything => count * (Products(t, s) + Softmaxes(t, s) + Logits(t) + (2 * (t + s) * Vocabulary * D)),
            Convention.Exact => count * (Products(t, s) + Logits(t)),
            _ => 2 * Parameters(convention) * batch.Tokens,
        };
    }

    /// <summary>
    /// FLOPs of forward and backward pass: three times <see cref="ForwardFlops"/> in every convention. That is exact for matrix products
    /// where everything is trained, since then both factors of each need a gradient, those of the first layer too (its input is a trained embedding).
    /// </summary>
    /// <returns>Null where the convention does not apply: see <see cref="WhyNot"/>.</returns>
    public double? TrainingFlops(Convention convention, SequenceBatch batch) => BackwardAndForward * ForwardFlops(convention, batch);

    /// <summary>By every convention, without reasons.</summary>
    public FlopCounts TrainingFlops(SequenceBatch batch) => FlopCounts.Of(convention => TrainingFlops(convention, batch));

    /// <summary>Training FLOPs of one token in a sequence of <paramref name="length"/>; null where the convention does not apply.</summary>
    public double? TrainingFlopsPerToken(Convention convention, double length) =>
        TrainingFlops(convention, SequenceBatch.One(length)) / length;

    /// <summary>Why neither parameters nor FLOPs can be counted by this convention; null where they can.</summary>
    public string? WhyNot(Convention convention) => convention switch
    {
        Convention.Course when !IsCourseDecoder => "the course's formula is for its decoder-only model alone",
        Convention.SixNd or Convention.Kaplan or Convention.Hoffmann or Convention.Palm when HasEncoder =>
            "defined for decoder-only models, where every parameter meets every token",
        _ => null,
    };

    /// <summary>The reasons of <see cref="WhyNot"/> by the convention's name.</summary>
    public IReadOnlyDictionary<string, string> Reasons() =>
        Conventions.All.Where(convention => WhyNot(convention) is not null).ToDictionary(convention => convention.Name(), convention => WhyNot(convention)!);

    private double AllParameters() =>
        LayerParameters() + (D * Vocabulary * (HasSourceEmbedding ? 2 : 1)) + (D * LearnedPositions) + (TiesEmbeddings ? 0 : (D + Biases) * Vocabulary);

    /// <summary>Both stacks with the norms at their ends.</summary>
    private double LayerParameters()
    {
        double norm = D * NormVectors;
        double attention = (3 * A * (D + Biases)) + (HasAttentionOutput ? D * (A + Biases) : 0);
        double own = attention + (HasRelativePositions ? (D * A) + (2 * A) : 0) + FeedForwardParameters() + (2 * norm);
        double decoder = (Layers * (own + (HasEncoder ? attention + norm : 0))) + norm;
        return decoder + (HasEncoder ? (SharesLayers ? 0 : EncoderLayers * own) + norm : 0);
    }

    private double FeedForwardParameters() => FeedForwardWeights() + (Biases * FeedForwardKind switch
    {
        FeedForwardKind.Single => D,
        FeedForwardKind.Plain => FeedForward + D,
        _ => (2.0 * FeedForward) + D,
    });

    private double FeedForwardWeights() => FeedForwardKind switch
    {
        FeedForwardKind.Single => D * D,
        FeedForwardKind.Plain => 2 * D * FeedForward,
        _ => 3 * D * FeedForward,
    };

    /// <summary>Matrix products of the layers, of one sequence.</summary>
    private double Products(double t, double s)
    {
        double decoder = Attention(t, t) + (2 * t * FeedForwardWeights()) + (HasEncoder ? Attention(t, s) : 0);
        return (Layers * decoder) + (EncoderLayers * (Attention(s, s) + (2 * s * FeedForwardWeights())));
    }

    /// <summary>Queries, keys and values; scores and weighted values; the output.</summary>
    private double Attention(double queries, double keys) =>
        (2 * A * D * (queries + (2 * keys))) + (4 * queries * keys * A) + (HasAttentionOutput ? 2 * queries * A * D : 0);

    /// <summary>Three operations for each weight of each head.</summary>
    private double Softmaxes(double t, double s) =>
        3 * Heads * ((Layers * ((t * t) + (HasEncoder ? t * s : 0))) + (EncoderLayers * s * s));

    private double Logits(double t) => 2 * t * Vocabulary * D;
}

/// <summary>Which matrices a feed-forward has.</summary>
public enum FeedForwardKind
{
    /// <summary>One, [d, d].</summary>
    Single,

    /// <summary>Two, [d, f] and [f, d].</summary>
    Plain,

    /// <summary>Three, two [d, f] of which one gates the other, and [f, d] (Shazeer 2020).</summary>
    Gated,
}

/// <summary>
/// What a pass runs over. Conventions of tokens (6nd, kaplan, palm) count <paramref name="Tokens"/>; those of operations (course,
/// hoffmann, everything, exact) count sequences as they are computed, padding included.
/// </summary>
/// <param name="Sequences">How many.</param>
/// <param name="Length">t, positions of the decoder.</param>
/// <param name="Tokens">In all sequences together, without padding.</param>
/// <param name="SourceLength">s, positions of the encoder; 0 where there is none.</param>
public readonly record struct SequenceBatch(double Sequences, double Length, double Tokens, double SourceLength = 0)
{
    /// <summary>One sequence without padding.</summary>
    public static SequenceBatch One(double length, double sourceLength = 0) => new(1, length, length + sourceLength, sourceLength);
}
