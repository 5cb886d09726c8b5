using System.Numerics;
using System.Runtime.InteropServices;
using Sextant.Models;
using TorchSharp;

namespace Sextant.Training;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2). On the processor one pass
/// over the buffers does the whole update; libtorch's operations would read and write them nine times.
/// </summary>
internal sealed class AdamOptimizer : Optimizer
{
    private readonly OptimizerOptions.Adam options;
    private readonly double weightDecay;
    private readonly torch.Tensor mean;
    private readonly torch.Tensor variance;

    /// <summary>Neighbouring parameters that are updated alike, joined: (first cell, cells, whether they decay, what multiplies their rate).</summary>
    private readonly List<(long Start, long Length, bool Decays, double RateFactor)> ranges = [];

    public AdamOptimizer(OptimizerOptions.Adam options, double weightDecay, FlatParameters parameters)
        : base(parameters)
    {
        this.options = options;
        this.weightDecay = weightDecay;
        mean = NewState("mean");
        variance = NewState("variance");
        foreach (var (slice, end) in parameters.Slices.Zip(parameters.Slices.Skip(1).Select(s => s.Start).Append(parameters.Values.shape[0])))
        {
            bool decays = slice.Decays && weightDecay != 0;
            if (ranges is [.., var last] && last.Decays == decays && last.RateFactor == slice.RateFactor)
            {
                ranges[^1] = last with { Length = end - last.Start };
            }
            else
            {
                ranges.Add((slice.Start, end - slice.Start, decays, slice.RateFactor));
            }
        }
    }

    private protected override void Update(double learningRate)
    {
        double size = learningRate / (1 - Math.Pow(options.Beta1, Steps));
        double correction = Math.Sqrt(1 - Math.Pow(options.Beta2, Steps));
        var values = Parameters.Values;
        bool inOnePass = values.device_type == DeviceType.CPU && values.numel() < int.MaxValue / sizeof(float);
        foreach (var (start, length, decays, factor) in ranges)
        {
            // The rate's factor is no part of the decay: else wider matrices would hardly decay (Wang and Aitchison 2024, "How to set AdamW's weight decay").
            double keep = decays ? 1 - (learningRate * weightDecay) : 1;
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
        var (p, g, m, v) = (Part(Parameters.Values), Part(Parameters.Gradient), Part(mean), Part(variance));
        using Scalar kept = keep, beta1 = options.Beta1, rest1 = 1 - options.Beta1, beta2 = options.Beta2, rest2 = 1 - options.Beta2;
        using Scalar root = correction, epsilon = options.Epsilon, step = -size;
        p.mul_(kept);
        m.mul_(beta1).add_(g, rest1);
        v.mul_(beta2).addcmul_(g, g, rest2);
        p.addcdiv_(m, v.sqrt().div_(root).Grow(epsilon), step);

        torch.Tensor Part(torch.Tensor buffer) => buffer.narrow(0, start, length);
    }

    /// <summary>The same update; start and length are multiples of 16, so no vector is cut.</summary>
    private void InOnePass(int start, int length, double keep, double size, double correction)
    {
        var p = Vectors(Parameters.Values);
        var g = Vectors(Parameters.Gradient);
        var m = Vectors(mean);
        var v = Vectors(variance);
        var (beta1, rest1) = (new Vector<float>((float)options.Beta1), new Vector<float>((float)(1 - options.Beta1)));
        var (beta2, rest2) = (new Vector<float>((float)options.Beta2), new Vector<float>((float)(1 - options.Beta2)));
        var (kept, rate) = (new Vector<float>((float)keep), new Vector<float>((float)size));
        var (inverse, epsilon) = (new Vector<float>((float)(1 / correction)), new Vector<float>((float)options.Epsilon));
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
