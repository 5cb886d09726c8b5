namespace Sextant.Data.Pictures;

/// <summary>A picture in memory: 8 bits for each of red, green and blue, without transparency. The numbers are taken as they are stored; no colour profile is applied.</summary>
/// <param name="Width">In pixels, at least 1.</param>
/// <param name="Height">In pixels, at least 1.</param>
/// <param name="Rgb">[Height, Width, 3]: row by row from the top, each from the left.</param>
public sealed record RgbPicture(int Width, int Height, byte[] Rgb)
{
    public byte[] Rgb { get; } = Width > 0 && Height > 0 && Rgb.Length == 3L * Width * Height
        ? Rgb
        : throw new ArgumentException($"{Width} x {Height} pixels do not lie in {Rgb.Length} bytes.", nameof(Rgb));
}
