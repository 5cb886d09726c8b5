using Sextant.Models;
using Sextant.Training;
using TorchSharp;
using Xunit;
using static Sextant.Tests.Models.Examples;

namespace Sextant.Tests.Models;

/// <summary>Against the rules of Yang and Hu 2022, table 8.</summary>
public sealed class MaximalUpdateTests
{
    private static readonly ModelOptions.ModernDecoder Wide = new() { Hidden = 64, Layers = 1, Heads = 4, FeedForward = 96, TieEmbeddings = false };

    public static TheoryData<string> Modern => [.. Options.Where(o => o.Value is ModelOptions.Modern { MaximalUpdateFrom: null }).Select(o => o.Key)];

    [Theory]
    [MemberData(nameof(Modern))]
    public void A_model_of_the_base_sizes_is_the_standard_one_to_the_bit(string name)
    {
        var options = (ModelOptions.Modern)Options[name];
        Assert.Equal(Trained(options), Trained(options with { MaximalUpdateFrom = new BaseShape { Hidden = options.Hidden, Heads = options.Heads, FeedForward = options.FeedForward } }));

        static float[] Trained(ModelOptions options)
        {
            using var model = SequenceModels.Create(options, Vocabulary, 1);
            using var parameters = new FlatParameters(model);
            using var optimizer = Optimizer.Create(new OptimizerOptions.AdamW { LearningRate = 5e-3, WeightDecay = 0.1 }, parameters);
            using var batch = Batch(options.HasEncoder);
            for (int i = 0; i < 3; i++)
            {
                parameters.ZeroGradient();
                SequenceLoss.Mean(model, batch, 0).backward();
                optimizer.Step(5e-3);
            }

            return Numbers(parameters.Values);
        }
    }

