using Sextant.Training;
using static TorchSharp.torch;

namespace Sextant.Tests.Training.Optimizers;

/// <summary>A module of matrices and a vector that do nothing, for optimisers that are given gradients drawn by the test.</summary>
internal sealed class LooseMatrices : IDisposable
{
    private readonly Generator generator = new(5, CPU);
    private readonly nn.Module module;

    /// <param name="options">Of the optimiser.</param>
    /// <param name="vector">Whether a vector is there beside the matrices.</param>
    /// <param name="shapes">Of the matrices, all hidden.</param>
    public LooseMatrices(OptimizerOptions options, bool vector, params (long Rows, long Columns)[] shapes)
    {
        module = nn.Sequential(shapes.Select((shape, i) => ($"m{i}", (nn.Module<Tensor, Tensor>)nn.Linear(shape.Columns, shape.Rows, hasBias: vector && i == 0))));
        Parameters = new FlatParameters(module, name => name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0);
        Parameters.Values.copy_(randn(Parameters.Values.shape, generator: generator));
        Optimizer = Optimizer.Create(options, Parameters);
    }

    public FlatParameters Parameters { get; }

    public Optimizer Optimizer { get; }

    /// <summary>The matrix of an index, a view.</summary>
    public Tensor Value(int index) => Matrix(index).Of(Parameters.Values);

    public Tensor Gradient(int index) => Matrix(index).Of(Parameters.Gradient);

    /// <summary>New gradients, some rows and columns larger than others.</summary>
    public void Draw()
    {
        using var scope = NewDisposeScope();
        foreach (var slice in Parameters.Slices)
        {
            var gradient = slice.Of(Parameters.Gradient);
            gradient.copy_(randn(gradient.shape, generator: generator));
            for (int dimension = 0; dimension < gradient.dim() && gradient.dim() > 1; dimension++)
            {
                long length = gradient.shape[dimension];
                var scales = linspace(0.5, 2, length);
                gradient.mul_(dimension == 0 ? scales.unsqueeze(1) : scales);
            }
        }
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Parameters.Dispose();
        module.Dispose();
        generator.Dispose();
    }

    private ParameterSlice Matrix(int index) => Parameters.Slices.Where(slice => slice.Shape.Count == 2).ElementAt(index);
}
