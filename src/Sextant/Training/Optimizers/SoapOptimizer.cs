using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>
/// SOAP (Vyas 2024, "SOAP: improving and stabilizing Shampoo using Adam", algorithm 3): Adam in the eigenbasis of Shampoo's preconditioner, which follows
/// by one step of orthogonal iteration every so many updates. G' = Q_L^T G Q_R, M' likewise; V = b2 V + (1 - b2) G'^2;
/// W -= r Q_L (M' / (sqrt(V) + epsilon)) Q_R^T with Adam's corrections, and AdamW's decay.
/// </summary>
/// <remarks>
/// The first update changes no matrix: it finds the first eigenbasis. In the basis of its own gradient all but the diagonal of G' would be rounding,
/// which Adam's first update makes as large as the rest. The matrices' second update is therefore Adam's first.
/// </remarks>
internal sealed class SoapOptimizer(OptimizerOptions.Soap options, FlatParameters parameters) : PreconditionedOptimizer(options, parameters, "SOAP")
{
    private protected override void Update(double learningRate)
    {
        UpdateOthers(learningRate);
        long step = Steps - 1; // of the matrices' Adam
        if (step > 0)
        {
            DecayAndAverage(learningRate);
        }

        using Scalar size = -learningRate, beta2 = Constants.Beta2, rest2 = 1 - Constants.Beta2;
        foreach (var group in Groups)
        {
            var gradients = group.Gradient.Stacked();
            if (step == 0)
            {
                group.Observe(gradients, KeptOfAverages);
                group.Left?.FindEigenvectors();
                group.Right?.FindEigenvectors();
                continue;
            }

            var turned = group.Into(gradients);
            var variance = group.Variance.Stacked().mul_(beta2).addcmul_(turned, turned, rest2);
            group.Values.Add(group.Back(AdamDirection(group.Into(group.Mean.Stacked()), variance, step)), size);
            group.Observe(gradients, KeptOfAverages);
            if (step % RefreshEvery == 0)
            {
                variance = group.Left?.FollowEigenvectors(variance) ?? variance;
                variance = group.Right?.FollowEigenvectors(variance) ?? variance;
            }

            group.Variance.Set(variance);
        }
    }

    /// <summary>
    /// The average and three rotations (of gradient and first moment, and back), 2 d^2 e each; every so often a product of 2 d^3 and a QR factorisation of 8/3 d^3, its
    /// orthogonal factor formed.
    /// </summary>
    protected override double FlopsOfSide(double d, double e) => (4 * 2 * d * d * e) + ((2 + (8.0 / 3)) * d * d * d / RefreshEvery);
}
