namespace Sextant.Data.Pictures;

/// <summary>
/// Along one axis: which pixels of a picture make up each of the wanted pixels, and with which weights. Pillow's antialiased bicubic (a = -0.5): where the picture shrinks,
/// the filter is as much wider, and where it reaches beyond the edge, the rest is scaled to a sum of one. Weights are whole numbers of 2^-22.
/// </summary>
internal sealed class ResizeKernel
{
    /// <summary>Eight bits of a value and two of room for weights beyond one leave so many of 32 to a weight.</summary>
    public const int Precision = 32 - 8 - 2;

    /// <summary>What is added before <see cref="Precision"/> bits are shifted out, so that the result is rounded.</summary>
    public const int Half = 1 << (Precision - 1);

    private const double Reach = 2;
    private const double Sharpness = -0.5;

    private ResizeKernel(int[] first, int[] taps, int[] weights, int stride)
    {
        First = first;
        Taps = taps;
        Weights = weights;
        Stride = stride;
    }

    /// <summary>For each wanted pixel the first one that it is made of; never less than that of the pixel before.</summary>
    public int[] First { get; }

    /// <summary>For each wanted pixel the number of those that it is made of.</summary>
    public int[] Taps { get; }

    /// <summary>[wanted pixels, Stride]: what follows the weights of a pixel is zero.</summary>
    public int[] Weights { get; }

    /// <summary>At least the largest of <see cref="Taps"/>, and even.</summary>
    public int Stride { get; }

    /// <param name="length">Pixels of the picture along the axis.</param>
    /// <param name="resized">Pixels that it would have afterwards.</param>
    /// <param name="start">The first of those that is wanted.</param>
    /// <param name="count">How many are.</param>
    public static ResizeKernel Bicubic(int length, long resized, long start, int count)
    {
        double scale = (double)length / resized, filterScale = Math.Max(scale, 1), support = Reach * filterScale;
        int[] first = new int[count], taps = new int[count];
        for (int i = 0; i < count; i++)
        {
            double centre = (start + i + 0.5) * scale;
            first[i] = Math.Max(0, (int)(centre - support + 0.5));
            taps[i] = Math.Min(length, (int)(centre + support + 0.5)) - first[i];
        }

        int stride = (taps.Max() + 1) & ~1;
        int[] weights = new int[checked(count * stride)];
        double[] exact = new double[stride];
        for (int i = 0; i < count; i++)
        {
            double centre = (start + i + 0.5) * scale, sum = 0;
            for (int tap = 0; tap < taps[i]; tap++)
            {
                exact[tap] = Cubic((tap + first[i] - centre + 0.5) * (1 / filterScale));
                sum += exact[tap];
            }

            for (int tap = 0; tap < taps[i]; tap++)
            {
                double weight = (sum == 0 ? exact[tap] : exact[tap] / sum) * (1 << Precision);
                weights[(i * stride) + tap] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }
        }

        return new ResizeKernel(first, taps, weights, stride);
    }

    /// <summary>Keys' cubic convolution: R. Keys, "Cubic convolution interpolation for digital image processing", 1981.</summary>
    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        return x < 1 ? ((((Sharpness + 2) * x) - (Sharpness + 3)) * x * x) + 1
            : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * Sharpness
            : 0;
    }
}
