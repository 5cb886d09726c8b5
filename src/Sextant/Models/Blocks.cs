using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models;

/// <summary>y = x W^T + b, with W [out, in] and b [out] or none.</summary>
internal sealed class Projection : torch.nn.Module
{
    internal readonly Parameter weight;
    internal readonly Parameter? bias;

    /// <summary>On the learning rate of its weight.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>How many matrices inside the layers its weight holds, of equal heights one above the other; 0 for an output layer, which is none.</summary>
    public int HiddenMatrices { get; init; }

    public Projection(long from, long to, bool bias)
        : base(nameof(Projection))
    {
        weight = new Parameter(torch.empty(to, from));
        this.bias = bias ? new Parameter(torch.empty(to)) : null;
        RegisterComponents();
    }

    public torch.Tensor Forward(torch.Tensor x) => torch.nn.functional.linear(x, weight, bias);

    /// <summary>Weight and bias uniform within 1/sqrt(fan-in) of zero: PyTorch's default, which the course used.</summary>
    public void InitialiseUniform(torch.Generator generator)
    {
        using var _ = torch.no_grad();
        double bound = 1 / Math.Sqrt(weight.shape[1]);
        weight.uniform_(-bound, bound, generator);
        bias?.uniform_(-bound, bound, generator);
    }

    /// <summary>Weight normal with the given deviation, bias zero.</summary>
    public void InitialiseNormal(double deviation, torch.Generator generator)
    {
        using var _ = torch.no_grad();
        weight.normal_(0, deviation, generator);
        bias?.zero_();
    }

    /// <summary>2 m n k of the product for so many rows.</summary>
    public double Flops(double rows) => 2 * rows * weight.shape[0] * weight.shape[1];
}

/// <summary>A vector for each of V ids: weight [V, H].</summary>
internal sealed class Embedding : torch.nn.Module
{
    internal readonly Parameter weight;

    public Embedding(long count, long width)
        : base(nameof(Embedding))
    {
        weight = new Parameter(torch.empty(count, width));
        RegisterComponents();
    }

    /// <summary>[B, T] int64 to [B, T, H].</summary>
    public torch.Tensor Forward(torch.Tensor ids) =>
        weight.index_select(0, ids.reshape(-1)).view(ids.shape[0], ids.shape[1], weight.shape[1]);

    public void InitialiseNormal(double deviation, torch.Generator generator)
    {
        using var _ = torch.no_grad();
        weight.normal_(0, deviation, generator);
    }
}

/// <summary>
/// A table of one row a position, computed once and kept, longer than was asked so that it seldom grows. Not a module: it
/// is derived, and stands in no checkpoint.
/// </summary>
internal sealed class PositionTable(Func<int, torch.Tensor> rows)
{
    private torch.Tensor? table;

    /// <summary>Rows first to first + count - 1, a view.</summary>
    public torch.Tensor Rows(int first, int count, torch.Device device)
    {
        if (table is null || table.shape[0] < first + count || table.device_type != device.type || table.device_index != device.index)
        {
            using var scope = torch.NewDisposeScope();
            using var _ = torch.no_grad();
            int length = Math.Max(64, 2 * (first + count));
            table?.Dispose();
            table = rows(length).to(device).DetachFromDisposeScope();
        }

        return table.narrow(0, first, count);
    }

    /// <summary>
    /// sin(p / 10000^(2i/H)) in column 2i and cos of the same in column 2i + 1 (Vaswani 2017, section 3.5), [positions, H].
    /// </summary>
    public static torch.Tensor Sinusoidal(int positions, int width)
    {
        float[] values = new float[positions * width];
        for (int p = 0; p < positions; p++)
        {
            for (int c = 0; c < width; c++)
            {
                double angle = p / Math.Pow(10000, (c - (c % 2)) / (double)width);
                values[(p * width) + c] = (float)(c % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return torch.tensor(values, [positions, width]);
    }

    /// <summary>
    /// exp(i p theta_j) with theta_j = 10000^(-2j/D), as complex numbers (Su 2021, "RoFormer", equation 15), [positions, D/2].
    /// </summary>
    public static torch.Tensor Rotary(int positions, int width)
    {
        int pairs = width / 2;
        float[] values = new float[positions * width];
        for (int p = 0; p < positions; p++)
        {
            for (int j = 0; j < pairs; j++)
            {
                double angle = p * Math.Pow(10000, -2.0 * j / width);
                values[(p * width) + (2 * j)] = (float)Math.Cos(angle);
                values[(p * width) + (2 * j) + 1] = (float)Math.Sin(angle);
            }
        }

        return torch.tensor(values, [positions, pairs, 2]).view_as_complex();
    }
}
