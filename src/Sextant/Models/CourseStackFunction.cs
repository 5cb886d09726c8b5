using TorchSharp;
using static Sextant.Models.ShortAttention;

namespace Sextant.Models;

/// <summary>
/// A whole stack of course layers, from ids to the vectors that carry loss, as one node of the autograd graph: the same numbers
/// as <see cref="CourseLayer.Plain"/> to rounding, with libtorch's products for the projections and <see cref="ShortAttention"/> between them. On small models
/// what is saved is the some forty nodes, and their tensors, that the plain path makes a layer.
/// </summary>
internal sealed class CourseStackFunction : torch.autograd.SingleTensorFunction<CourseStackFunction>
{
    /// <summary>Arguments of apply before the layers' parameters; a placeholder stands where there is no memory or no choice of rows.</summary>
    private const int Table = 0, Ids = 1, PositionRows = 2, Memory = 3, LossPositions = 4, Causal = 5, Leading = 6;

    public override string Name => nameof(CourseStackFunction);

    /// <summary>Tokens at positions, memory [B, S, H] or null, to [B, T, H], or to [M, H] where loss positions [M] choose rows.</summary>
    public static torch.Tensor Apply(IEnumerable<CourseLayer> layers, PlacedTokens tokens, torch.Tensor? memory, torch.Tensor? lossPositions, bool causal)
    {
        var parameters = layers.SelectMany(layer => new[] { layer.self, layer.feedForward, layer.crossQuery, layer.crossKeyValue })
            .OfType<Projection>()
            .SelectMany(projection => new object[] { projection.weight, projection.bias! });
        return apply([tokens.Table.weight, tokens.Ids, tokens.Positions, memory ?? (object)false, lossPositions ?? (object)false, causal, .. parameters]);
    }

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var (table, ids) = ((torch.Tensor)vars[Table], (torch.Tensor)vars[Ids]);
        var (memory, lossPositions) = ((vars[Memory] as torch.Tensor)?.contiguous(), vars[LossPositions] as torch.Tensor);
        bool causal = (bool)vars[Causal];
        var flatIds = ids.reshape(-1);
        var x = table.index_select(0, flatIds).view(ids.shape[0], ids.shape[1], -1).Grow((torch.Tensor)vars[PositionRows]);
        List<torch.Tensor> kept = [table, flatIds, .. new[] { lossPositions, memory }.OfType<torch.Tensor>()];
        foreach (var parameters in vars.Skip(Leading).Cast<torch.Tensor>().Chunk(memory is null ? 4 : 8))
        {
            var layer = new Layer(parameters, causal);
            x = layer.Forward(x, memory);
            kept.AddRange([.. parameters, .. layer.Kept]);
        }

        ctx.save_for_backward(kept);
        ctx.save_data(nameof(causal), causal);
        ctx.save_data(nameof(memory), memory is not null);
        ctx.save_data(nameof(lossPositions), lossPositions is not null);
        return lossPositions is null ? x : x.view(-1, x.shape[2]).index_select(0, lossPositions);
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        bool causal = (bool)ctx.get_data("causal");
        bool hasMemory = (bool)ctx.get_data("memory");
        bool hasLossPositions = (bool)ctx.get_data("lossPositions");
        var kept = ctx.get_saved_variables();
        var (table, flatIds) = (kept[0], kept[1]);
        int leading = 2 + (hasLossPositions ? 1 : 0) + (hasMemory ? 1 : 0);
        var memory = hasMemory ? kept[leading - 1] : null;
        long[] shape = kept[leading + (hasMemory ? 8 : 4)].shape; // of the first layer's input, [B, T, H]
        var x = hasLossPositions
            ? torch.zeros(flatIds.shape[0], shape[2]).index_copy_(0, kept[2], grad_output).view(shape)
            : grad_output.contiguous();
        var gradients = new List<torch.Tensor>();
        torch.Tensor? ofMemory = null;
        foreach (var tensors in kept.Skip(leading).Chunk(hasMemory ? 8 + 9 : 4 + 5).Reverse())
        {
            var layer = new Layer(tensors[..(hasMemory ? 8 : 4)], causal) { Kept = tensors[(hasMemory ? 8 : 4)..] };
            gradients.InsertRange(0, layer.Backward(ref x, memory, ref ofMemory));
        }

        var ofTable = torch.zeros_like(table).index_add_(0, flatIds, x.view(-1, shape[2]), 1);
        return [ofTable, null!, null!, ofMemory!, null!, null!, .. gradients];
    }

    /// <summary>One layer's arithmetic, and what its backward needs of its forward.</summary>
    /// <param name="p">Weight and bias of the self-attention, of the feed-forward, of the cross-attention's queries, of its keys and values.</param>
    /// <param name="causal">Whether no query sees a later key.</param>
    private sealed class Layer(torch.Tensor[] p, bool causal)
    {
        /// <summary>
        /// Input, projections and weights of the self-attention, input and output of the feed-forward; then input, queries, keys
        /// with values, and weights of the cross-attention.
        /// </summary>
        public torch.Tensor[] Kept { get; set; } = [];

        public torch.Tensor Forward(torch.Tensor x, torch.Tensor? memory)
        {
            int width = (int)x.shape[^1];
            var all = torch.nn.functional.linear(x, p[0], p[1]); // [B, T, 3H]
            var (mixed, weights) = ShortAttention.Forward(new(all, 0, width), new(all, width, width), new(all, 2 * width, width), causal);
            List<torch.Tensor> own = [x, all, weights];
            List<torch.Tensor> cross = [];
            x = x.Plus(mixed);
            if (memory is not null)
            {
                var queries = torch.nn.functional.linear(x, p[4], p[5]); // [B, T, H]
                var both = torch.nn.functional.linear(memory, p[6], p[7]); // [B, S, 2H]
                (mixed, weights) = ShortAttention.Forward(new(queries, 0, width), new(both, 0, width), new(both, width, width), false);
                cross = [x, queries, both, weights];
                x = x.Plus(mixed);
            }

            var relu = torch.nn.functional.linear(x, p[2], p[3]).relu_();
            Kept = [.. own, x, relu, .. cross];
            return x.Plus(relu);
        }

        /// <summary>Turns the gradient of the output into that of the input, adds to that of the memory, and returns those of p.</summary>
        public torch.Tensor[] Backward(ref torch.Tensor g, torch.Tensor? memory, ref torch.Tensor? ofMemory)
        {
            int width = (int)g.shape[^1];
            var of = new torch.Tensor[p.Length];
            var (input, all, own, middle, relu) = (Kept[0], Kept[1], Kept[2], Kept[3], Kept[4]);
            g = Back(OfRelu(relu, g), middle, p[2], g, out of[2], out of[3]);
            if (memory is not null)
            {
                var (x, queries, both, weights) = (Kept[5], Kept[6], Kept[7], Kept[8]);
                var (ofQueries, ofBoth) = (torch.empty_like(queries), torch.empty_like(both));
                ShortAttention.Backward(
                    new(queries, 0, width), new(both, 0, width), new(both, width, width), false, weights, new(g, 0, width),
                    new(ofQueries, 0, width), new(ofBoth, 0, width), new(ofBoth, width, width));
                g = Back(ofQueries, x, p[4], g, out of[4], out of[5]);
                ofMemory = Back(ofBoth, memory, p[6], ofMemory, out of[6], out of[7]);
            }

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
    }
}
