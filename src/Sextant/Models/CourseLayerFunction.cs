using TorchSharp;
using static Sextant.Models.ShortAttention;

namespace Sextant.Models;

/// <summary>
/// A whole course layer as one node of the autograd graph: the same numbers as <see cref="CourseLayer"/>'s plain path to
/// rounding, with libtorch's products for the projections and <see cref="ShortAttention"/> between them. On small models
/// what is saved is the some forty nodes, and their tensors, that the plain path makes a layer.
/// </summary>
internal sealed class CourseLayerFunction : torch.autograd.SingleTensorFunction<CourseLayerFunction>
{
    public override string Name => nameof(CourseLayerFunction);

    /// <summary>x [B, T, H], memory [B, S, H] or null, to [B, T, H].</summary>
    public static torch.Tensor Apply(CourseLayer layer, torch.Tensor x, torch.Tensor? memory, bool causal)
    {
        var (self, last) = (layer.self, layer.feedForward);
        return layer.crossQuery is { } query && layer.crossKeyValue is { } keyValue && memory is not null
            ? apply(x, self.weight, self.bias!, last.weight, last.bias!, memory, query.weight, query.bias!, keyValue.weight, keyValue.bias!)
            : apply(x, self.weight, self.bias!, last.weight, last.bias!, causal);
    }

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var inputs = vars.OfType<torch.Tensor>().ToArray();
        var cross = inputs.Length > 5;
        var causal = vars[^1] is not false;
        var (x, width) = (inputs[0].contiguous(), (int)inputs[0].shape[^1]);
        List<torch.Tensor> kept = [.. inputs];

        var all = Project(x, inputs[1], inputs[2]); // [B, T, 3H]
        var (mixed, weights) = Forward(new(all, 0, width), new(all, width, width), new(all, 2 * width, width), causal);
        kept[0] = x;
        var y = x + mixed;
        kept.AddRange([all, weights, y]);
        if (cross)
        {
            var memory = inputs[5].contiguous();
            kept[5] = memory;
            var queries = Project(y, inputs[6], inputs[7]);
            var both = Project(memory, inputs[8], inputs[9]); // [B, S, 2H]
            (mixed, weights) = Forward(new(queries, 0, width), new(both, 0, width), new(both, width, width), false);
            y = y + mixed;
            kept.AddRange([queries, both, weights, y]);
        }

        var z = Project(y, inputs[3], inputs[4]).relu_();
        kept.Add(z);
        ctx.save_for_backward(kept);
        ctx.save_data("causal", causal);
        return y + z;
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        var kept = ctx.get_saved_variables();
        var causal = (bool)ctx.get_data("causal");
        var cross = kept.Count > 9;
        var inputs = cross ? 10 : 5;
        var width = (int)kept[0].shape[^1];
        var gradients = new torch.Tensor[cross ? 10 : 6]; // one for each argument of apply, null for the last of six

        var (y, z) = (kept[^2], kept[^1]);
        var g = grad_output.contiguous();
        var ofZ = OfRelu(z, g);
        g = Back(ofZ, y, kept[3], g, out gradients[3], out gradients[4]);
        if (cross)
        {
            var (queries, both, weights, x) = (kept[inputs + 3], kept[inputs + 4], kept[inputs + 5], kept[inputs + 2]);
            var (ofQueries, ofBoth) = (torch.empty_like(queries), torch.empty_like(both));
            Backward(
                new(queries, 0, width), new(both, 0, width), new(both, width, width), false, weights, new(g, 0, width),
                new(ofQueries, 0, width), new(ofBoth, 0, width), new(ofBoth, width, width));
            g = Back(ofQueries, x, kept[6], g, out gradients[6], out gradients[7]);
            gradients[5] = Back(ofBoth, kept[5], kept[8], null, out gradients[8], out gradients[9]);
        }

        var (all, own) = (kept[inputs], kept[inputs + 1]);
        var ofAll = torch.empty_like(all);
        Backward(
            new(all, 0, width), new(all, width, width), new(all, 2 * width, width), causal, own, new(g, 0, width),
            new(ofAll, 0, width), new(ofAll, width, width), new(ofAll, 2 * width, width));
        gradients[0] = Back(ofAll, kept[0], kept[1], g, out gradients[1], out gradients[2]);
        return [.. gradients];
    }

    /// <summary>x W^T + b, [B, T, in] to [B, T, out].</summary>
    private static torch.Tensor Project(torch.Tensor x, torch.Tensor weight, torch.Tensor bias) =>
        torch.nn.functional.linear(x, weight, bias);

    /// <summary>
    /// The gradient of x in y = x W^T + b given that of y, added to what else reached x, and those of W and b. The bias's is
    /// a product with ones: libtorch's sum over rows takes three to four times as long.
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
