using TorchSharp;

namespace Sextant.Models;

/// <summary>
/// Sums of tensors. The operator, and add without a factor, make a number of their own, the 1 that the second term is multiplied by, which the finaliser may free while the sum is made:
/// docs/findings.md, "A number passed to TorchSharp may be finalised while it is read".
/// </summary>
internal static class Sums
{
    private static readonly Scalar One = 1;

    /// <summary>x + y, of shapes that broadcast.</summary>
    public static torch.Tensor Plus(this torch.Tensor x, torch.Tensor y) => x.add(y, One);

    /// <summary>x + y in every cell; the caller holds y.</summary>
    public static torch.Tensor Plus(this torch.Tensor x, Scalar y) => x.add(y, One);

    /// <summary>Adds y to x in its place.</summary>
    public static torch.Tensor Grow(this torch.Tensor x, torch.Tensor y) => x.add_(y, One);

    /// <summary>Adds y to every cell of x in its place; the caller holds y.</summary>
    public static torch.Tensor Grow(this torch.Tensor x, Scalar y) => x.add_(y, One);
}
