using Sextant.Data;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models.Encoders;

/// <summary>The exact count of encoders against the products that libtorch runs; see <see cref="ExactFlopsTests"/> for one example and one head. The width is such that a row times a square matrix is large enough for MKL.</summary>
public sealed class EncoderFlopsTests
{
    private const int Length = 30;

    private static readonly EncoderOptions Options = new EncoderOptions.Bert { Hidden = 24, Layers = 3, Heads = 1, FeedForward = 40, Positions = Length, Dropout = 0, AttentionDropout = 0, ClassifierDropout = 0 };

    [Fact]
    public void The_count_of_a_classifier_is_the_sum_of_the_products_run_and_training_runs_three_times_as_many()
    {
        using var model = new EncoderClassifier(Options, ToyEncoders.Vocabulary, 30);
        using var batch = ToyEncoders.Random(Options, 1, Length);
        var (forward, backward) = Run(model, batch);

        Assert.Equal(model.ForwardFlops(batch.Shape), forward);
        Assert.Equal(2 * model.ForwardFlops(batch.Shape), backward);
        Assert.Equal(forward + backward, StepFlops.Of(model, new FrozenParts.Nothing(), hasAdapters: false, batch.Shape));
    }

    [Fact]
    public void The_count_of_a_masked_language_model_is_the_sum_of_the_products_run_and_training_runs_three_times_as_many()
    {
        using var model = new MaskedLanguageModel(Options, ToyEncoders.Vocabulary);
        using var all = ToyEncoders.Random(Options, 1, Length);
        using var scope = torch.NewDisposeScope();
        var batch = all with { Positions = torch.tensor([1L, 5, 9, 20]), Expected = torch.tensor([3L, 7, 5, 9]), Shape = all.Shape with { LossPositions = 4 } };
        var (forward, backward) = Run(model, batch);

        Assert.Equal(model.ForwardFlops(batch.Shape), forward);
        Assert.Equal(2 * model.ForwardFlops(batch.Shape), backward);
    }

    [Fact]
    public void The_count_of_a_pooled_encoder_is_the_sum_of_the_products_run()
    {
        using var model = new PooledEncoder(Options, ToyEncoders.Vocabulary);
        using var batch = ToyEncoders.Random(Options, 1, Length);
        var (forward, _) = Run(model, batch);
        Assert.Equal(model.ForwardFlops(batch.Shape), forward);
    }

    [Fact]
    public void The_count_with_adapters_is_the_sum_of_the_products_run()
    {
        using var model = new EncoderClassifier(Options, ToyEncoders.Vocabulary, 30, new AdapterOptions { Rank = 4 });
        using var batch = ToyEncoders.Random(Options, 1, Length);
        var (forward, _) = Run(model, batch);
        Assert.Equal(model.ForwardFlops(batch.Shape), forward);
    }

    [Theory]
    [InlineData("embeddings")]
    [InlineData("layers")]
    [InlineData("all layers")]
    [InlineData("adapters")]
    [InlineData("adapters, layers")]
    public void The_count_of_a_step_with_frozen_parts_is_the_sum_of_the_products_run(string what)
    {
        bool hasAdapters = what.StartsWith("adapters", StringComparison.Ordinal);
        FrozenParts frozen = what switch
        {
            "embeddings" => new FrozenParts.Embeddings(),
            "layers" or "adapters, layers" => new FrozenParts.FirstLayers { Count = 1 },
            "all layers" => new FrozenParts.FirstLayers { Count = 3 },
            _ => new FrozenParts.Nothing(),
        };
        using var model = new EncoderClassifier(Options, ToyEncoders.Vocabulary, 30, hasAdapters ? new AdapterOptions { Rank = 4 } : null);
        Freezing.Apply(model, frozen, hasAdapters);
        using var batch = ToyEncoders.Random(Options, 1, Length);
        var (forward, backward) = Run(model, batch);

        Assert.Equal(forward + backward, StepFlops.Of(model, frozen, hasAdapters, batch.Shape));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_count_of_a_step_on_a_frozen_body_is_that_of_the_head(bool trainPooler)
    {
        var frozen = new FrozenParts.Body { TrainPooler = trainPooler };
        using var model = new EncoderClassifier(Options, ToyEncoders.Vocabulary, 30);
        Freezing.Apply(model, frozen, hasAdapters: false);
        using var batch = ToyEncoders.Random(Options, 1, Length);
        using var scope = torch.NewDisposeScope();
        var features = torch.randn(1, 24);
        torch.Tensor? loss = null;
        double forward = MklLog.Flops(() => loss = torch.nn.functional.cross_entropy(trainPooler ? model.LogitsOf(features) : model.Classify(features), batch.Expected));
        double backward = MklLog.Flops(() => loss!.backward());

        Assert.Equal(forward + backward, StepFlops.Of(model, frozen, hasAdapters: false, batch.Shape));
    }

    private static (double Forward, double Backward) Run(EncoderModel model, Batch batch)
    {
        torch.set_num_threads(1);
        using (torch.no_grad())
        {
            foreach (var parameter in model.parameters())
            {
                parameter.normal_(0, 0.1);
            }
        }

        using var scope = torch.NewDisposeScope();
        bool wasFused = torch.backends.cuda.flash_sdp_enabled();
        torch.backends.cuda.enable_flash_sdp(false);
        try
        {
            torch.Tensor? loss = null;
            double forward = MklLog.Flops(() => loss = model is PooledEncoder ? model.Logits(batch).sum() : torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected));
            return (forward, MklLog.Flops(() => loss!.backward()));
        }
        finally
        {
            torch.backends.cuda.enable_flash_sdp(wasFused);
        }
    }
}
