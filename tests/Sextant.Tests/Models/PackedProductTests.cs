using Sextant.Models;
using Sextant.Models.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

public sealed unsafe class PackedProductTests
{
    [Theory]
    [InlineData(8, 1, 1)]
    [InlineData(16, 192, 48)]
    [InlineData(24, 193, 49)]
    [InlineData(40, 500, 200)]
    public void Products_sums_and_biases_are_those_of_doubles(int rows, int terms, int columns)
    {
        Assert.SkipUnless(PackedProduct.IsSupported, "this processor has no vectors of sixteen floats");
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
                ShortAttention.Address(x), rows, terms, ShortAttention.Address(weight), ShortAttention.Address(bias), columns, ShortAttention.Address(y), adds, null, threads: 2);

            var expected = adds ? product + before : product;
            Assert.InRange((y - expected).abs().max().item<double>(), 0, 1e-6 * Math.Sqrt(terms) * 10);
        }
    }

    [Theory]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.GeluTanh)]
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
}
