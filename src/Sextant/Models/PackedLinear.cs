using TorchSharp;
using static Sextant.Models.ShortAttention;

namespace Sextant.Models;

/// <summary>x W^T + b and its derivative by <see cref="PackedProduct"/>, as a node of the autograd graph: the three products of a training step at its rate. It has no second derivative.</summary>
internal sealed unsafe class PackedLinear : torch.autograd.SingleTensorFunction<PackedLinear>
{
    /// <summary>Multiply-adds below which libtorch is as fast: a managed node costs some 40 us.</summary>
    private const long FewestTerms = 1 << 24;

    /// <summary>Of a tensor whose bytes are reached through a span.</summary>
    internal const long MostCells = int.MaxValue / sizeof(float);

    public override string Name => nameof(PackedLinear);

    /// <summary>[..., in] to [..., out], here where it pays and by libtorch elsewhere.</summary>
    public static torch.Tensor Of(torch.Tensor x, torch.Tensor weight, torch.Tensor? bias)
    {
        bool suits = PackedProduct.IsSupported && x.device_type == DeviceType.CPU && x.dtype == torch.ScalarType.Float32 && weight.dtype == torch.ScalarType.Float32
            && x.numel() * weight.shape[0] >= FewestTerms && weight.is_contiguous()
            && Math.Max(weight.numel(), x.numel() / weight.shape[1] * Math.Max(weight.shape[0], weight.shape[1])) <= MostCells;
        return suits ? apply(x, weight, bias ?? torch.zeros(weight.shape[0])) : torch.nn.functional.linear(x, weight, bias);
    }

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = (((torch.Tensor)vars[0]).contiguous(), (torch.Tensor)vars[1], (torch.Tensor)vars[2]);
        ctx.save_for_backward([x, weight]);
        ctx.save_data(nameof(x), ((torch.Tensor)vars[0]).requires_grad);
        ctx.save_data(nameof(weight), weight.requires_grad);
        var (rows, terms, columns) = Sizes(x, weight);
        var y = torch.empty([.. x.shape[..^1], columns]);
        PackedProduct.Multiply(
            new(Address(x), terms, 1), rows, terms, new(Address(weight), terms, 1), Address(bias), columns, Address(y), false, null, torch.get_num_threads());
        KeepAlive(x, weight, bias);
        return y;
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        var kept = ctx.get_saved_variables();
        var (x, weight, g) = (kept[0], kept[1], grad_output.contiguous());
        var (rows, terms, columns) = Sizes(x, weight);
        int threads = torch.get_num_threads();
        torch.Tensor? ofX = null, ofWeight = null, ofBias = null;
        if ((bool)ctx.get_data(nameof(x)))
        {
            ofX = torch.empty_like(x);
            PackedProduct.Multiply(new(Address(g), columns, 1), rows, columns, new(Address(weight), 1, terms), null, terms, Address(ofX), false, null, threads);
        }

        if ((bool)ctx.get_data(nameof(weight)))
        {
            ofWeight = torch.empty_like(weight);
            PackedProduct.Multiply(new(Address(g), 1, columns), columns, rows, new(Address(x), 1, terms), null, terms, Address(ofWeight), false, null, threads);
            ofBias = g.view(rows, columns).t().mv(torch.ones(rows));
        }

        KeepAlive(x, weight, g);
        return [ofX!, ofWeight!, ofBias!];
    }

    /// <summary>To here: an address alone does not.</summary>
    private static void KeepAlive(torch.Tensor one, torch.Tensor two, torch.Tensor three)
    {
        GC.KeepAlive(one);
        GC.KeepAlive(two);
        GC.KeepAlive(three);
    }

    private static (int Rows, int Terms, int Columns) Sizes(torch.Tensor x, torch.Tensor weight) =>
        ((int)(x.numel() / weight.shape[1]), (int)weight.shape[1], (int)weight.shape[0]);
}
