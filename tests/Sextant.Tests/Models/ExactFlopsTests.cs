using Sextant.Models;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

/// <summary>The exact count against the products that libtorch runs.</summary>
public sealed class ExactFlopsTests
{
    private const int Source = 8, Target = 9;

    /// <summary>
    /// One example and one head, so that attention is no batch of products; widths that the fused course stack does not take, since it does not
    /// compute what a causal mask hides. The smallest product of attention is above the 400 multiply-adds below which libtorch does without MKL.
    /// </summary>
    public static TheoryData<ModelOptions> Plain =>
    [
        new ModelOptions.CourseDecoder { Hidden = 12, Layers = 3 },
        new ModelOptions.CourseEncoderDecoder { Hidden = 12, Layers = 2 },
        new ModelOptions.ModernDecoder { Hidden = 16, Layers = 3, Heads = 1, FeedForward = 40 },
        new ModelOptions.ModernDecoder { Hidden = 16, Layers = 2, Heads = 1, FeedForward = 24, Positions = Positions.Learned, TieEmbeddings = false },
        new ModelOptions.ModernEncoderDecoder { Hidden = 16, Layers = 2, Heads = 1, FeedForward = 40, EncoderLayers = 1 },
        new ModelOptions.ModernEncoderDecoder { Hidden = 16, Layers = 2, Heads = 1, FeedForward = 40, ShareLayers = true },
    ];

    [Theory]
    [MemberData(nameof(Plain))]
    public void The_count_is_the_sum_of_the_products_run_and_the_backward_pass_runs_twice_those_of_the_forward_pass(ModelOptions options)
    {
        using var model = SequenceModels.Create(options, Examples.Vocabulary, 1);
        using var batch = Examples.Batch(options.HasEncoder, examples: 1, Source, Target, held: Target);
        bool wasFused = torch.backends.cuda.flash_sdp_enabled();
        torch.backends.cuda.enable_flash_sdp(false);
        try
        {
            var (forward, backward) = Run(model, batch);

            Assert.Equal(model.ForwardFlops(batch.Shape), forward);
            Assert.Equal(2 * model.ForwardFlops(batch.Shape), backward);
        }
        finally
        {
            torch.backends.cuda.enable_flash_sdp(wasFused);
        }
    }

    /// <summary>
    /// What training runs in truth: libtorch's fused attention keeps no scores and computes them again in the backward pass, which the count leaves out; the
    /// output layer runs at positions that carry loss alone, while the count has it at all.
    /// </summary>
    [Fact]
    public void Fused_attention_repeats_its_scores_and_the_output_layer_skips_positions_without_loss()
    {
        using var model = Examples.Create("modern decoder");
        using var batch = Examples.Batch(encoder: false, examples: 3, target: 7, held: 4);

        var (forward, backward) = Run(model, batch);

        double scores = 2 * 2 * 3 * 7 * 7 * 16, skipped = 2 * 3 * (7 - 4) * 16 * Examples.Vocabulary;
        Assert.Equal(model.ForwardFlops(batch.Shape) - skipped, forward);
        Assert.Equal((2 * (model.ForwardFlops(batch.Shape) - skipped)) + scores, backward);
    }

    private static (double Forward, double Backward) Run(SequenceModel model, Sextant.Data.Batch batch)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor? loss = null;
        double forward = MklLog.Flops(() => loss = torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected));
        return (forward, MklLog.Flops(() => loss!.backward()));
    }
}
