using Sextant.Models;
using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>
/// Muon (Jordan 2024) on the matrices inside the layers: B = mu B + G; W -= r 0.2 sqrt(max(m, n)) orthogonal(G + mu B), with Nesterov's
/// look ahead and AdamW's decay. The scale gives the update the root mean square of AdamW's usual one (Liu 2025, "Muon is scalable for LLM training",
/// section 2.2), so that one learning rate serves both. All other parameters are AdamW's. Matrices of one shape go through one batched product.
/// </summary>
internal sealed class MuonOptimizer : Optimizer
{
    private const double RootMeanSquareOfAdam = 0.2;

    private readonly OptimizerOptions.Muon options;
    private readonly torch.Tensor mean;
    private readonly AdamUpdate adam;
    private readonly IReadOnlyList<ParameterRange> hidden;
    private readonly IReadOnlyList<Group> groups;

    public MuonOptimizer(OptimizerOptions.Muon options, FlatParameters parameters)
        : base(parameters)
    {
        RefuseRateFactors("Muon");
        this.options = options;
        List<ParameterSlice> matrices = [.. parameters.Slices.Where(slice => slice.HiddenMatrices > 0)];
        if (matrices.Count == 0)
        {
            throw new ArgumentException("Muon is for the matrices inside a model's layers, and none is marked as one; give hiddenMatrices to FlatParameters.", nameof(parameters));
        }

        mean = NewState("mean"); // Muon's momentum and Adam's first moments, each in its parameters' place
        adam = new AdamUpdate(AdamConstants.Of(options), parameters, mean, NewState("variance"), parameters.Slices.Except(matrices));
        hidden = ParameterRange.Of(parameters, matrices, slice => slice.Decays && options.WeightDecay != 0);
        groups = [.. matrices.SelectMany(slice => slice.Matrices()).GroupBy(matrix => (Rows: matrix.Shape[0], Columns: matrix.Shape[1])).Select(group =>
            new Group(group.Key.Rows, group.Key.Columns, group.Count(), new(parameters.Values, group), new(parameters.Gradient, group), new(mean, group)))];
    }

    public override double FlopsPerStep => groups.Sum(group => group.Count * NewtonSchulz.Flops(group.Rows, group.Columns));

    private protected override void Update(double learningRate)
    {
        adam.Make(learningRate, Steps);
        using Scalar kept = options.Momentum, undecayed = 1 - (learningRate * options.WeightDecay);
        foreach (var (start, length, decays, _) in hidden)
        {
            mean.narrow(0, start, length).mul_(kept).Grow(Parameters.Gradient.narrow(0, start, length));
            if (decays)
            {
                Parameters.Values.narrow(0, start, length).mul_(undecayed);
            }
        }

        foreach (var group in groups)
        {
            using Scalar size = -learningRate * RootMeanSquareOfAdam * Math.Sqrt(Math.Max(group.Rows, group.Columns));
            group.Values.Add(NewtonSchulz.Orthogonal(group.Gradient.Stacked().add_(group.Mean.Stacked(), kept)), size);
        }
    }

    private protected override void Release()
    {
        foreach (var group in groups)
        {
            group.Values.Dispose();
            group.Gradient.Dispose();
            group.Mean.Dispose();
        }
    }

    private sealed record Group(long Rows, long Columns, int Count, MatrixViews Values, MatrixViews Gradient, MatrixViews Mean);
}
