using Sextant.Models.Encoders;
using TorchSharp;
using TorchSharp.Modules;
using LayerNorm = Sextant.Models.Encoders.LayerNorm;

namespace Sextant.Models.Clip;

/// <summary>
/// norm(layers(norm([class; patches] + positions))) at the class token (Dosovitskiy 2021, section 3.1; Radford 2021, section 2.4). B pictures, C channels, S pixels a side, P pixels a side of a
/// patch, T = (S/P)^2 + 1 positions, H hidden.
/// </summary>
internal sealed class PictureTower : torch.nn.Module
{
    /// <summary>The class token's vector, [H].</summary>
    internal readonly Parameter first;

    /// <summary>Of patches, [H, C, P, P]; null where there is a <see cref="stem"/>.</summary>
    internal readonly Parameter? patches;

    /// <summary>What makes vectors of the picture in place of one matrix; null where there is none.</summary>
    internal readonly ConvolutionStem? stem;

    internal readonly Embedding positions;
    internal readonly LayerNorm startNorm;
    internal readonly TowerLayers body;
    internal readonly LayerNorm endNorm;

    private readonly PictureTowerOptions options;

    public PictureTower(PictureTowerOptions options)
        : base(nameof(PictureTower))
    {
        this.options = options;
        first = new Parameter(torch.empty(options.Hidden));
        switch (options.Stem)
        {
            case PictureStem.Convolutions convolutions:
                stem = new ConvolutionStem(convolutions, options);
                break;
            default:
                patches = new Parameter(torch.empty(options.Hidden, options.Channels, options.Patch, options.Patch));
                break;
        }

        positions = new Embedding(options.Positions, options.Hidden);
        startNorm = new LayerNorm(options.Hidden, options.NormEpsilon);
        body = new TowerLayers(options, isCausal: false);
        endNorm = new LayerNorm(options.Hidden, options.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>[B, C, S, S] to [B, H].</summary>
    public torch.Tensor Forward(torch.Tensor pixels)
    {
        var x = Embedded(pixels);
        if (body.CanInfer(x) && TokenRows.Of(x.shape[0], x.shape[1], null, Kept.First) is { } tokens)
        {
            return endNorm.Forward(body.Infer(x, tokens));
        }

        var rows = Sight.Rows(torch.zeros(x.shape[0], torch.ScalarType.Int64, x.device), x.shape[1]);
        return endNorm.Forward(body.Forward(x, Sight.Everything, rows));
    }

    /// <summary>What the last layer leaves, before the last norm, [B, T, H].</summary>
    public torch.Tensor States(torch.Tensor pixels, Action<torch.Tensor>? record = null) => body.States(Embedded(pixels), Sight.Everything, record);

    /// <summary>The norm of the class token's vector of these.</summary>
    public torch.Tensor Pool(torch.Tensor states) => endNorm.Forward(states.select(1, 0));

    public double Flops(double pictures) =>
        (stem?.Flops(pictures) ?? (2 * pictures * (options.Positions - 1) * patches!.numel())) + body.Flops(pictures, options.Positions);

    /// <summary>Normal weights (the reference's initialisation; of the layers, see there).</summary>
    public void Initialise(double factor, torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        first.normal_(0, factor / Math.Sqrt(options.Hidden), generator);
        patches?.normal_(0, factor * options.InitialDeviation, generator);
        stem?.Initialise(factor, generator);
        positions.InitialiseNormal(factor * options.InitialDeviation, generator);
        body.Initialise(factor, generator);
    }

    /// <summary>[B, C, S, S] to [B, T, H].</summary>
    private torch.Tensor Embedded(torch.Tensor pixels)
    {
        long[] expected = [pixels.shape[0], options.Channels, options.Size, options.Size];
        if (!pixels.shape.SequenceEqual(expected))
        {
            throw new ArgumentException($"[{string.Join(", ", pixels.shape)}] are no pictures of [{string.Join(", ", expected[1..])}].", nameof(pixels));
        }

        var x = stem?.Forward(pixels) ?? PackedLinear.Of(Squares(pixels), patches!.flatten(1), null); // [B, T - 1, H]
        x = torch.cat([first.expand(pixels.shape[0], 1, -1), x], 1);
        return startNorm.Forward(x.Plus(positions.weight));
    }

    /// <summary>Row by row the numbers of each patch, [B, T - 1, C P P]: channel, row, column.</summary>
    private torch.Tensor Squares(torch.Tensor pixels)
    {
        int side = options.Size / options.Patch;
        return pixels.view(-1, options.Channels, side, options.Patch, side, options.Patch).permute(0, 2, 4, 1, 3, 5).reshape(pixels.shape[0], side * side, -1);
    }
}
