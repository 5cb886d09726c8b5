using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>
/// The nearest orthogonal matrix, roughly: U S V^T becomes U f(S) V^T with f near 1, by products alone (Jordan 2024, "Muon"). Five times
/// X = a X + (b A + c A^2) X with A = X X^T, from X of Frobenius norm 1. A singular value of at least 0.0015 of that norm ends in [0.68, 1.21]; a smaller one
/// grows 450- to 485-fold (3.4445^5) and no further.
/// </summary>
internal static class NewtonSchulz
{
    private const int Iterations = 5;
    private const double A = 3.4445, B = -4.7750, C = 2.0315;

    /// <summary>Below any gradient's norm that matters; a matrix of zeros stays one.</summary>
    private const double SmallestNorm = 1e-30;

    /// <summary>[K, m, n] to the same shape.</summary>
    public static torch.Tensor Orthogonal(torch.Tensor matrices)
    {
        using Scalar smallest = SmallestNorm, a = A, b = B, c = C;
        bool isTall = matrices.shape[1] > matrices.shape[2];
        var x = isTall ? matrices.mT : matrices; // A is then of the shorter side
        x = x.div(Norms(x).clamp_min(smallest));
        for (int i = 0; i < Iterations; i++)
        {
            var gram = x.bmm(x.mT); // [K, s, s]
            var polynomial = gram.mul(b).add_(gram.bmm(gram), c);
            x = polynomial.bmm(x).add_(x, a);
        }

        return isTall ? x.mT : x;
    }

    /// <summary>Of one matrix, s the shorter and l the longer side: products of 2 s^2 l, 2 s^3 and 2 s^2 l in each iteration.</summary>
    public static double Flops(double rows, double columns)
    {
        double s = Math.Min(rows, columns), l = Math.Max(rows, columns);
        return Iterations * ((4 * s * s * l) + (2 * s * s * s));
    }

    /// <summary>Frobenius norms, [K, 1, 1], by way of the largest cell: squares of small gradients are less than a float can be.</summary>
    private static torch.Tensor Norms(torch.Tensor x)
    {
        using Scalar smallest = SmallestNorm;
        var largest = x.abs().amax([1, 2], keepdim: true).clamp_min(smallest);
        return x.div(largest).square().sum([1, 2], keepdim: true).sqrt().mul(largest);
    }
}
