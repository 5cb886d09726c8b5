using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>K matrices of one shape, wherever they lie in a buffer: views, which are copied together so that one product serves all of them.</summary>
internal sealed class MatrixViews : IDisposable
{
    private readonly torch.Tensor[] views;

    public MatrixViews(torch.Tensor buffer, IEnumerable<ParameterSlice> matrices)
    {
        using var scope = torch.NewDisposeScope();
        views = [.. matrices.Select(matrix => matrix.Of(buffer).DetachFromDisposeScope())];
    }

    /// <summary>A copy, [K, m, n].</summary>
    public torch.Tensor Stacked() => torch.stack(views, 0);

    /// <summary>Puts [K, m, n] in their place.</summary>
    public void Set(torch.Tensor stacked)
    {
        foreach (var (view, value) in views.Zip(stacked.unbind(0)))
        {
            view.copy_(value);
        }
    }

    /// <summary>Adds [K, m, n] times a factor; the caller holds the factor.</summary>
    public void Add(torch.Tensor stacked, Scalar factor)
    {
        foreach (var (view, value) in views.Zip(stacked.unbind(0)))
        {
            view.add_(value, factor);
        }
    }

    public void Dispose()
    {
        foreach (var view in views)
        {
            view.Dispose();
        }
    }
}
