using System.Runtime.Intrinsics;
using Sextant.Models;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

public class CourseLayerTests
{
    [Theory]
    [InlineData(true, false, 16, 3, 18, 0, 9)]
    [InlineData(true, false, 8, 2, 3, 0, 0)]
    [InlineData(true, false, 24, 1, 1, 0, 1)]
    [InlineData(false, false, 32, 4, 9, 0, 0)]
    [InlineData(true, true, 16, 3, 7, 5, 4)]
    [InlineData(true, true, 40, 2, 2, 17, 0)]
    [InlineData(true, true, 128, 2, 9, 8, 18)]
    public void The_fused_stack_and_its_gradients_equal_plain_autograd(bool causal, bool cross, int hidden, int examples, int length, int source, int chosen)
    {
        using var generator = new torch.Generator(1, torch.CPU);
        var stack = Enumerable.Range(0, 2).Select(_ => new CourseLayer(hidden, causal, cross)).ToList();
        stack.ForEach(layer => layer.Initialise(generator));
        using var table = new Embedding(11, hidden);
        table.InitialiseNormal(1, generator);
        var tokens = new PlacedTokens(table, torch.randint(11, [examples, length], dtype: torch.ScalarType.Int64, generator: generator), torch.randn(length, hidden, generator: generator));
        var memory = cross ? torch.randn(examples, source, hidden, generator: generator).requires_grad_(true) : null;
        var lossPositions = chosen > 0 ? torch.randperm(examples * length, generator: generator).narrow(0, 0, chosen) : null;
        var plain = stack[1].Plain(stack[0].Plain(tokens.Embed(), memory, null, null), memory, null, null);
        var upstream = torch.randn(chosen > 0 ? [chosen, hidden] : [examples, length, hidden], generator: generator);
        var expected = Gradients(lossPositions is null ? plain : plain.view(-1, hidden).index_select(0, lossPositions));
        var actual = Gradients(CourseLayer.Forward(stack, "", tokens, memory, null, lossPositions));
        foreach (var ((name, a), (_, b)) in expected.Zip(actual))
        {
            float difference = (a - b).abs().max().item<float>();
            Assert.True(difference < 1e-5 * Math.Max(1, a.abs().max().item<float>()), $"{name} differs by {difference}");
        }

        List<(string Name, torch.Tensor Value)> Gradients(torch.Tensor output)
        {
            stack.ForEach(layer => layer.zero_grad());
            List<(string, torch.Tensor)> found = [("output", output.detach())];
            table.zero_grad();
            memory?.grad?.zero_();
            output.backward([upstream]);
            found.Add(("table", table.weight.grad!.clone()));
            if (memory is not null)
            {
                found.Add(("memory", memory.grad!.clone()));
            }

            found.AddRange(stack.SelectMany(layer => layer.named_parameters()).Select(p => (p.name, p.parameter.grad!.clone())));
            return found;
        }
    }

    [Fact]
    public void Backward_may_run_after_the_scope_of_forward_has_ended()
    {
        using var model = Examples.Create("course encoder-decoder");
        using var batch = Examples.Batch(encoder: true);
        torch.Tensor loss;
        using (torch.NewDisposeScope())
        {
            loss = model.Logits(batch).square().mean().MoveToOuterDisposeScope();
        }

        loss.backward();
        Assert.All(model.parameters(), p => Assert.NotNull(p.grad));
    }

    [Fact]
    public void The_exponential_is_within_float_rounding_and_zero_for_what_is_hidden()
    {
        for (float x = 0f; x > -86; x -= 0.0137f)
        {
            Assert.InRange(ShortAttention.Exp(Vector256.Create(x))[0] / Math.Exp(x), 1 - 4e-7, 1 + 4e-7);
        }

        Assert.Equal(1, ShortAttention.Exp(Vector256.Create(0f))[0]);
        Assert.Equal(0, ShortAttention.Exp(Vector256.Create(float.NegativeInfinity))[0]);
    }

    [Fact]
    public void The_fused_stack_takes_no_part_where_no_gradient_is_asked_for()
    {
        using var layer = new CourseLayer(16, causal: true, cross: false);
        using var generator = new torch.Generator(1, torch.CPU);
        layer.Initialise(generator);
        using var table = new Embedding(11, 16);
        using var _ = torch.no_grad();
        Assert.False(CourseLayer.Forward([layer], "", new PlacedTokens(table, torch.ones(2, 3, dtype: torch.ScalarType.Int64), torch.zeros(3, 16)), null, null).requires_grad);
    }
}
