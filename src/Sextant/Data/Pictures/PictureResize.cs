using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sextant.Data.Pictures;

/// <summary>Which part of a resized picture is wanted. The rest is never computed: what a very wide picture would become at the height wanted may not fit in memory.</summary>
/// <param name="Width">Of the resized picture.</param>
/// <param name="Height">Of the resized picture.</param>
/// <param name="Left">Column of it at which the window begins.</param>
/// <param name="Top">Row of it at which the window begins.</param>
/// <param name="Columns">Of the window.</param>
/// <param name="Rows">Of the window.</param>
internal readonly record struct ResizedWindow(long Width, long Height, long Left, long Top, int Columns, int Rows);

/// <summary>
/// Pillow's antialiased bicubic on 8-bit values, to the bit: along the rows first, then along the columns, each with weights of 22 bits and rounded to 8. Rows are resized as they are
/// needed and held in a ring as long as some row of the result is made of them.
/// </summary>
public static unsafe class PictureResize
{
    /// <summary>Bytes that may be read or written behind a row.</summary>
    private const int Slack = 32;

    /// <summary>The picture in another size.</summary>
    /// <param name="picture">Any.</param>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1; 3 * width * height bytes fit in an array.</param>
    public static RgbPicture Bicubic(RgbPicture picture, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(3L * width * height, Array.MaxLength, nameof(height));
        byte[] rgb = new byte[3 * width * height];
        Window(picture, new ResizedWindow(width, height, 0, 0, width, height), rgb);
        return new RgbPicture(width, height, rgb);
    }

