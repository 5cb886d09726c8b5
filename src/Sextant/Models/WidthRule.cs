namespace Sextant.Models;

/// <summary>
/// How a modern model follows its width: the standard parametrisation, or the maximal update for Adam (Yang and Hu 2022, table 8), written so
/// that a model of the base's own sizes is the standard one to the bit. H width, D head width, F inner width, zero for the base's.
/// </summary>
/// <remarks>
/// What has one dimension that grows (embeddings, learned positions, an untied output, the gains of norms) keeps the initial deviation and the
/// rate of the base. What has two (the projections inside the layers) starts by its fan-in, as in the standard parametrisation, and learns by
/// the rate over its fan-in. All gradients then shrink as H0 / H, which Adam does not see while its epsilon is small beside them.
/// </remarks>
internal readonly struct WidthRule(ModelOptions.Modern options)
{
    private readonly BaseShape from = options.MaximalUpdateFrom
        ?? new BaseShape { Hidden = options.Hidden, Heads = options.Heads, FeedForward = options.FeedForward };

    /// <summary>The width that decides how large embeddings, learned positions and an untied output start.</summary>
    public int EmbeddingWidth => from.Hidden;

    /// <summary>On the rate of a matrix whose fan-in is H: H0 / H.</summary>
    public double HiddenRate => (double)from.Hidden / options.Hidden;

    /// <summary>On the rate of a matrix whose fan-in is F: F0 / F.</summary>
    public double InnerRate => (double)from.FeedForward / options.FeedForward;

    /// <summary>On the logits, H0 / H: aligned sums over H grow as H and not as its root.</summary>
    public double Logits => (double)from.Hidden / options.Hidden;

    /// <summary>On the scores q k / sqrt(D), sqrt(D0 / D): together they go as 1 / D, and are the standard ones where heads are as wide as the base's.</summary>
    public double Scores => Math.Sqrt((double)from.Hidden / from.Heads / ((double)options.Hidden / options.Heads));
}
