using Sextant.Models.Encoders;
using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models.Clip;

/// <summary>The layers of a tower, one after the other. B batch, T positions, H hidden.</summary>
internal sealed class TowerLayers : torch.nn.Module
{
    internal readonly ModuleList<TowerLayer> layers;

    private readonly LayerShape shape;

    /// <param name="options">Of the tower.</param>
    /// <param name="isCausal">Whether no position sees a later one.</param>
    public TowerLayers(TowerOptions options, bool isCausal)
        : base(nameof(TowerLayers))
    {
        shape = new(options.Hidden, options.Heads, options.FeedForward, options.Activation, options.NormEpsilon) { NormsFirst = true, IsCausal = isCausal };
        layers = new([.. Enumerable.Range(0, options.Layers).Select(_ => new TowerLayer(options))]);
        RegisterComponents();
    }

    /// <summary>Whether <see cref="Infer"/> can stand in for <see cref="Forward"/>.</summary>
    public bool CanInfer(torch.Tensor x) => EncoderInference.Suits(this, shape, x);

    /// <summary>The same as <see cref="Forward"/> to rounding, without gradients on the processor.</summary>
    /// <param name="x">[B, T, H].</param>
    /// <param name="rows">Which of the B T positions are computed, and which one of each example is returned.</param>
    public torch.Tensor Infer(torch.Tensor x, TokenRows rows) => EncoderInference.Forward([.. layers.Select(layer => layer.Inference)], shape, x, rows);

    /// <summary>[B, T, H] to [B, H]: what the last layer leaves at one position of each example.</summary>
    /// <param name="x">[B, T, H].</param>
    /// <param name="sight">What a position sees.</param>
    /// <param name="rows">[B] int64 into the B T positions.</param>
    public torch.Tensor Forward(torch.Tensor x, Sight sight, torch.Tensor rows)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            x = layers[i].Forward(x, sight, i == layers.Count - 1 ? rows : null);
        }

        return x.squeeze(1);
    }

    /// <summary>[B, T, H] to [B, T, H].</summary>
    /// <param name="x">What enters.</param>
    /// <param name="sight">What a position sees.</param>
    /// <param name="record">Receives what enters and what each layer leaves.</param>
    public torch.Tensor States(torch.Tensor x, Sight sight, Action<torch.Tensor>? record)
    {
        record?.Invoke(x);
        foreach (var layer in layers)
        {
            x = layer.Forward(x, sight, null);
            record?.Invoke(x);
        }

        return x;
    }

    public double Flops(double examples, double length) => layers.Select((layer, i) => layer.Flops(examples, length, i == layers.Count - 1).Forward).Sum();

    public void Initialise(double factor, torch.Generator generator)
    {
        foreach (var layer in layers)
        {
            layer.Initialise(factor, generator);
        }
    }
}
