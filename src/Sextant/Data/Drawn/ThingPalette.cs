using SkiaSharp;

namespace Sextant.Data.Drawn;

/// <summary>What a part of a thing is made of.</summary>
internal enum Tone
{
    Body,
    Shade,
    Light,
    Mark,
    Wood,
    Leaf,
    Glass,
    Tyre,
    Metal,
    Beak,
    Core,
}

/// <summary>The colours of one thing by <see cref="Tone"/>, and of the line around it.</summary>
internal sealed class ThingPalette
{
    private readonly SKColor[] tones = new SKColor[Enum.GetValues<Tone>().Length];

    private ThingPalette()
    {
    }

    public SKColor Outline { get; private init; }

    public SKColor this[Tone tone] => tones[(int)tone];

    /// <summary>The usual red, green and blue of a colour, sRGB.</summary>
    public static (int R, int G, int B) Usual(NamedColour colour) => colour switch
    {
        NamedColour.Red => (214, 34, 36),
        NamedColour.Orange => (250, 138, 18),
        NamedColour.Yellow => (250, 224, 46),
        NamedColour.Green => (34, 146, 56),
        NamedColour.Blue => (36, 84, 216),
        NamedColour.Purple => (128, 44, 170),
        NamedColour.Pink => (250, 138, 188),
        NamedColour.Brown => (116, 68, 32),
        NamedColour.Black => (30, 30, 34),
        NamedColour.White => (248, 248, 248),
        _ => (142, 144, 148),
    };

    /// <summary>The palette of a scene: the colour with a little jitter of its shade, the outline light where what is behind is dark.</summary>
    public static ThingPalette Of(NamedColour colour, Background background, SeededRandom random)
    {
        var (r, g, b) = Usual(colour);
        int light = Jitter(random, 8);
        var body = Rgb(r + light + Jitter(random, 6), g + light + Jitter(random, 6), b + light + Jitter(random, 6));
        bool isDark = colour is NamedColour.Black or NamedColour.Brown or NamedColour.Purple or NamedColour.Blue;
        var palette = new ThingPalette { Outline = background is Background.Night or Background.Road ? new SKColor(236, 236, 240) : new SKColor(24, 24, 30) };
        palette.Set(Tone.Body, body);
        palette.Set(Tone.Shade, colour == NamedColour.Black ? Scaled(body, 1, 34) : Scaled(body, 0.76, 0));
        palette.Set(Tone.Light, colour == NamedColour.White ? Scaled(body, 0.9, 0) : Scaled(body, 0.7, 72));
        palette.Set(Tone.Mark, isDark ? new SKColor(240, 240, 240) : new SKColor(26, 26, 32));
        palette.Set(Tone.Wood, colour == NamedColour.Brown ? new SKColor(74, 44, 22) : new SKColor(112, 74, 44));
        palette.Set(Tone.Leaf, new SKColor(44, 112, 48));
        palette.Set(Tone.Glass, new SKColor(206, 226, 236));
        palette.Set(Tone.Tyre, new SKColor(44, 44, 48));
        palette.Set(Tone.Metal, new SKColor(170, 172, 178));
        palette.Set(Tone.Beak, new SKColor(226, 170, 62));
        palette.Set(Tone.Core, colour is NamedColour.Yellow or NamedColour.Orange ? new SKColor(108, 62, 28) : new SKColor(244, 204, 70));
        return palette;
    }

    /// <summary>White where a thing has its colour, black elsewhere.</summary>
    public static ThingPalette OfMask()
    {
        var palette = new ThingPalette { Outline = SKColors.Black };
        foreach (var tone in Enum.GetValues<Tone>())
        {
            palette.Set(tone, tone == Tone.Body ? SKColors.White : SKColors.Black);
        }

        return palette;
    }

    private void Set(Tone tone, SKColor color) => tones[(int)tone] = color;

    private static int Jitter(SeededRandom random, int most) => (int)random.Next(2 * most + 1) - most;

    private static SKColor Scaled(SKColor color, double factor, int more) =>
        Rgb((int)(color.Red * factor) + more, (int)(color.Green * factor) + more, (int)(color.Blue * factor) + more);

    private static SKColor Rgb(int r, int g, int b) => new((byte)Math.Clamp(r, 0, 255), (byte)Math.Clamp(g, 0, 255), (byte)Math.Clamp(b, 0, 255));
}
