using Sextant.Models;
using Sextant.Models.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

public sealed unsafe class PackedProductTests
{
    [Theory]
    [InlineData(8, 1, 1)]
    [InlineData(1, 20, 47)]
    [InlineData(31, 385, 97)]
    [InlineData(16, 192, 48)]
    [InlineData(24, 193, 49)]
    [InlineData(40, 500, 200)]
    public void Products_sums_and_biases_are_those_of_doubles(int rows, int terms, int columns)
    {
        SkipWhereLibtorchComputes();
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(1, torch.CPU);
        var x = torch.randn([rows, terms], generator: generator);
        var weight = torch.randn([columns, terms], generator: generator);
        var bias = torch.randn([columns], generator: generator);
        var before = torch.randn([rows, columns], generator: generator);
        var product = torch.nn.functional.linear(x.to(torch.float64), weight.to(torch.float64), bias.to(torch.float64));

        foreach (bool adds in new[] { false, true })
        {
            var y = before.clone();
            PackedProduct.Multiply(
                new(ShortAttention.Address(x), terms, 1), rows, terms, new(ShortAttention.Address(weight), terms, 1), ShortAttention.Address(bias), columns, ShortAttention.Address(y), adds,
                null, threads: 2);

            var expected = adds ? product + before : product;
            Assert.InRange((y - expected).abs().max().item<double>(), 0, 1e-6 * Math.Sqrt(terms) * 10);
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gradients_are_those_of_libtorch_and_of_nothing_that_is_frozen(bool learnsX, bool learnsWeights)
    {
        SkipWhereLibtorchComputes();
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(2, torch.CPU);
        torch.Tensor x = torch.randn([13, 17, 250], generator: generator), weight = torch.randn([305, 250], generator: generator), bias = torch.randn([305], generator: generator);
        var random = torch.randn([13, 17, 305], generator: generator);
        Assert.True(x.numel() * weight.shape[0] >= 1 << 24, "too small to be computed here");
        x.requires_grad = learnsX;
        (weight.requires_grad, bias.requires_grad) = (learnsWeights, learnsWeights);

        var expected = Gradients(torch.nn.functional.linear);
        var actual = Gradients((x, weight, bias) => PackedLinear.Of(x, weight, bias!));

        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one is null, other is null);
            Assert.True(one is null || torch.allclose(one, other!, 1e-5, 1e-4));
        }

        torch.Tensor?[] Gradients(Func<torch.Tensor, torch.Tensor, torch.Tensor?, torch.Tensor> linear)
        {
            torch.Tensor[] inputs = [x, weight, bias];
            foreach (var input in inputs)
            {
                input.grad = null;
            }

            var y = linear(x, weight, bias);
            y.backward([random]);
            return [y.detach(), .. inputs.Select(input => input.grad?.clone())];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Many_products_keep_no_tensor(bool learns)
    {
        SkipWhereLibtorchComputes();
        using var outer = torch.NewDisposeScope();
        torch.Tensor x = torch.ones(300, 250), weight = torch.ones([305, 250], requires_grad: true), bias = torch.ones([305], requires_grad: true);
        Pass();
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 30; i++)
        {
            Pass();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Pass()
        {
            using var scope = torch.NewDisposeScope();
            using var mode = torch.set_grad_enabled(learns);
            var y = PackedLinear.Of(x, weight, bias);
            if (learns)
            {
                y.sum().backward();
                weight.grad!.zero_();
            }
        }
    }

    [Theory]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.GeluTanh)]
    [InlineData(Activation.QuickGelu)]
    [InlineData(Activation.Relu)]
    public void Activations_are_exact_to_two_ten_millionths(Activation activation)
    {
        using var scope = torch.NewDisposeScope();
        float[] points = [.. Enumerable.Range(-13001, 26003).Select(i => i / 1000f)];
        double[] exact = activation.Of(torch.tensor(points).to(torch.float64)).data<double>().ToArray();

        CellFunctions.Apply(activation, points.AsSpan());

        double[] apart = [.. points.Zip(exact, (ours, value) => Math.Abs(ours - value) / Math.Max(1, Math.Abs(value)))];
        Assert.InRange(apart.Max(), 0, 2e-7);
    }

    private static void SkipWhereLibtorchComputes() => Assert.SkipUnless(PackedProduct.IsSupported, "this processor has no vectors of sixteen floats");
}
