using Sextant.Data.Pictures;

namespace Sextant.Tests.Data.Pictures;

/// <summary>Pillow's resize written out plainly, to hold the fast one against: every pixel of the resized picture, 64-bit whole numbers, one sum at a time.</summary>
internal static class PlainResize
{
    public static RgbPicture Bicubic(RgbPicture picture, int width, int height)
    {
        byte[] across = new byte[3 * width * picture.Height], rgb = new byte[3 * width * height];
        for (int y = 0; y < picture.Height; y++)
        {
            Line(picture.Width, width, (from, channel) => picture.Rgb[(((y * picture.Width) + from) * 3) + channel], (to, channel, value) => across[(((y * width) + to) * 3) + channel] = value);
        }

        for (int x = 0; x < width; x++)
        {
            Line(picture.Height, height, (from, channel) => across[(((from * width) + x) * 3) + channel], (to, channel, value) => rgb[(((to * width) + x) * 3) + channel] = value);
        }

        return new RgbPicture(width, height, rgb);
    }

    private static void Line(int length, int resized, Func<int, int, byte> read, Action<int, int, byte> write)
    {
        double scale = (double)length / resized, wide = Math.Max(1, scale);
        for (int to = 0; to < resized; to++)
        {
            double centre = (to + 0.5) * scale;
            int low = Math.Max(0, (int)(centre - (2 * wide) + 0.5)), high = Math.Min(length, (int)(centre + (2 * wide) + 0.5));
            double[] weights = [.. Enumerable.Range(low, high - low).Select(from => Filter((from + 0.5 - centre) / wide))];
            double sum = weights.Sum();
            for (int channel = 0; channel < 3; channel++)
            {
                long value = 1 << 21;
                for (int from = low; from < high; from++)
                {
                    double weight = weights[from - low] / sum * (1 << 22);
                    value += read(from, channel) * (long)Math.Truncate(weight + (weight < 0 ? -0.5 : 0.5));
                }

                write(to, channel, (byte)Math.Clamp(value >> 22, 0, 255));
            }
        }
    }

    private static double Filter(double x) => Math.Abs(x) switch
    {
        < 1 and var near => (((1.5 * near) - 2.5) * near * near) + 1,
        < 2 and var far => ((((far - 5) * far) + 8) * far - 4) * -0.5,
        _ => 0,
    };
}
