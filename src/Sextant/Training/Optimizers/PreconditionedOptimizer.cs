using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>What SOAP and Shampoo have in common: matrices with a preconditioner on each side that is not too long, all else AdamW's.</summary>
internal abstract class PreconditionedOptimizer : Optimizer
{
    private readonly torch.Tensor mean;
    private readonly AdamUpdate adam;
    private readonly IReadOnlyList<ParameterRange> ranges;

    protected PreconditionedOptimizer(OptimizerOptions.Preconditioned options, FlatParameters parameters, string name)
        : base(parameters)
    {
        RefuseRateFactors(name);
        Constants = AdamConstants.Of(options);
        KeptOfAverages = options.PreconditionerBeta;
        RefreshEvery = options.RefreshEvery;
        mean = NewState("mean");
        Variance = NewState("variance");
        List<ParameterSlice> chosen = [.. parameters.Slices.Where(slice => slice.Matrices().Any(matrix => matrix.Shape.Min() <= options.MostDimension))];
        adam = new AdamUpdate(Constants, parameters, mean, Variance, parameters.Slices.Except(chosen));
        ranges = ParameterRange.Of(parameters, chosen, slice => slice.Decays && options.WeightDecay != 0);
        Groups = [.. chosen.SelectMany(slice => slice.Matrices()).GroupBy(matrix => (Rows: matrix.Shape[0], Columns: matrix.Shape[1])).Select(group => new Matrices(
            group.Key.Rows,
            group.Key.Columns,
            group.Count(),
            new(parameters.Values, group),
            new(parameters.Gradient, group),
            new(mean, group),
            new(Variance, group),
            SideOf("left", group.Key, group.Count(), group.Key.Rows),
            SideOf("right", group.Key, group.Count(), group.Key.Columns)))];

        PreconditionerSide? SideOf(string side, (long Rows, long Columns) shape, long count, long dimension) => dimension > options.MostDimension
            ? null
            : new(side == "left", NewState($"{side}.{shape.Rows}x{shape.Columns}", count, dimension, dimension), NewState($"{side}.{shape.Rows}x{shape.Columns}.transform", count, dimension, dimension));
    }

    /// <summary>One update, the mean over many, of each side of length d across matrices of the other side e.</summary>
    public override double FlopsPerStep => Groups.Sum(group => group.Count * (
        (group.Left is null ? 0 : FlopsOfSide(group.Rows, group.Columns)) + (group.Right is null ? 0 : FlopsOfSide(group.Columns, group.Rows))));

    protected AdamConstants Constants { get; }

    protected double KeptOfAverages { get; }

    protected int RefreshEvery { get; }

    /// <summary>Adam's second moments, in the layout of the parameters.</summary>
    protected torch.Tensor Variance { get; }

    /// <summary>The matrices by their shapes.</summary>
    protected IReadOnlyList<Matrices> Groups { get; }

    /// <param name="d">The length of the side.</param>
    /// <param name="e">The length of the other.</param>
    protected abstract double FlopsOfSide(double d, double e);

    /// <summary>AdamW on all that is no matrix.</summary>
    protected void UpdateOthers(double learningRate) => adam.Make(learningRate, Steps);

    /// <summary>Decays the matrices and takes their gradients into the first moments; given <paramref name="variance"/>, their squares into that.</summary>
    protected void DecayAndAverage(double learningRate, torch.Tensor? variance = null)
    {
        using Scalar undecayed = 1 - (learningRate * Constants.WeightDecay);
        using Scalar beta1 = Constants.Beta1, rest1 = 1 - Constants.Beta1, beta2 = Constants.Beta2, rest2 = 1 - Constants.Beta2;
        foreach (var (start, length, decays, _) in ranges)
        {
            var gradient = Parameters.Gradient.narrow(0, start, length);
            mean.narrow(0, start, length).mul_(beta1).add_(gradient, rest1);
            variance?.narrow(0, start, length).mul_(beta2).addcmul_(gradient, gradient, rest2);
            if (decays)
            {
                Parameters.Values.narrow(0, start, length).mul_(undecayed);
            }
        }
    }

    /// <summary>Adam's direction before the learning rate, m / (sqrt(v) + epsilon) with both corrected for their start.</summary>
    /// <param name="first">First moments.</param>
    /// <param name="second">Second moments.</param>
    /// <param name="step">Which update it is, counted from 1.</param>
    protected torch.Tensor AdamDirection(torch.Tensor first, torch.Tensor second, long step)
    {
        using Scalar correction1 = 1 - Math.Pow(Constants.Beta1, step), correction2 = Math.Sqrt(1 - Math.Pow(Constants.Beta2, step)), epsilon = Constants.Epsilon, one = 1;
        return first.div(correction1).div_(second.sqrt().div_(correction2).add_(epsilon, one));
    }

    private protected override void Release()
    {
        foreach (var views in Groups.SelectMany(group => new[] { group.Values, group.Gradient, group.Mean, group.Variance }))
        {
            views.Dispose();
        }
    }

    /// <summary>K matrices [m, n] with what belongs to them; no side where it is too long.</summary>
    protected sealed record Matrices(
        long Rows,
        long Columns,
        int Count,
        MatrixViews Values,
        MatrixViews Gradient,
        MatrixViews Mean,
        MatrixViews Variance,
        PreconditionerSide? Left,
        PreconditionerSide? Right)
    {
        public void Observe(torch.Tensor gradients, double kept)
        {
            Left?.Observe(gradients, kept);
            Right?.Observe(gradients, kept);
        }

        /// <summary>Through both transforms.</summary>
        public torch.Tensor Into(torch.Tensor x)
        {
            x = Left?.Into(x) ?? x;
            return Right?.Into(x) ?? x;
        }

        /// <summary>Through the transposes of both.</summary>
        public torch.Tensor Back(torch.Tensor x)
        {
            x = Left?.Back(x) ?? x;
            return Right?.Back(x) ?? x;
        }
    }
}
