using System.Runtime.Intrinsics;
using SkiaSharp;

namespace Sextant.Data.Pictures;

/// <summary>Takes pixels as they are stored, some rows at a time, turns and mirrors them as their file says they are to be shown, and drops their fourth byte.</summary>
internal sealed unsafe class UprightPixels
{
    private readonly int width;
    private readonly int height;
    private readonly bool swaps;
    private readonly long start;
    private readonly long rowStep;
    private readonly long columnStep;
    private readonly byte[] rgb;

    /// <param name="width">As stored.</param>
    /// <param name="height">As stored.</param>
    /// <param name="origin">Where the first stored pixel belongs.</param>
    public UprightPixels(int width, int height, SKEncodedOrigin origin)
    {
        this.width = width;
        this.height = height;
        bool rowsFromTheEnd = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        bool columnsFromTheEnd = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        swaps = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        (rowStep, columnStep) = swaps ? (1, height) : (width, 1);
        if (rowsFromTheEnd)
        {
            start += (height - 1) * rowStep;
            rowStep = -rowStep;
        }

        if (columnsFromTheEnd)
        {
            start += (width - 1) * columnStep;
            columnStep = -columnStep;
        }

        rgb = GC.AllocateUninitializedArray<byte>(checked((int)(3L * width * height)));
    }

    /// <summary>Whole when every row was added.</summary>
    public RgbPicture Picture => swaps ? new RgbPicture(height, width, rgb) : new RgbPicture(width, height, rgb);

    /// <param name="rgba">[rows, width, 4].</param>
    /// <param name="first">The first of these rows.</param>
    /// <param name="rows">How many there are.</param>
    public void Add(byte* rgba, int first, int rows)
    {
        fixed (byte* to = rgb)
        {
            for (int y = first; y < first + rows; y++, rgba += 4L * width)
            {
                byte* at = to + (3 * (start + (y * rowStep)));
                if (columnStep == 1)
                {
                    Pack(rgba, at, width);
                    continue;
                }

                byte* from = rgba;
                for (int x = 0; x < width; x++, from += 4, at += 3 * columnStep)
                {
                    at[0] = from[0];
                    at[1] = from[1];
                    at[2] = from[2];
                }
            }
        }
    }

    private static void Pack(byte* from, byte* to, int pixels)
    {
        var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0x80, 0x80, 0x80, 0x80);
        int i = 0;
        for (; i + 6 <= pixels; i += 4, from += 16, to += 12) // 16 bytes are written for four pixels
        {
            Vector128.Shuffle(Vector128.Load(from), order).Store(to);
        }

        for (; i < pixels; i++, from += 4, to += 3)
        {
            to[0] = from[0];
            to[1] = from[1];
            to[2] = from[2];
        }
    }
}
