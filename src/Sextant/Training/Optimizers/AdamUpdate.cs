using System.Numerics;
using System.Runtime.InteropServices;
using Sextant.Models;
using TorchSharp;

namespace Sextant.Training.Optimizers;

/// <summary>Adam's constants, by the names of the paper, with AdamW's decay; 0 does not decay.</summary>
internal readonly record struct AdamConstants(double Beta1, double Beta2, double Epsilon, double WeightDecay)
{
    public static AdamConstants Of(OptimizerOptions.OfMatrices options) => new(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);
}

/// <summary>
/// The update of Adam and AdamW on some of the parameters. On the processor one pass
/// over the buffers does the whole update; libtorch's operations would read and write them nine times.
/// </summary>
/// <param name="constants">Of the paper.</param>
/// <param name="parameters">Where values and gradients lie.</param>
/// <param name="mean">The first moments, in the same layout.</param>
/// <param name="variance">The second.</param>
/// <param name="slices">Which are updated.</param>
/// <param name="decaying">What decays beside matrices other than embeddings.</param>
internal sealed class AdamUpdate(AdamConstants constants, FlatParameters parameters, torch.Tensor mean, torch.Tensor variance, IEnumerable<ParameterSlice> slices, Decaying? decaying = null)
{
    private readonly IReadOnlyList<ParameterRange> ranges = ParameterRange.Of(parameters, slices, slice => constants.WeightDecay != 0 && slice.DecaysWith(decaying));

    /// <param name="learningRate">Of this update.</param>
    /// <param name="step">Which it is, counted from 1.</param>
    public void Make(double learningRate, long step)
    {
        double size = learningRate / (1 - Math.Pow(constants.Beta1, step));
        double correction = Math.Sqrt(1 - Math.Pow(constants.Beta2, step));
        bool inOnePass = parameters.Values.device_type == DeviceType.CPU && parameters.Values.numel() < int.MaxValue / sizeof(float);
        foreach (var (start, length, decays, factor) in ranges)
        {
            // The rate's factor is no part of the decay: else wider matrices would hardly decay (Wang and Aitchison 2024, "How to set AdamW's weight decay").
            double keep = decays ? 1 - (learningRate * constants.WeightDecay) : 1;
            if (inOnePass)
            {
                InOnePass((int)start, (int)length, keep, size * factor, correction);
            }
            else
            {
                ByTensors(start, length, keep, size * factor, correction);
            }
        }
    }

    private void ByTensors(long start, long length, double keep, double size, double correction)
    {
        var (p, g, m, v) = (Part(parameters.Values), Part(parameters.Gradient), Part(mean), Part(variance));
        using Scalar kept = keep, beta1 = constants.Beta1, rest1 = 1 - constants.Beta1, beta2 = constants.Beta2, rest2 = 1 - constants.Beta2;
        using Scalar root = correction, epsilon = constants.Epsilon, step = -size;
        p.mul_(kept);
        m.mul_(beta1).add_(g, rest1);
        v.mul_(beta2).addcmul_(g, g, rest2);
        p.addcdiv_(m, v.sqrt().div_(root).Grow(epsilon), step);

        torch.Tensor Part(torch.Tensor buffer) => buffer.narrow(0, start, length);
    }

    /// <summary>The same update; start and length are multiples of 16, so no vector is cut.</summary>
    private void InOnePass(int start, int length, double keep, double size, double correction)
    {
        var p = Vectors(parameters.Values);
        var g = Vectors(parameters.Gradient);
        var m = Vectors(mean);
        var v = Vectors(variance);
        var (beta1, rest1) = (new Vector<float>((float)constants.Beta1), new Vector<float>((float)(1 - constants.Beta1)));
        var (beta2, rest2) = (new Vector<float>((float)constants.Beta2), new Vector<float>((float)(1 - constants.Beta2)));
        var (kept, rate) = (new Vector<float>((float)keep), new Vector<float>((float)size));
        var (inverse, epsilon) = (new Vector<float>((float)(1 / correction)), new Vector<float>((float)constants.Epsilon));
        for (int i = 0; i < p.Length; i++)
        {
            m[i] = (m[i] * beta1) + (g[i] * rest1);
            v[i] = (v[i] * beta2) + (g[i] * g[i] * rest2);
            p[i] = (p[i] * kept) - (rate * m[i] / ((Vector.SquareRoot(v[i]) * inverse) + epsilon));
        }

        Span<Vector<float>> Vectors(torch.Tensor buffer) =>
            MemoryMarshal.Cast<byte, Vector<float>>(buffer.bytes.Slice(start * sizeof(float), length * sizeof(float)));
    }
}
