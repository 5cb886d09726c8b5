using TorchSharp;
using static Sextant.Models.ShortAttention;

namespace Sextant.Models;

/// <summary>
/// A whole stack of course layers as one node of the autograd graph: the same numbers as <see cref="CourseLayer.Plain"/> to
/// rounding, with libtorch's products for the projections and <see cref="ShortAttention"/> between them. On small models
/// what is saved is the some forty nodes, and their tensors, that the plain path makes a layer. Backward must run before the
/// dispose scope of forward ends: its tensors are kept as they are, since save_for_backward costs as much as the arithmetic at H = 16.
/// </summary>
internal sealed class CourseStackFunction : torch.autograd.SingleTensorFunction<CourseStackFunction>
{
    private const string Key = nameof(Kept);

    /// <summary>Arguments of apply before the layers' parameters: x, memory or a placeholder, whether causal.</summary>
    private const int Leading = 3;

    public override string Name => nameof(CourseStackFunction);

    /// <summary>x [B, T, H], memory [B, S, H] or null, to [B, T, H].</summary>
    public static torch.Tensor Apply(IEnumerable<CourseLayer> layers, torch.Tensor x, torch.Tensor? memory, bool causal)
    {
        var parameters = layers.SelectMany(layer => new[] { layer.self, layer.feedForward, layer.crossQuery, layer.crossKeyValue })
            .OfType<Projection>()
            .SelectMany(projection => new object[] { projection.weight, projection.bias! });
        return apply([x, memory ?? (object)false, causal, .. parameters]);
    }

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var x = ((torch.Tensor)vars[0]).contiguous();
        var memory = (vars[1] as torch.Tensor)?.contiguous();
        var causal = (bool)vars[2];
        var layers = new List<Layer>();
        foreach (var parameters in vars.Skip(Leading).Cast<torch.Tensor>().Chunk(memory is null ? 4 : 8))
        {
            var layer = new Layer(parameters, causal);
            x = layer.Forward(x, memory);
            layers.Add(layer);
        }

        ctx.save_data(Key, new Kept(memory, layers));
        return x;
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        var (memory, layers) = (Kept)ctx.get_data(Key);
        var gradients = new List<torch.Tensor>();
        var x = grad_output.contiguous();
        torch.Tensor? ofMemory = null;
        foreach (var layer in Enumerable.Reverse(layers))
        {
            var ofParameters = layer.Backward(ref x, memory, ref ofMemory);
            gradients.InsertRange(0, ofParameters);
        }

        return [x, ofMemory!, null!, .. gradients];
    }

    private sealed record Kept(torch.Tensor? Memory, List<Layer> Layers);

    /// <summary>One layer's arithmetic, and what its backward needs of its forward.</summary>
    /// <param name="p">Weight and bias of the self-attention, of the feed-forward, of the cross-attention's queries, of its keys and values.</param>
    /// <param name="causal">Whether no query sees a later key.</param>
    private sealed class Layer(torch.Tensor[] p, bool causal)
    {
        private Step self;
        private Step cross;
        private torch.Tensor? middle; // the feed-forward's input
        private torch.Tensor? relu; // its output

        public torch.Tensor Forward(torch.Tensor x, torch.Tensor? memory)
        {
            var width = (int)x.shape[^1];
            var all = torch.nn.functional.linear(x, p[0], p[1]); // [B, T, 3H]
            var (mixed, weights) = ShortAttention.Forward(new(all, 0, width), new(all, width, width), new(all, 2 * width, width), causal);
            self = new Step(x, all, all, weights);
            x = x + mixed;
            if (memory is not null)
            {
                var queries = torch.nn.functional.linear(x, p[4], p[5]); // [B, T, H]
                var both = torch.nn.functional.linear(memory, p[6], p[7]); // [B, S, 2H]
                (mixed, weights) = ShortAttention.Forward(new(queries, 0, width), new(both, 0, width), new(both, width, width), false);
                cross = new Step(x, queries, both, weights);
                x = x + mixed;
            }

            middle = x;
            relu = torch.nn.functional.linear(x, p[2], p[3]).relu_();
            return x + relu;
        }

        /// <summary>Turns the gradient of the output into that of the input, adds to that of the memory, and returns those of p.</summary>
        public torch.Tensor[] Backward(ref torch.Tensor g, torch.Tensor? memory, ref torch.Tensor? ofMemory)
        {
            var width = (int)g.shape[^1];
            var of = new torch.Tensor[p.Length];
            g = Back(OfRelu(relu!, g), middle!, p[2], g, out of[2], out of[3]);
            if (memory is not null)
            {
                var (x, queries, both, weights) = cross;
                var (ofQueries, ofBoth) = (torch.empty_like(queries), torch.empty_like(both));
                ShortAttention.Backward(
                    new(queries, 0, width), new(both, 0, width), new(both, width, width), false, weights, new(g, 0, width),
                    new(ofQueries, 0, width), new(ofBoth, 0, width), new(ofBoth, width, width));
                g = Back(ofQueries, x, p[4], g, out of[4], out of[5]);
                ofMemory = Back(ofBoth, memory, p[6], ofMemory, out of[6], out of[7]);
            }

            var (input, all, _, own) = self;
            var ofAll = torch.empty_like(all);
            ShortAttention.Backward(
                new(all, 0, width), new(all, width, width), new(all, 2 * width, width), causal, own, new(g, 0, width),
                new(ofAll, 0, width), new(ofAll, width, width), new(ofAll, 2 * width, width));
            g = Back(ofAll, input, p[0], g, out of[0], out of[1]);
            return of;
        }

        /// <summary>
        /// The gradient of x in y = x W^T + b given that of y, added to what else reached x, and those of W and b. The bias's
        /// is a product with ones: libtorch's sum over rows takes three to four times as long.
        /// </summary>
        private static torch.Tensor Back(
            torch.Tensor gradient, torch.Tensor x, torch.Tensor weight, torch.Tensor? rest, out torch.Tensor ofWeight, out torch.Tensor ofBias)
        {
            var flat = gradient.view(-1, gradient.shape[^1]); // [B T, out]
            var turned = flat.t();
            ofWeight = turned.mm(x.view(-1, x.shape[^1]));
            ofBias = turned.mv(torch.ones(flat.shape[0]));
            return (rest is null ? flat.mm(weight) : rest.view(-1, rest.shape[^1]).addmm(flat, weight, 1, 1)).view_as(x);
        }

        /// <summary>An attention's input, its projections and its weights.</summary>
        private readonly record struct Step(torch.Tensor X, torch.Tensor Queries, torch.Tensor Others, torch.Tensor Weights);
    }
}
