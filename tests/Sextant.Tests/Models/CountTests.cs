using Sextant.Data;
using Sextant.Models;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

public class CountTests
{
    /// <summary>Counts of the course's report: facts, table "Encoder-decoder" and "Decoder-only".</summary>
    [Theory]
    [InlineData(32, 4, 49_374)]
    [InlineData(32, 3, 37_758)]
    [InlineData(64, 3, 143_070)]
    public void The_course_encoder_decoder_has_the_published_parameters(int hidden, int layers, long parameters)
    {
        using var model = SequenceModels.Create(new ModelOptions.CourseEncoderDecoder { Hidden = hidden, Layers = layers }, 30, 1);
        Assert.Equal(parameters, Count(model));
    }

    [Fact]
    public void The_course_decoder_has_the_published_parameters()
    {
        using var model = SequenceModels.Create(new ModelOptions.CourseDecoder { Hidden = 128, Layers = 4 }, 30, 1);
        Assert.Equal(268_062 + 3_840, Count(model));
    }

    [Fact]
    public void Tied_embeddings_are_counted_once()
    {
        var options = new ModelOptions.ModernDecoder { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 40 };
        using var tied = SequenceModels.Create(options, 30, 1);
        using var apart = SequenceModels.Create(options with { TieEmbeddings = false }, 30, 1);
        Assert.Equal(30 * 16, Count(apart) - Count(tied));
        Assert.Equal((30 * 16) + (2 * ((4 * 16 * 16) + (3 * 16 * 40) + (2 * 16))) + 16, Count(tied));
    }

    [Theory]
    [InlineData("course decoder", "tokens.weight[30,16] layers.0.self.weight[48,16] layers.0.self.bias[48] layers.0.feedForward.weight[16,16] layers.0.feedForward.bias[16] output.weight[30,16] output.bias[30]")]
    [InlineData("course encoder-decoder", "sourceTokens.weight[30,16] tokens.weight[30,16] encoder.0.self.weight[48,16] encoder.0.self.bias[48] encoder.0.feedForward.weight[16,16] encoder.0.feedForward.bias[16] decoder.0.self.weight[48,16] decoder.0.self.bias[48] decoder.0.crossQuery.weight[16,16] decoder.0.crossQuery.bias[16] decoder.0.crossKeyValue.weight[32,16] decoder.0.crossKeyValue.bias[32] decoder.0.feedForward.weight[16,16] decoder.0.feedForward.bias[16] output.weight[30,16] output.bias[30]")]
    [InlineData("modern decoder", "tokens.weight[30,16] layers.0.selfNorm.weight[16] layers.0.self.queryKeyValue.weight[48,16] layers.0.self.output.weight[16,16] layers.0.feedForwardNorm.weight[16] layers.0.feedForward.gateUp.weight[80,16] layers.0.feedForward.down.weight[16,40] norm.weight[16]")]
    [InlineData("modern decoder, learned", "tokens.weight[30,16] positions.weight[20,16] layers.0.selfNorm.weight[16] layers.0.self.queryKeyValue.weight[48,16] layers.0.self.output.weight[16,16] layers.0.feedForwardNorm.weight[16] layers.0.feedForward.gateUp.weight[48,16] layers.0.feedForward.down.weight[16,24] norm.weight[16]")]
    [InlineData("modern encoder-decoder, learned", "tokens.weight[30,16] positions.weight[512,16] encoder.0.selfNorm.weight[16] encoder.0.self.queryKeyValue.weight[48,16] encoder.0.self.output.weight[16,16] encoder.0.feedForwardNorm.weight[16] encoder.0.feedForward.gateUp.weight[80,16] encoder.0.feedForward.down.weight[16,40] encoderNorm.weight[16] decoder.0.selfNorm.weight[16] decoder.0.self.queryKeyValue.weight[48,16] decoder.0.self.output.weight[16,16] decoder.0.crossNorm.weight[16] decoder.0.cross.query.weight[16,16] decoder.0.cross.keyValue.weight[32,16] decoder.0.cross.output.weight[16,16] decoder.0.feedForwardNorm.weight[16] decoder.0.feedForward.gateUp.weight[80,16] decoder.0.feedForward.down.weight[16,40] norm.weight[16] output.weight[30,16]")]
    [InlineData("modern encoder-decoder, shared layers", "tokens.weight[30,16] encoderNorm.weight[16] decoder.0.selfNorm.weight[16] decoder.0.self.queryKeyValue.weight[48,16] decoder.0.self.output.weight[16,16] decoder.0.crossNorm.weight[16] decoder.0.cross.query.weight[16,16] decoder.0.cross.keyValue.weight[32,16] decoder.0.cross.output.weight[16,16] decoder.0.feedForwardNorm.weight[16] decoder.0.feedForward.gateUp.weight[80,16] decoder.0.feedForward.down.weight[16,40] norm.weight[16]")]
    public void A_checkpoint_has_exactly_these_keys_and_shapes(string name, string expected)
    {
        using var model = SequenceModels.Create(Examples.Options[name] with { Layers = 1 }, 30, 1);
        Assert.Equal(expected.Split(' '), model.state_dict().Select(e => $"{e.Key}[{string.Join(",", e.Value.shape)}]"));
    }

