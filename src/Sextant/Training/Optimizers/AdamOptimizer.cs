using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2) of all parameters.</summary>
internal sealed class AdamOptimizer : Optimizer
{
    private readonly AdamUpdate adam;

    public AdamOptimizer(OptimizerOptions.Adam options, double weightDecay, FlatParameters parameters)
        : base(parameters)
    {
        torch.Tensor mean = NewState("mean"), variance = NewState("variance");
        adam = new AdamUpdate(new AdamConstants(options.Beta1, options.Beta2, options.Epsilon, weightDecay), parameters, mean, variance, parameters.Slices, (options as OptimizerOptions.AdamW)?.Decays);
    }

    private protected override void Update(double learningRate) => adam.Make(learningRate, Steps);
}