    /// <summary>A window of the resized picture.</summary>
    /// <param name="picture">Any.</param>
    /// <param name="window">Within the resized picture.</param>
    /// <param name="rgb">[Rows, Columns, 3] of the window, which are written.</param>
    /// <param name="portable">Without the instructions of one family of processors: for tests.</param>
    internal static void Window(RgbPicture picture, ResizedWindow window, Span<byte> rgb, bool portable = false)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, 3 * window.Columns * window.Rows, nameof(rgb));
        var across = new RowResize(picture.Width, window, portable || !Avx2.IsSupported);
        var down = ResizeKernel.Bicubic(picture.Height, window.Height, window.Top, window.Rows);
        bool keepsRows = picture.Height == window.Height;
        int wanted = 3 * window.Columns, stride = (wanted + Slack) / Slack * Slack, ringRows = keepsRows ? 1 : down.Taps.Max(), inputStride = 3 * picture.Width;
        byte* ring = (byte*)NativeMemory.Alloc((nuint)stride * (nuint)ringRows + Slack), padded = (byte*)NativeMemory.Alloc((nuint)inputStride + Slack), result = (byte*)NativeMemory.Alloc((nuint)stride + Slack);
        byte** rows = (byte**)NativeMemory.Alloc((nuint)ringRows, (nuint)sizeof(byte*));
        try
        {
            fixed (byte* pixels = picture.Rgb)
            {
                int next = keepsRows ? (int)window.Top : down.First[0];
                for (int y = 0; y < window.Rows; y++)
                {
                    int first = keepsRows ? next : down.First[y], end = keepsRows ? next + 1 : first + down.Taps[y];
                    for (; next < end; next++)
                    {
                        byte* row = pixels + ((nint)next * inputStride);
                        if (((nint)(next + 1) * inputStride) + Slack > picture.Rgb.Length)
                        {
                            Buffer.MemoryCopy(row, padded, inputStride, inputStride);
                            row = padded;
                        }

                        across.Resize(row, ring + ((nint)(next % ringRows) * stride));
                    }

                    byte* made = ring;
                    if (!keepsRows)
                    {
                        for (int tap = 0; tap < end - first; tap++)
                        {
                            rows[tap] = ring + ((nint)((first + tap) % ringRows) * stride);
                        }

                        fixed (int* weights = &down.Weights[y * down.Stride])
                        {
                            Combine(rows, weights, end - first, result, wanted);
                        }

                        made = result;
                    }

                    new ReadOnlySpan<byte>(made, wanted).CopyTo(rgb[(y * wanted)..]);
                }
            }
        }
        finally
        {
            NativeMemory.Free(ring);
            NativeMemory.Free(padded);
            NativeMemory.Free(result);
            NativeMemory.Free(rows);
        }
    }

    /// <summary>One row of the result: a weighted sum of rows, 32 bytes at a time; up to 31 bytes behind the row are written.</summary>
    private static void Combine(byte** rows, int* weights, int taps, byte* result, int bytes)
    {
        for (int at = 0; at < bytes; at += Vector256<byte>.Count)
        {
            Vector256<int> a = Vector256.Create(ResizeKernel.Half), b = a, c = a, d = a;
            for (int tap = 0; tap < taps; tap++)
            {
                var weight = Vector256.Create(weights[tap]);
                var (low, high) = Vector256.Widen(Vector256.Load(rows[tap] + at));
                var (first, second) = Vector256.Widen(low);
                var (third, fourth) = Vector256.Widen(high);
                a += first.AsInt32() * weight;
                b += second.AsInt32() * weight;
                c += third.AsInt32() * weight;
                d += fourth.AsInt32() * weight;
            }

            Vector256.Narrow(Vector256.Narrow(Value(a), Value(b)), Vector256.Narrow(Value(c), Value(d))).Store(result + at);
        }
    }

    private static Vector256<uint> Value(Vector256<int> sum) =>
        Vector256.Min(Vector256.Max(sum >> ResizeKernel.Precision, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();

    /// <summary>Resizes rows of one length.</summary>
    private sealed class RowResize
    {
        private readonly bool keeps;
        private readonly bool portable;
        private readonly int start;
        private readonly int columns;
        private readonly ResizeKernel kernel;
        private readonly int[] repeated;

        public RowResize(int width, ResizedWindow window, bool portable)
        {
            this.portable = portable;
            columns = window.Columns;
            keeps = width == window.Width;
            start = keeps ? (int)window.Left : 0;
            kernel = ResizeKernel.Bicubic(width, window.Width, window.Left, window.Columns);

            // A weight for each of red, green, blue and a lane that is thrown away.
            repeated = portable || keeps ? [] : new int[kernel.Weights.Length * 4];
            for (int i = 0; i < repeated.Length; i++)
            {
                repeated[i] = kernel.Weights[i >> 2];
            }
        }

        /// <summary>Up to 16 bytes behind the row are read, and one behind the result is written.</summary>
        public void Resize(byte* row, byte* result)
        {
            if (keeps)
            {
                Buffer.MemoryCopy(row + (3 * start), result, 3 * columns, 3 * columns);
            }
            else if (portable)
            {
                Portable(row, result);
            }
            else
            {
                TwoAtATime(row, result);
            }
        }

        private void TwoAtATime(byte* row, byte* result)
        {
            var spread = Vector128.Create((byte)0, 1, 2, 0x80, 3, 4, 5, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
            int stride = kernel.Stride * 4;
            fixed (int* weights = repeated)
            {
                for (int x = 0; x < columns; x++)
                {
                    byte* pixel = row + (3 * kernel.First[x]);
                    int* weight = weights + (x * stride), end = weight + (4 * kernel.Taps[x]);
                    var sum = Vector256.Create(ResizeKernel.Half, ResizeKernel.Half, ResizeKernel.Half, 0, 0, 0, 0, 0);
                    for (; weight < end; weight += 8, pixel += 6)
                    {
                        var two = Ssse3.Shuffle(Vector128.CreateScalarUnsafe(*(ulong*)pixel).AsByte(), spread);
                        sum += Avx2.ConvertToVector256Int32(two) * Vector256.Load(weight);
                    }

                    var values = (sum.GetLower() + sum.GetUpper()) >> ResizeKernel.Precision;
                    var words = Sse41.PackUnsignedSaturate(values, values);
                    *(uint*)(result + (3 * x)) = Sse2.PackUnsignedSaturate(words.AsInt16(), words.AsInt16()).AsUInt32().ToScalar();
                }
            }
        }

        private void Portable(byte* row, byte* result)
        {
            for (int x = 0; x < columns; x++)
            {
                byte* pixel = row + (3 * kernel.First[x]);
                int red = ResizeKernel.Half, green = ResizeKernel.Half, blue = ResizeKernel.Half;
                foreach (int weight in kernel.Weights.AsSpan(x * kernel.Stride, kernel.Taps[x]))
                {
                    red += weight * pixel[0];
                    green += weight * pixel[1];
                    blue += weight * pixel[2];
                    pixel += 3;
                }

                result[3 * x] = Value(red);
                result[(3 * x) + 1] = Value(green);
                result[(3 * x) + 2] = Value(blue);
            }
        }

        private static byte Value(int sum) => (byte)Math.Clamp(sum >> ResizeKernel.Precision, 0, 255);
    }
}
