using Sextant.Models;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

public class CourseLayerTests
{
    [Theory]
    [InlineData(true, false, 16, 3, 18, 0)]
    [InlineData(true, false, 8, 2, 3, 0)]
    [InlineData(true, false, 24, 1, 1, 0)]
    [InlineData(false, false, 32, 4, 9, 0)]
    [InlineData(true, true, 16, 3, 7, 5)]
    [InlineData(true, true, 40, 2, 2, 17)]
    [InlineData(true, true, 128, 2, 9, 8)]
    public void The_fused_layer_and_its_gradients_equal_plain_autograd(bool causal, bool cross, int hidden, int examples, int length, int source)
    {
        using var generator = new torch.Generator(1, torch.CPU);
        using var layer = new CourseLayer(hidden, causal, cross);
        layer.Initialise(generator);
        var x = torch.randn(examples, length, hidden, generator: generator).requires_grad_(true);
        var memory = cross ? torch.randn(examples, source, hidden, generator: generator).requires_grad_(true) : null;
        var upstream = torch.randn(examples, length, hidden, generator: generator);
        var expected = Gradients(layer.Plain(x, memory, null, null));
        var actual = Gradients(layer.Forward(x, memory, null));
        foreach (var ((name, a), (_, b)) in expected.Zip(actual))
        {
            var difference = (a - b).abs().max().item<float>();
            Assert.True(difference < 1e-5 * Math.Max(1, a.abs().max().item<float>()), $"{name} differs by {difference}");
        }

        List<(string Name, torch.Tensor Value)> Gradients(torch.Tensor output)
        {
            layer.zero_grad();
            List<(string, torch.Tensor)> found = [("output", output.detach())];
            x.grad?.zero_();
            memory?.grad?.zero_();
            output.backward([upstream]);
            found.Add(("x", x.grad!.clone()));
            if (memory is not null)
            {
                found.Add(("memory", memory.grad!.clone()));
            }

            found.AddRange(layer.named_parameters().Select(p => (p.name, p.parameter.grad!.clone())));
            return found;
        }
    }

    [Fact]
    public void The_fused_layer_takes_no_part_where_no_gradient_is_asked_for()
    {
        using var layer = new CourseLayer(16, causal: true, cross: false);
        using var generator = new torch.Generator(1, torch.CPU);
        layer.Initialise(generator);
        using var _ = torch.no_grad();
        Assert.False(layer.Forward(torch.randn(2, 3, 16), null, null).requires_grad);
    }
}
