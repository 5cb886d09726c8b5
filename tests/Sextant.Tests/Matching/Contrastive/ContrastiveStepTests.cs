using Sextant.Data;
using Sextant.Matching.Contrastive;
using Sextant.Tests.Models.Clip;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Matching.Contrastive;

public sealed class ContrastiveStepTests
{
    /// <summary>Pictures 0 and 2 have the same second caption.</summary>
    private static readonly long[][] First = [[2, 3], [4], [5, 6, 7]], Second = [[8], [9, 3], [8]];

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
    [InlineData(1)]
    [InlineData(2)]
    public void In_chunks_the_loss_and_its_gradient_are_those_of_the_whole(int chunk)
    {
        using var scope = torch.NewDisposeScope();
        using var whole = ToyClip.Create();
        using var parts = ToyClip.Create();

        double expected = new ContrastiveStep(whole, FrozenTowers.Nothing, new ContrastiveOptions()).Differentiate(Both()).ToDouble();
        double found = new ContrastiveStep(parts, FrozenTowers.Nothing, new ContrastiveOptions { Chunk = chunk }).Differentiate(Both()).ToDouble();

        Assert.Equal(expected, found, 1e-5);
        foreach (var (one, other) in whole.parameters().Zip(parts.parameters()))
        {
            Assert.True((one.grad! - other.grad!).norm().ToDouble() <= 1e-5 * (one.grad!.norm().ToDouble() + 1e-3));
        }
    }

    private static Batch Both() => Of([.. First.Zip(Second).SelectMany(pair => new[] { pair.First, pair.Second })], [0, 0, 1, 1, 2, 0]);

    private static Batch Of(long[][] texts, long[] groups) =>
        new(null, null, ToyClip.Ids(6, 0, texts), null, torch.tensor(groups), new BatchShape(3, 0, 6, 3, 3)) { Pixels = ToyClip.Pixels(3) };
}