    [Fact]
    public void Course_weights_start_as_the_course_had_them()
    {
        using var model = SequenceModels.Create(new ModelOptions.CourseEncoderDecoder { Hidden = 64, Layers = 3 }, 30, 1);
        foreach (var (name, parameter) in model.named_parameters())
        {
            float deviation = parameter.std(false).item<float>();
            if (name.EndsWith("okens.weight", StringComparison.Ordinal))
            {
                Assert.InRange(deviation, 0.95, 1.05);
            }
            else
            {
                double bound = 1 / Math.Sqrt(64);
                Assert.InRange(parameter.abs().max().item<float>(), 0.8 * bound, bound);
                Assert.InRange(deviation, 0.75 * bound / Math.Sqrt(3), 1.25 * bound / Math.Sqrt(3));
            }
        }
    }

    [Fact]
    public void The_first_loss_of_a_modern_model_is_near_that_of_knowing_nothing()
    {
        foreach (string? name in Examples.Options.Keys.Where(n => n.StartsWith("modern", StringComparison.Ordinal)))
        {
            using var model = Examples.Create(name);
            using var batch = Examples.Batch(model.Options.HasEncoder);
            float loss = torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected).item<float>();
            Assert.InRange(loss, Math.Log(30) - 0.8, Math.Log(30) + 0.8);
        }
    }

    [Theory]
    [InlineData("course decoder", 2 * 3 * ((2 * ((4 * 7 * 16 * 16) + (2 * 7 * 7 * 16))) + (7 * 16 * 30)))]
    [InlineData("course encoder-decoder", 2 * 3 * (
        (2 * ((4 * 5 * 16 * 16) + (2 * 5 * 5 * 16)))
        + (2 * ((5 * 7 * 16 * 16) + (2 * 5 * 16 * 16) + (2 * 7 * 7 * 16) + (2 * 7 * 5 * 16)))
        + (7 * 16 * 30)))]
    [InlineData("modern decoder", 2 * 3 * ((2 * ((4 * 7 * 16 * 16) + (2 * 7 * 7 * 16) + (3 * 7 * 16 * 40))) + (7 * 16 * 30)))]
    [InlineData("modern encoder-decoder", 2 * 3 * (
        (2 * ((4 * 5 * 16 * 16) + (2 * 5 * 5 * 16) + (3 * 5 * 16 * 40)))
        + (2 * ((6 * 7 * 16 * 16) + (2 * 5 * 16 * 16) + (2 * 7 * 7 * 16) + (2 * 7 * 5 * 16) + (3 * 7 * 16 * 40)))
        + (7 * 16 * 30)))]
    [InlineData("modern encoder-decoder, shared layers", 2 * 3 * (
        (2 * ((4 * 5 * 16 * 16) + (2 * 5 * 5 * 16) + (3 * 5 * 16 * 40)))
        + (2 * ((6 * 7 * 16 * 16) + (2 * 5 * 16 * 16) + (2 * 7 * 7 * 16) + (2 * 7 * 5 * 16) + (3 * 7 * 16 * 40)))
        + (7 * 16 * 30)))]
    public void Forward_flops_equal_a_count_by_hand(string name, double flops)
    {
        using var model = Examples.Create(name);
        Assert.Equal(flops, model.ForwardFlops(new BatchShape(3, model.Options.HasEncoder ? 5 : 0, 7, 4, 1)));
    }

    [Fact]
    public void Options_say_every_problem_with_its_path_and_a_way_out()
    {
        var options = new ModelOptions.ModernDecoder { Hidden = 64, Layers = 0, Heads = 3, FeedForward = 0, Dropout = double.NaN };
        var problems = options.Problems().ToList();
        Assert.Equal(4, problems.Count);
        Assert.Contains("model.heads: 3 does not divide model.hidden 64; choose 1, 2, 4, 8, 16, 32, 64", problems);
        Assert.Contains(problems, p => p.StartsWith("model.layers: 0", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("model.feedForward: 0", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("model.dropout: NaN", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => SequenceModels.Create(options, 30, 1));
        Assert.Contains(
            "model.encoderLayers: 3 are more than the 2 of the decoder, whose layers model.shareLayers uses; leave it out",
            ((ModelOptions.ModernEncoderDecoder)Examples.Options["modern encoder-decoder, shared layers"] with { EncoderLayers = 3 }).Problems());
        Assert.All(Examples.Options.Values, o => Assert.Empty(o.Problems()));
    }

    private static long Count(SequenceModel model) => model.parameters().Sum(p => p.numel());
}
