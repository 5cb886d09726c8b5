using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>
/// One side of Shampoo's preconditioner (Gupta 2018, algorithm 1) of K matrices [m, n]: the average of G G^T on the left or of G^T G on the right, and what was last made of it.
/// </summary>
/// <param name="isLeft">Which side.</param>
/// <param name="average">Of the products, [K, d, d], from zero.</param>
/// <param name="transform">Eigenvectors in columns, or an inverse root; [K, d, d].</param>
internal sealed class PreconditionerSide(bool isLeft, torch.Tensor average, torch.Tensor transform)
{
    /// <summary>
    /// Added to eigenvalues, as a share of the largest, before a root is taken: about what a float can tell from zero in them.
    /// </summary>
    private const double Ridge = 1e-6;

    /// <summary>No root of zero, where a gradient was zero altogether.</summary>
    private const double SmallestEigenvalue = 1e-30;

    /// <summary>Takes in gradients, [K, m, n].</summary>
    public void Observe(torch.Tensor gradients, double kept)
    {
        using Scalar share = kept, rest = 1 - kept;
        average.mul_(share).add_(isLeft ? gradients.bmm(gradients.mT) : gradients.mT.bmm(gradients), rest);
    }

    /// <summary>Q^T x on the left, x Q on the right.</summary>
    public torch.Tensor Into(torch.Tensor x) => isLeft ? transform.mT.bmm(x) : x.bmm(transform);

    /// <summary>Q x on the left, x Q^T on the right.</summary>
    public torch.Tensor Back(torch.Tensor x) => isLeft ? transform.bmm(x) : x.bmm(transform.mT);

    /// <summary>Eigenvectors as they are, the largest eigenvalue's first.</summary>
    public void FindEigenvectors()
    {
        if (IsFinite())
        {
            transform.copy_(torch.linalg.eigh(average).Item2.flip(-1));
        }
    }

    /// <summary>
    /// One step of orthogonal iteration from the eigenvectors before, Q = qr(P Q) (Vyas 2024, algorithm 4), in the order of their
    /// eigenvalues as they look now, since each column is made orthogonal to those before it.
    /// </summary>
    /// <returns>What stands in the basis, [K, m, n], in the new order.</returns>
    public torch.Tensor FollowEigenvectors(torch.Tensor inBasis)
    {
        var product = average.bmm(transform);
        var order = transform.mul(product).sum([1]).argsort(-1, descending: true); // [K, d], by q^T P q
        var (basis, _) = torch.linalg.qr(product.gather(2, order.unsqueeze(1).expand_as(product)));
        transform.copy_(basis);
        return isLeft ? inBasis.gather(1, order.unsqueeze(2).expand_as(inBasis)) : inBasis.gather(2, order.unsqueeze(1).expand_as(inBasis));
    }

    /// <summary>The average to the given negative power.</summary>
    public void FindRoot(double power)
    {
        if (!IsFinite())
        {
            return;
        }

        using Scalar ridge = Ridge, exponent = power, zero = 0, smallest = SmallestEigenvalue;
        var (values, vectors) = torch.linalg.eigh(average);
        var largest = values.amax([1], keepdim: true);
        var roots = values.clamp_min(zero).add(largest, ridge).clamp_min(smallest).pow(exponent); // [K, d]
        transform.copy_(vectors.mul(roots.unsqueeze(1)).bmm(vectors.mT));
    }

    /// <summary>LAPACK throws at what is not finite. The training loop sees the same in the moments, and says it better.</summary>
    private bool IsFinite() => average.isfinite().all().item<bool>();
}