    [Fact]
    public void Matrices_between_growing_widths_learn_by_the_ratio_of_their_fan_in_and_all_else_by_the_rate_itself()
    {
        using var model = SequenceModels.Create(
            new ModelOptions.ModernEncoderDecoder
            {
                Hidden = 64,
                Layers = 1,
                Heads = 4,
                FeedForward = 96,
                Positions = Positions.Learned,
                TieEmbeddings = false,
                MaximalUpdateFrom = new BaseShape { Hidden = 16, Heads = 4, FeedForward = 48 },
            },
            Vocabulary,
            1);
        using var parameters = new FlatParameters(model);

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["encoder.0.self.queryKeyValue.weight"] = 0.25,
                ["encoder.0.self.output.weight"] = 0.25,
                ["encoder.0.feedForward.gateUp.weight"] = 0.25,
                ["encoder.0.feedForward.down.weight"] = 0.5,
                ["decoder.0.self.queryKeyValue.weight"] = 0.25,
                ["decoder.0.self.output.weight"] = 0.25,
                ["decoder.0.cross.query.weight"] = 0.25,
                ["decoder.0.cross.keyValue.weight"] = 0.25,
                ["decoder.0.cross.output.weight"] = 0.25,
                ["decoder.0.feedForward.gateUp.weight"] = 0.25,
                ["decoder.0.feedForward.down.weight"] = 0.5,
            },
            parameters.Slices.Where(slice => slice.RateFactor != 1).ToDictionary(slice => slice.Name, slice => slice.RateFactor));
        Assert.Contains(parameters.Slices, slice => slice is { Name: "output.weight", RateFactor: 1 });
    }

    [Fact]
    public void Embeddings_and_an_untied_output_start_as_those_of_the_base_and_projections_by_their_fan_in()
    {
        using var model = SequenceModels.Create(Wide with { MaximalUpdateFrom = new BaseShape { Hidden = 16, Heads = 1, FeedForward = 24 } }, Vocabulary, 1);

        Assert.Equal(1 / Math.Sqrt(3 * 16), Deviation("tokens.weight"), 0.006);
        Assert.Equal(1 / Math.Sqrt(3 * 16), Deviation("output.weight"), 0.006);
        Assert.Equal(1 / Math.Sqrt(3 * 64), Deviation("layers.0.self.queryKeyValue.weight"), 0.003);

        double Deviation(string name) => model.get_parameter(name)!.square().mean().sqrt().item<float>();
    }

    [Fact]
    public void Logits_are_over_the_ratio_of_widths_where_heads_are_as_wide_as_the_base_s()
    {
        var (standard, maximal) = Pair(new BaseShape { Hidden = 16, Heads = 1, FeedForward = 24 });
        using var batch = Batch(encoder: false);

        Near(standard.Logits(batch) / 4, maximal.Logits(batch), 1e-6);
    }

    [Fact]
    public void Scores_go_with_one_over_the_width_of_a_head_and_are_the_standard_ones_at_that_of_the_base()
    {
        // Heads of 16 where the base's are of 4: sqrt(4 / 16) on q k / sqrt(16).
        var (standard, maximal) = Pair(new BaseShape { Hidden = 16, Heads = 4, FeedForward = 24 });
        using var batch = Batch(encoder: false);
        var expected = standard.AttentionWeights(batch)[0].Weights;
        var halved = (expected.clamp_min(1e-30).log() / 2).exp() * (expected > 0).to_type(torch.ScalarType.Float32);

        Near(halved / halved.sum(-1, keepdim: true), maximal.AttentionWeights(batch)[0].Weights, 1e-6);
    }

    [Fact]
    public void The_decay_of_a_matrix_does_not_shrink_with_its_rate()
    {
        using var model = SequenceModels.Create(Wide with { MaximalUpdateFrom = new BaseShape { Hidden = 16, Heads = 1, FeedForward = 24 } }, Vocabulary, 1);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.AdamW { LearningRate = 0.1, WeightDecay = 0.5 }, parameters);
        var before = parameters.Values.clone();

        optimizer.Step(0.1); // without a gradient there is nothing but decay

        Assert.All(parameters.Slices, slice => Near(slice.Of(before) * (slice.Decays ? 0.95 : 1), slice.Of(parameters.Values), 1e-6));
    }

    [Fact]
    public void An_update_is_that_of_Adam_times_the_factor()
    {
        using var model = SequenceModels.Create(Wide with { MaximalUpdateFrom = new BaseShape { Hidden = 16, Heads = 1, FeedForward = 48 } }, Vocabulary, 1);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.Adam { LearningRate = 0.1 }, parameters);
        var before = parameters.Values.clone();
        parameters.Gradient.fill_(3);

        optimizer.Step(0.1); // Adam's first update is the rate itself

        Assert.All(parameters.Slices, slice => Near(slice.Of(before) - (0.1 * slice.RateFactor), slice.Of(parameters.Values), 1e-6));
    }

    [Fact]
    public void Stochastic_gradient_descent_is_refused()
    {
        using var model = SequenceModels.Create(Options["modern decoder, maximal update"], Vocabulary, 1);
        using var parameters = new FlatParameters(model);

        Assert.Throws<ArgumentException>(() => Optimizer.Create(new OptimizerOptions.Sgd { LearningRate = 1 }, parameters));
    }

    [Theory]
    [InlineData(0, 1, 8, "model.maximalUpdateFrom.hidden: 0 is not positive")]
    [InlineData(16, 3, 8, "model.maximalUpdateFrom.heads: 3 does not divide model.maximalUpdateFrom.hidden 16")]
    [InlineData(16, 0, 8, "model.maximalUpdateFrom.heads: 0 does not divide")]
    [InlineData(16, 2, 0, "model.maximalUpdateFrom.feedForward: 0 is not positive")]
    public void A_base_that_is_no_model_is_named(int hidden, int heads, int feedForward, string expected)
    {
        var options = Wide with { MaximalUpdateFrom = new BaseShape { Hidden = hidden, Heads = heads, FeedForward = feedForward } };

        Assert.StartsWith(expected, Assert.Single(options.Problems()), StringComparison.Ordinal);
    }

    /// <summary>The same weights under both parametrisations.</summary>
    private static (SequenceModel Standard, SequenceModel Maximal) Pair(BaseShape from)
    {
        var standard = SequenceModels.Create(Wide, Vocabulary, 1);
        var maximal = SequenceModels.Create(Wide with { MaximalUpdateFrom = from }, Vocabulary, 2);
        maximal.load_state_dict(standard.state_dict());
        return (standard, maximal);
    }
}
