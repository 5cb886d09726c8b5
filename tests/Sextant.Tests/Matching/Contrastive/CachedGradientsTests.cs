using Sextant.Matching.Contrastive;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch.nn;

namespace Sextant.Tests.Matching.Contrastive;

/// <summary>Held against one graph of the whole batch.</summary>
public sealed class CachedGradientsTests
{
    private const int Examples = 13;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(64)]
    public void In_double_every_element_of_the_gradient_is_that_of_the_whole_batch(int chunk)
    {
        using var towers = new Towers(torch.ScalarType.Float64);
        var (loss, expected) = towers.Whole();

        var (cached, actual) = towers.Cached(chunk);

        Assert.Equal(loss, cached, 1e-12 * loss);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14 + (1e-11 * Math.Abs(pair.First))));
        Assert.True(expected.Count(cell => cell != 0) > expected.Length / 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void In_single_the_norm_of_the_difference_is_a_millionth_of_the_gradients(int chunk)
    {
        using var towers = new Towers(torch.ScalarType.Float32);
        var (_, expected) = towers.Whole();

        var (_, actual) = towers.Cached(chunk);

        Assert.InRange(Norm(expected.Zip(actual, (a, b) => a - b)) / Norm(expected), 0, 1e-6);

        static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));
    }

    [Fact]
    public void Dropout_hides_the_same_in_both_passes_of_a_chunk()
    {
        using var towers = new Towers(torch.ScalarType.Float64, dropout: 0.4);
        var seen = new List<(int At, double[] Features)>();
        torch.manual_seed(5);

        towers.Cached(5, (at, features) => seen.Add((at, features.detach().data<double>().ToArray())));

        var passes = seen.GroupBy(pass => pass.At).ToList();
        Assert.Equal([0, 5, 10], passes.Select(pass => pass.Key).Order());
        Assert.All(passes, pass => Assert.Equal(pass.First().Features, Assert.Single(pass.Skip(1)).Features));
    }

    [Fact]
    public void A_frozen_tower_is_computed_once_and_takes_no_gradient()
    {
        using var towers = new Towers(torch.ScalarType.Float64);
        int passes = 0;
        foreach (var parameter in towers.Pictures.parameters())
        {
            parameter.requires_grad = false;
        }

        towers.Cached(5, (_, _) => passes++, isPictureTrained: false);

        Assert.Equal(3, passes);
        Assert.All(towers.Pictures.parameters(), parameter => Assert.True(parameter.grad is null || parameter.grad.abs().sum().item<double>() == 0));
    }

    /// <summary>A node that counts the graphs that are alive: made in the forward pass, gone with the backward one.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(80)]
    public void No_more_than_one_chunk_is_in_a_graph_however_large_the_batch(int examples)
    {
        using var scope = torch.NewDisposeScope();
        using var layer = Linear(6, 4);
        var input = torch.randn(examples, 6);
        (CountedGraph.Alive, CountedGraph.Most, CountedGraph.MostRows) = (0, 0, 0);
        var tower = new ChunkedTower((at, count) => CountedGraph.apply(layer.forward(input.narrow(0, at, count))));

        CachedGradients.Add(examples, 4, [tower, tower], features => ContrastiveLoss.Of(features[0], features[1], torch.tensor(3f)));

        Assert.Equal((0, 1, 4L), (CountedGraph.Alive, CountedGraph.Most, CountedGraph.MostRows));
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using var towers = new Towers(torch.ScalarType.Float32);
        towers.Cached(4);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 20; i++)
        {
            towers.Cached(4);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private sealed class CountedGraph : torch.autograd.SingleTensorFunction<CountedGraph>
    {
        public static int Alive { get; set; }

        public static int Most { get; set; }

        public static long MostRows { get; set; }

        public override string Name => nameof(CountedGraph);

        public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (torch.Tensor)vars[0];
            if (x.requires_grad)
            {
                Alive++;
                (Most, MostRows) = (Math.Max(Most, Alive), Math.Max(MostRows, x.shape[0]));
            }

            return x.clone();
        }

        public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
        {
            Alive--;
            return [grad_output.clone()];
        }
    }

    /// <summary>Two small networks with a temperature, and a batch for them in which two captions are equal.</summary>
    private sealed class Towers : IDisposable
    {
        private readonly torch.Tensor pixels, words, groups;
        private readonly Sequential texts;
        private readonly Parameter logitScale;

        public Towers(torch.ScalarType type, double dropout = 0)
        {
            torch.manual_seed(1);
            Pictures = Sequential(Linear(7, 9), GELU(), Dropout(dropout), Linear(9, 5));
            texts = Sequential(Linear(6, 8), Tanh(), Dropout(dropout), Linear(8, 5));
            Pictures.to(type);
            texts.to(type);
            logitScale = Parameter(torch.tensor(1.3, type));
            (pixels, words) = (torch.randn(Examples, 7, dtype: type), torch.randn(Examples, 6, dtype: type));
            groups = torch.tensor([0L, 1, 2, 3, 4, 1, 6, 7, 8, 9, 10, 11, 12]);
        }

        public Sequential Pictures { get; }

        public (double Loss, double[] Gradient) Whole() => Measured(() =>
        {
            var loss = Loss([Pictures.forward(pixels), texts.forward(words)]);
            loss.backward();
            return loss;
        });

        public (double Loss, double[] Gradient) Cached(int chunk, Action<int, torch.Tensor>? seen = null, bool isPictureTrained = true) => Measured(() => CachedGradients.Add(
            Examples,
            chunk,
            [
                new((at, count) =>
                {
                    var features = Pictures.forward(pixels.narrow(0, at, count));
                    seen?.Invoke(at, features);
                    return features;
                }, isPictureTrained),
                new((at, count) => texts.forward(words.narrow(0, at, count))),
            ],
            Loss));

        public void Dispose()
        {
            foreach (var item in new IDisposable[] { Pictures, texts, logitScale, pixels, words, groups })
            {
                item.Dispose();
            }
        }

        private torch.Tensor Loss(IReadOnlyList<torch.Tensor> features) => ContrastiveLoss.Of(features[0], features[1], logitScale.exp(), groups);

        private (double Loss, double[] Gradient) Measured(Func<torch.Tensor> differentiate)
        {
            using var scope = torch.NewDisposeScope();
            Parameter[] all = [.. Pictures.parameters(), .. texts.parameters(), logitScale];
            foreach (var parameter in all)
            {
                parameter.grad?.zero_();
            }

            double loss = differentiate().to_type(torch.ScalarType.Float64).item<double>();
            return (loss, [.. all.Where(p => p.grad is not null).SelectMany(p => p.grad!.to_type(torch.ScalarType.Float64).reshape(-1).data<double>().ToArray())]);
        }
    }
}
