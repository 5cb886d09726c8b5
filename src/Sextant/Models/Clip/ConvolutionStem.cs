using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models.Clip;

/// <summary>
/// Convolutions of 3 by 3 that halve the sides, each with a norm over groups of channels and a rectifier (Xiao 2021, "Early Convolutions Help Transformers See Better"): neighbouring patches share what
/// they learn about edges and corners, which small data and short trainings need. B pictures, S pixels a side, H hidden.
/// </summary>
internal sealed class ConvolutionStem : torch.nn.Module
{
    internal readonly ModuleList<StemConvolution> convolutions;

    private readonly int size;

    /// <param name="stem">Widths before the last.</param>
    /// <param name="options">Of the tower.</param>
    public ConvolutionStem(PictureStem.Convolutions stem, PictureTowerOptions options)
        : base(nameof(ConvolutionStem))
    {
        size = options.Size;
        int[] widths = [options.Channels, .. stem.Widths, options.Hidden];
        convolutions = new([.. widths.Skip(1).Select((width, i) => new StemConvolution(widths[i], width, options.NormEpsilon))]);
        RegisterComponents();
    }

    /// <summary>[B, C, S, S] to [B, (S / P)^2, H], row by row.</summary>
    public torch.Tensor Forward(torch.Tensor pixels)
    {
        foreach (var convolution in convolutions)
        {
            pixels = convolution.Forward(pixels);
        }

        return pixels.flatten(2).transpose(1, 2);
    }

    public double Flops(double pictures)
    {
        double flops = 0, side = size;
        foreach (var convolution in convolutions)
        {
            side /= 2;
            flops += 2 * pictures * side * side * convolution.weight.numel();
        }

        return flops;
    }

    /// <summary>Normal weights that keep the variance behind a rectifier (He 2015, equation 10), zero offsets.</summary>
    public void Initialise(double factor, torch.Generator generator)
    {
        foreach (var convolution in convolutions)
        {
            convolution.weight.normal_(0, factor * Math.Sqrt(2.0 / convolution.weight[0].numel()), generator);
        }
    }
}

/// <summary>max(0, norm(convolution(x))).</summary>
internal sealed class StemConvolution : torch.nn.Module
{
    private const int ChannelsAGroup = 16;

    /// <summary>[to, from, 3, 3].</summary>
    internal readonly Parameter weight;

    internal readonly Parameter bias;
    internal readonly Parameter normWeight;
    internal readonly Parameter normBias;

    private readonly double epsilon;

    public StemConvolution(int from, int to, double epsilon)
        : base(nameof(StemConvolution))
    {
        this.epsilon = epsilon;
        weight = new Parameter(torch.zeros(to, from, 3, 3));
        bias = new Parameter(torch.zeros(to));
        normWeight = new Parameter(torch.ones(to));
        normBias = new Parameter(torch.zeros(to));
        RegisterComponents();
    }

    /// <summary>The number of groups: of 16 channels where that goes, else one.</summary>
    private long Groups => weight.shape[0] % ChannelsAGroup == 0 ? weight.shape[0] / ChannelsAGroup : 1;

    public torch.Tensor Forward(torch.Tensor x)
    {
        x = torch.nn.functional.conv2d(x, weight, bias, strides: [2, 2], padding: [1, 1]);
        return torch.nn.functional.relu(torch.nn.functional.group_norm(x, Groups, normWeight, normBias, epsilon));
    }
}
