using Sextant.Models;
using TorchSharp;

namespace Sextant.Training;

/// <summary>
/// The trainable parameters of a module as one buffer, and their gradients as another: each parameter becomes a view of
/// the first and its grad a view of the second, so that an optimiser touches two tensors and not hundreds. Build it after
/// the module stands on its device, and do not move the module or set its gradients to null afterwards.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    /// <summary>64 bytes in floats: every parameter starts on a cache line, and no vector of an optimiser spans two.</summary>
    private const long Alignment = 16;

    /// <param name="module">Whose parameters are trained; it stands on its device.</param>
    /// <param name="hiddenMatrices">
    /// By a parameter's name, how many matrices inside the layers it holds (see <see cref="ParameterSlice.HiddenMatrices"/>); null for what Sextant's own models say of
    /// theirs, and no other module has any.
    /// </param>
    public FlatParameters(torch.nn.Module module, Func<string, int>? hiddenMatrices = null)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var embeddings = module.named_modules()
            .Where(m => m.module is Models.Embedding or TorchSharp.Modules.Embedding)
            .Select(m => m.name + ".weight")
            .ToHashSet();
        var projections = module.named_modules()
            .Where(m => m.module is Models.Projection)
            .ToDictionary(m => m.name + ".weight", m => (Models.Projection)m.module);
        var parameters = module.named_parameters().Where(p => p.parameter.requires_grad).ToList();
        var slices = new List<ParameterSlice>();
        long length = 0L;
        foreach (var (name, parameter) in parameters)
        {
            if (parameter.dtype != torch.ScalarType.Float32)
            {
                throw new ArgumentException($"{name} is {parameter.dtype}; only Float32 can be trained.", nameof(module));
            }

            bool decays = parameter.dim() >= 2 && !embeddings.Contains(name);
            var projection = projections.GetValueOrDefault(name);
            int hidden = hiddenMatrices?.Invoke(name) ?? projection?.HiddenMatrices ?? 0;
            if (hidden < 0 || (hidden > 0 && (parameter.dim() != 2 || parameter.shape[0] % hidden != 0)))
            {
                throw new ArgumentException($"{name} [{string.Join(", ", parameter.shape)}] does not hold {hidden} matrices of equal heights.", nameof(hiddenMatrices));
            }

            slices.Add(new ParameterSlice(name, length, parameter.numel(), parameter.shape, decays, projection?.RateFactor ?? 1, hidden));
            length += (parameter.numel() + Alignment - 1) / Alignment * Alignment;
        }

        var device = parameters.Count > 0 ? parameters[0].parameter.device : torch.CPU;
        Values = torch.zeros(length, torch.ScalarType.Float32, device).DetachFromDisposeScope();
        Gradient = torch.zeros(length, torch.ScalarType.Float32, device).DetachFromDisposeScope();
        foreach (var (slice, (_, parameter)) in slices.Zip(parameters))
        {
            slice.Of(Values).copy_(parameter);
            parameter.set_(slice.Of(Values));
            parameter.grad = slice.Of(Gradient);
        }

        Slices = slices;
    }

    /// <summary>All parameters, [N] float32; unused cells between them are zero.</summary>
    public torch.Tensor Values { get; }

    /// <summary>Their gradients in the same places; backward adds to it.</summary>
    public torch.Tensor Gradient { get; }

    /// <summary>Where each parameter lies, in the order of the module.</summary>
    public IReadOnlyList<ParameterSlice> Slices { get; }

    /// <summary>Trainable parameters, each once.</summary>
    public long Count => Slices.Sum(slice => slice.Length);

    public void ZeroGradient()
    {
        using var scope = torch.NewDisposeScope();
        Gradient.zero_();
    }

    /// <summary>
    /// Scales the gradient so that its Euclidean norm is at most <paramref name="maximum"/> (Pascanu 2013, algorithm 1),
    /// without waiting for the device.
    /// </summary>
    /// <returns>The norm before, a scalar on the device; the caller disposes of it.</returns>
    public torch.Tensor ClipNorm(double maximum)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var norm = Gradient.norm();
        using Scalar most = maximum, epsilon = 1e-6, one = 1;
        Gradient.mul_(norm.Plus(epsilon).reciprocal().mul_(most).clamp_max(one));
        return norm.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Values.Dispose();
        Gradient.Dispose();
    }
}

/// <summary>Where a parameter lies in the buffers of <see cref="FlatParameters"/>.</summary>
/// <param name="Name">Its key in the module's checkpoint.</param>
/// <param name="Start">Its first cell.</param>
/// <param name="Length">Its cells.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Decays">Whether AdamW's weight decay applies: matrices other than embeddings.</param>
/// <param name="RateFactor">On the learning rate of Adam's update; the decay takes the rate itself.</param>
/// <param name="HiddenMatrices">
/// How many matrices inside the layers it holds, of equal heights one above the other: queries, keys and values in one product are three. 0 for embeddings, position
/// tables, output layers, and whatever is no matrix.
/// </param>
public sealed record ParameterSlice(string Name, long Start, long Length, IReadOnlyList<long> Shape, bool Decays, double RateFactor = 1, int HiddenMatrices = 0)
{
    /// <summary>Whether AdamW's weight decay applies where it takes from more than the matrices inside the layers.</summary>
    internal bool DecaysWith(Decaying? more) => Decays || more == Decaying.Everything || (more == Decaying.Embeddings && Shape.Count >= 2);

    /// <summary>The matrices that it holds, each by itself; none where it is no matrix.</summary>
    public IReadOnlyList<ParameterSlice> Matrices()
    {
        if (Shape.Count != 2 || HiddenMatrices <= 1)
        {
            return Shape.Count == 2 ? [this] : [];
        }

        long cells = Length / HiddenMatrices;
        return [.. Enumerable.Range(0, HiddenMatrices).Select(i => this with { Start = Start + (i * cells), Length = cells, Shape = [Shape[0] / HiddenMatrices, Shape[1]], HiddenMatrices = 1 })];
    }

    /// <summary>This parameter's part of a buffer of the same layout (values, gradient, an optimiser's moments), a view.</summary>
    public torch.Tensor Of(torch.Tensor buffer)
    {
        using var part = buffer.narrow(0, Start, Length);
        return part.view([.. Shape]);
    }
}
