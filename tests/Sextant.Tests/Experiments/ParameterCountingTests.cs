using Sextant.Experiments;
using Sextant.Models;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>Counts by hand: V = 30; the course's decoder has L(4H^2 + 4H) in its layers, HV in its embedding, HV + V in its output layer.</summary>
public sealed class ParameterCountingTests
{
    [Theory]
    [InlineData(16, 4_862)]
    [InlineData(128, 268_062)]
    public void The_course_decoder(int hidden, double course)
    {
        var counts = Of(new ModelOptions.CourseDecoder { Hidden = hidden, Layers = 4 });
        double blocks = 4 * ((4 * hidden * hidden) + (4 * hidden)), embedding = 30 * hidden;

        Assert.Equal(course, counts.Course);
        Assert.Equal(course, blocks + embedding + 30);
        Assert.Equal(blocks, counts.Kaplan);
        Assert.Equal(blocks + embedding, counts.Hoffmann);
        Assert.Equal(blocks + (2 * embedding) + 30, counts.SixNd);
        Assert.Equal(blocks + (2 * embedding) + 30, counts.Palm);
        Assert.Equal(blocks + (2 * embedding) + 30, counts.Trainable);
        Assert.Empty(counts.Reasons);
    }

    [Fact]
    public void A_modern_decoder_with_tied_embeddings_and_learned_positions()
    {
        var counts = Of(new ModelOptions.ModernDecoder { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 40, Positions = Positions.Learned, MaximumLength = 50 });
        double blocks = (2 * ((4 * 16 * 16) + (3 * 16 * 40) + (2 * 16))) + 16, embedding = 30 * 16, positions = 50 * 16;

        Assert.Equal(blocks + embedding + positions, counts.Everything);
        Assert.Equal(blocks, counts.Kaplan);
        Assert.Equal(blocks + embedding, counts.Hoffmann);
        Assert.Equal(blocks + embedding, counts.Palm);
        Assert.Null(counts.Course);
        Assert.Equal(["course"], counts.Reasons.Keys);
    }

    [Fact]
    public void What_is_defined_for_decoders_alone_is_null_with_a_reason_for_an_encoder_decoder()
    {
        var counts = Of(new ModelOptions.CourseEncoderDecoder { Hidden = 32, Layers = 3 });

        Assert.Equal(37_758, counts.Trainable);
        Assert.Equal(37_758, counts.Exact);
        Assert.Equal([null, null, null, null, null], new[] { counts.Course, counts.SixNd, counts.Kaplan, counts.Hoffmann, counts.Palm });
        Assert.Equal(["6nd", "course", "hoffmann", "kaplan", "palm"], counts.Reasons.Keys.Order(StringComparer.Ordinal));
    }

    private static ParameterCounts Of(ModelOptions options)
    {
        using var model = SequenceModels.Create(options, 30, 1);
        return ParameterCounting.Of(ModelShape.Of(options, 30), model.parameters().Sum(p => (double)p.numel()));
    }
}
