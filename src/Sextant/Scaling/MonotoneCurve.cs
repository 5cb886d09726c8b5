namespace Sextant.Scaling;

/// <summary>Pooled neighbours and the monotone cubics between them.</summary>
internal static class MonotoneCurve
{
    /// <summary>FLOPs ascend. Null for fewer than two places.</summary>
    public static SmoothCurve? Of(double[] flops, double[] losses)
    {
        if (flops[0] == flops[^1])
        {
            return null;
        }

        double noise = Noise(flops, losses);
        var (x, y, sizes) = Blocks(flops, losses);
        double[] slopes = Slopes(x, y);
        return new SmoothCurve(flops[0], flops[^1], at => At(Math.Log(at), x, y, sizes, slopes, noise));
    }

    /// <summary>The noise of one evaluation: residuals of the line through both neighbours, which a trend does not enter (Gasser, Sroka and Jennen-Steinmetz 1986).</summary>
    private static double Noise(double[] flops, double[] losses)
    {
        double sum = 0;
        int count = 0;
        for (int i = 1; i + 1 < flops.Length; i++)
        {
            double before = Math.Log(flops[i] / flops[i - 1]), after = Math.Log(flops[i + 1] / flops[i]), width = before + after;
            if (!(width > 0))
            {
                continue;
            }

            double left = after / width, right = before / width, residual = (left * losses[i - 1]) + (right * losses[i + 1]) - losses[i];
            sum += residual * residual / (1 + (left * left) + (right * right));
            count++;
        }

        return count > 0 ? Math.Sqrt(sum / count) : 0;
    }

    /// <summary>Pools neighbours until the means fall: each block's mean log FLOPs, mean loss and size.</summary>
    private static (double[] X, double[] Y, int[] Sizes) Blocks(double[] flops, double[] losses)
    {
        var blocks = new List<(double X, double Y, int Size)>();
        for (int i = 0; i < flops.Length; i++)
        {
            blocks.Add((Math.Log(flops[i]), losses[i], 1));
            while (blocks.Count > 1 && (blocks[^1].Y >= blocks[^2].Y || blocks[^1].X <= blocks[^2].X))
            {
                var (a, b) = (blocks[^2], blocks[^1]);
                int size = a.Size + b.Size;
                blocks.RemoveAt(blocks.Count - 1);
                blocks[^1] = (((a.X * a.Size) + (b.X * b.Size)) / size, ((a.Y * a.Size) + (b.Y * b.Size)) / size, size);
            }
        }

        return ([.. blocks.Select(b => b.X)], [.. blocks.Select(b => b.Y)], [.. blocks.Select(b => b.Size)]);
    }

    /// <summary>Slopes at the blocks: harmonic means of the slopes beside them, 0 at a single block, so that no piece turns.</summary>
    private static double[] Slopes(double[] x, double[] y)
    {
        int n = x.Length;
        double[] slopes = new double[n];
        if (n == 1)
        {
            return slopes;
        }

        double Secant(int i) => (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
        slopes[0] = Secant(0);
        slopes[^1] = Secant(n - 2);
        for (int i = 1; i < n - 1; i++)
        {
            double left = x[i] - x[i - 1], right = x[i + 1] - x[i];
            double first = (2 * right) + left, second = right + (2 * left);
            slopes[i] = (first + second) / ((first / Secant(i - 1)) + (second / Secant(i)));
        }

        return slopes;
    }

    /// <summary>Flat beyond the first and last block's middle.</summary>
    private static (double Loss, double Error) At(double at, double[] x, double[] y, int[] sizes, double[] slopes, double noise)
    {
        int found = Array.BinarySearch(x, at);
        int right = found >= 0 ? found : ~found;
        if (found >= 0 || right == 0 || right == x.Length)
        {
            int block = Math.Min(right, x.Length - 1);
            return (y[block], noise / Math.Sqrt(sizes[block]));
        }

        double width = x[right] - x[right - 1], t = (at - x[right - 1]) / width, rest = 1 - t;
        double loss = (rest * rest * (1 + (2 * t)) * y[right - 1]) + (t * t * (3 - (2 * t)) * y[right])
            + (width * t * rest * ((rest * slopes[right - 1]) - (t * slopes[right])));
        double variance = (rest * rest / sizes[right - 1]) + (t * t / sizes[right]);
        return (loss, noise * Math.Sqrt(variance));
    }
}
