using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>
/// Shampoo (Gupta 2018, algorithm 1): U = L^(-1/4) M R^(-1/4), with averages of G G^T and G^T G in place of sums, the first moment M in
/// place of the gradient, and Adam's length: W -= r U |N| / |U|, N being Adam's own direction (grafting: Anil 2020, "Scalable second order optimization for deep
/// learning"). Where one side is too long the other takes the power -1/2. Roots are found at the first update and every so many after it.
/// </summary>
internal sealed class ShampooOptimizer(OptimizerOptions.Shampoo options, FlatParameters parameters) : PreconditionedOptimizer(options, parameters, "Shampoo")
{
    private const double SmallestNorm = 1e-30;

    private protected override void Update(double learningRate)
    {
        UpdateOthers(learningRate);
        DecayAndAverage(learningRate, Variance);
        using Scalar size = -learningRate, smallest = SmallestNorm;
        foreach (var group in Groups)
        {
            group.Observe(group.Gradient.Stacked(), KeptOfAverages);
            if ((Steps - 1) % RefreshEvery == 0)
            {
                double power = group.Left is null || group.Right is null ? -0.5 : -0.25;
                group.Left?.FindRoot(power);
                group.Right?.FindRoot(power);
            }

            var mean = group.Mean.Stacked();
            var direction = group.Into(mean); // a root is its own transpose
            var length = Norms(AdamDirection(mean, group.Variance.Stacked(), Steps)).div_(Norms(direction).clamp_min(smallest));
            group.Values.Add(direction.mul(length), size);
        }
    }

    /// <summary>The average and the product with the root, 2 d^2 e each; every so often the eigenvectors, 9 d^3 (Golub and Van Loan, section 8.3), and the root of 2 d^3.</summary>
    protected override double FlopsOfSide(double d, double e) => (2 * 2 * d * d * e) + (11 * d * d * d / RefreshEvery);

    /// <summary>Frobenius norms, [K, 1, 1].</summary>
    private static torch.Tensor Norms(torch.Tensor x) => x.square().sum([1, 2], keepdim: true).sqrt();
}
