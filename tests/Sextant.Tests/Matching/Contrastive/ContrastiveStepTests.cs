using Sextant.Data;
using Sextant.Matching.Contrastive;
using Sextant.Models.Clip;
using Sextant.Tests.Models.Clip;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Matching.Contrastive;

public sealed class ContrastiveStepTests
{
    /// <summary>Pictures 0 and 2 have the same second caption.</summary>
    private static readonly long[][] First = [[2, 3], [4], [5, 6, 7]], Second = [[8], [9, 3], [8]];

    private static readonly ClipOptions WithConvolutions = ToyClip.Options with { Picture = ToyClip.Options.Picture with { Stem = new PictureStem.Convolutions { Widths = [8, 16] } } };

    public static MatrixTheoryData<int, FrozenTowers> ChunksOfWhatIsFrozen => new([1, 3, 5, 12], Enum.GetValues<FrozenTowers>());

    [Fact]
    public void With_two_captions_the_loss_is_the_mean_of_the_losses_with_each()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var step = new ContrastiveStep(model, FrozenTowers.Nothing, new ContrastiveOptions());

        double both = step.Loss(Both()).ToDouble();
        double first = step.Loss(Of(First, [0, 1, 2])).ToDouble(), second = step.Loss(Of(Second, [0, 1, 0])).ToDouble();

        Assert.Equal((first + second) / 2, both, 1e-5);
        Assert.NotEqual(first, second, 1e-3);
    }

    [Theory]
    [MemberData(nameof(ChunksOfWhatIsFrozen))]
    public void In_double_every_element_of_a_CLIPs_gradient_in_chunks_is_that_of_the_whole_batch(int chunk, FrozenTowers frozen)
    {
        foreach (var options in new[] { ToyClip.Options, WithConvolutions })
        {
            var (loss, expected) = Gradient(options, torch.ScalarType.Float64, frozen, null);
            var (cached, actual) = Gradient(options, torch.ScalarType.Float64, frozen, chunk);

            Assert.Equal(loss, cached, 1e-12 * loss);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-13 + (1e-10 * Math.Abs(pair.First))));
            Assert.True(expected.Count(cell => cell != 0) > expected.Length / 2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    public void In_single_the_norm_of_the_difference_of_a_CLIPs_gradient_is_a_millionth_of_the_gradients(int chunk)
    {
        var (_, expected) = Gradient(ToyClip.Options, torch.ScalarType.Float32, FrozenTowers.Nothing, null);
        var (_, actual) = Gradient(ToyClip.Options, torch.ScalarType.Float32, FrozenTowers.Nothing, chunk);

        Assert.InRange(Math.Sqrt(expected.Zip(actual, (a, b) => (a - b) * (a - b)).Sum() / expected.Sum(a => a * a)), 0, 1e-6);
    }

    [Theory]
    [InlineData(FrozenTowers.TextTower)]
    [InlineData(FrozenTowers.BothButProjections)]
    public void A_frozen_tower_has_no_dropout(FrozenTowers frozen)
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create(ToyClip.Options with { Text = ToyClip.Options.Text with { AttentionDropout = 0.5 } });
        TowerFreezing.Apply(model, frozen, trainsScale: true);
        model.train();
        var step = new ContrastiveStep(model, frozen, new ContrastiveOptions());
        double trained = step.Differentiate(Both()).ToDouble(), again = step.Differentiate(Both()).ToDouble();
        model.eval();

        Assert.Equal(step.Loss(Both()).ToDouble(), trained, 1e-6);
        Assert.Equal(trained, again, 1e-6);
    }

    /// <summary>Of 13 pictures with two captions of one to six tokens each, some of them equal: the loss, and the gradient of everything that is trained.</summary>
    private static (double Loss, double[] Gradient) Gradient(ClipOptions options, torch.ScalarType type, FrozenTowers frozen, int? chunk)
    {
        const int Examples = 13;
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create(options);
        model.to(type);
        TowerFreezing.Apply(model, frozen, trainsScale: true);
        var random = new SeededRandom(4);
        long[][] texts = [.. Enumerable.Range(0, 2 * Examples).Select(_ => Enumerable.Range(0, 1 + (int)random.Next(6)).Select(_ => random.Next(ToyClip.End)).ToArray())];
        (texts[5], texts[8]) = (texts[1], texts[0]);
        long[] groups = [.. Enumerable.Range(0, 2 * Examples).Select(i => (long)(i / 2))];
        (groups[5], groups[8]) = (0, 0);
        using Batch batch = new(null, null, ToyClip.Ids(10, 0, texts), null, torch.tensor(groups), new BatchShape(Examples, 0, 10, Examples, Examples)) { Pixels = ToyClip.Pixels(Examples).to_type(type) };

        double loss = new ContrastiveStep(model, frozen, new ContrastiveOptions { Chunk = chunk }).Differentiate(batch).ToDouble();

        Assert.All(model.parameters().Where(p => !p.requires_grad), p => Assert.Null(p.grad));
        return (loss, [.. model.parameters().Where(p => p.requires_grad).SelectMany(p => p.grad!.to_type(torch.ScalarType.Float64).reshape(-1).data<double>().ToArray())]);
    }

    private static Batch Both() => Of([.. First.Zip(Second).SelectMany(pair => new[] { pair.First, pair.Second })], [0, 0, 1, 1, 2, 0]);

    private static Batch Of(long[][] texts, long[] groups) =>
        new(null, null, ToyClip.Ids(6, 0, texts), null, torch.tensor(groups), new BatchShape(3, 0, 6, 3, 3)) { Pixels = ToyClip.Pixels(3) };
}
