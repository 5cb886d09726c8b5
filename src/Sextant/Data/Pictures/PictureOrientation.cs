using System.Runtime.Intrinsics;
using SkiaSharp;

namespace Sextant.Data.Pictures;

/// <summary>Turns and mirrors pixels as their file says they are to be shown, and drops their fourth byte.</summary>
internal static unsafe class PictureOrientation
{
    /// <param name="rgba">[height, width, 4] as stored.</param>
    /// <param name="width">As stored.</param>
    /// <param name="height">As stored.</param>
    /// <param name="origin">Where the first stored pixel belongs.</param>
    public static RgbPicture Upright(byte* rgba, int width, int height, SKEncodedOrigin origin)
    {
        // Where a stored row and a stored column lead to in the picture.
        bool swaps = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        bool rowsFromTheEnd = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        bool columnsFromTheEnd = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        long rowStep = swaps ? 1 : width, columnStep = swaps ? height : 1;
        long start = (rowsFromTheEnd ? (height - 1) * rowStep : 0) + (columnsFromTheEnd ? (width - 1) * columnStep : 0);
        byte[] rgb = GC.AllocateUninitializedArray<byte>(checked((int)(3L * width * height)));
        fixed (byte* to = rgb)
        {
            if (!swaps && !rowsFromTheEnd && !columnsFromTheEnd)
            {
                Pack(rgba, to, (long)width * height);
            }
            else
            {
                rowStep = rowsFromTheEnd ? -rowStep : rowStep;
                columnStep = columnsFromTheEnd ? -columnStep : columnStep;
                for (int y = 0; y < height; y++)
                {
                    byte* from = rgba + (4L * y * width), at = to + (3 * (start + (y * rowStep)));
                    for (int x = 0; x < width; x++, from += 4, at += 3 * columnStep)
                    {
                        at[0] = from[0];
                        at[1] = from[1];
                        at[2] = from[2];
                    }
                }
            }
        }

        return swaps ? new RgbPicture(height, width, rgb) : new RgbPicture(width, height, rgb);
    }

    private static void Pack(byte* from, byte* to, long pixels)
    {
        var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0x80, 0x80, 0x80, 0x80);
        long i = 0;
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
