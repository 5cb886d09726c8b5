using Sextant.Data;
using Sextant.Scaling;

namespace Sextant.Models;

/// <summary>Models and batches as counting sees them; a test holds that the modules built from the same options have these parameters and products.</summary>
public static class ModelShape
{
    /// <summary>The shape of the model that options describe.</summary>
    public static TransformerShape Of(ModelOptions options, int vocabularySize) => options switch
    {
        ModelOptions.Modern modern => Of(modern, vocabularySize),
        _ => new TransformerShape
        {
            Layers = options.Layers,
            EncoderLayers = options.HasEncoder ? options.Layers : 0,
            Width = options.Hidden,
            FeedForwardKind = FeedForwardKind.Single,
            HasAttentionOutput = false,
            HasBiases = true,
            Vocabulary = vocabularySize,
            TiesEmbeddings = false,
            HasSourceEmbedding = options.HasEncoder,
        },
    };

    /// <summary>The sizes of a batch, with the length that it is padded to.</summary>
    public static SequenceBatch Of(BatchShape shape) => new(shape.Examples, shape.TargetLength, shape.Tokens, shape.SourceLength);

    private static TransformerShape Of(ModelOptions.Modern options, int vocabularySize) => new()
    {
        Layers = options.Layers,
        EncoderLayers = options is ModelOptions.ModernEncoderDecoder encoder ? encoder.EncoderLayers ?? encoder.Layers : 0,
        SharesLayers = options is ModelOptions.ModernEncoderDecoder { ShareLayers: true },
        Width = options.Hidden,
        FeedForward = options.FeedForward,
        FeedForwardKind = FeedForwardKind.Gated,
        Heads = options.Heads,
        NormVectors = 1,
        LearnedPositions = options.Positions == Positions.Learned ? options.MaximumLength : 0,
        Vocabulary = vocabularySize,
        TiesEmbeddings = options.TieEmbeddings,
    };
}
