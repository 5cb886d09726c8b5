namespace Sextant.Data.Drawn;

/// <summary>The shapes of the things: each is drawn upright and facing right, in coordinates from -0.5 to 0.5, with proportions that vary a little from thing to thing.</summary>
internal static class ThingShapes
{
    /// <summary>Width and height that a thing takes with the line around it, of 1.</summary>
    public static (float Width, float Height) Extent(ThingKind kind) => kind switch
    {
        ThingKind.Fish => (1, 0.66f),
        ThingKind.Bird => (1, 0.86f),
        ThingKind.Cat => (0.82f, 1.02f),
        ThingKind.Butterfly => (1.02f, 0.94f),
        ThingKind.Car => (1.02f, 0.7f),
        ThingKind.Boat => (0.98f, 1),
        ThingKind.House => (1.02f, 1),
        ThingKind.Tree => (0.8f, 1),
        ThingKind.Flower => (0.7f, 1),
        ThingKind.Cup => (0.96f, 0.86f),
        ThingKind.Umbrella => (1, 0.98f),
        _ => (0.86f, 1.04f),
    };

    /// <summary>The most degrees that a thing is turned by.</summary>
    public static double Tilt(ThingKind kind) => kind switch
    {
        ThingKind.Fish or ThingKind.Bird or ThingKind.Butterfly or ThingKind.Umbrella => 12,
        ThingKind.House or ThingKind.Tree => 4,
        _ => 7,
    };

    /// <param name="pen">What it is drawn with.</param>
    /// <param name="kind">What is drawn.</param>
    /// <param name="vary">Four values of -1..1 that decide its proportions.</param>
    public static void Draw(ThingPen pen, ThingKind kind, ReadOnlySpan<float> vary)
    {
        var (a, b, c, d) = (vary[0], vary[1], vary[2], vary[3]);
        switch (kind)
        {
            case ThingKind.Fish:
                Fish(pen, a, b, c, d);
                break;
            case ThingKind.Bird:
                Bird(pen, a, b, c, d);
                break;
            case ThingKind.Cat:
                Cat(pen, a, b, c, d);
                break;
            case ThingKind.Butterfly:
                Butterfly(pen, a, b, c, d);
                break;
            case ThingKind.Car:
                Car(pen, a, b, c, d);
                break;
            case ThingKind.Boat:
                Boat(pen, a, b, c, d);
                break;
            case ThingKind.House:
                House(pen, a, b, c, d);
                break;
            case ThingKind.Tree:
                Tree(pen, a, b, c, d);
                break;
            case ThingKind.Flower:
                Flower(pen, a, b, c, d);
                break;
            case ThingKind.Cup:
                Cup(pen, a, b, c, d);
                break;
            case ThingKind.Umbrella:
                Umbrella(pen, a, b, c, d);
                break;
            default:
                Chair(pen, a, b, c, d);
                break;
        }
    }

    private static void Fish(ThingPen pen, float a, float b, float c, float d)
    {
        float height = 0.235f + 0.03f * a;
        float tail = 0.23f + 0.03f * b;
        pen.Curves(Tone.Shade, 0.22f, -height + 0.05f, 0.02f, -height - 0.2f - 0.03f * c, -0.1f, -height + 0.04f);
        pen.Curves(Tone.Shade, 0.12f, height - 0.05f, -0.04f, height + 0.13f, -0.08f, height - 0.06f);
        pen.Curves(Tone.Body, -0.14f, 0, -0.4f, -0.06f, -0.5f, -tail, -0.34f, 0, -0.5f, tail, -0.4f, 0.06f, -0.14f, 0);
        pen.Curves(Tone.Body, 0.5f, 0.02f, 0.34f, -height * 1.25f, 0.06f, -height, -0.14f, -height * 0.95f, -0.3f, 0, -0.14f, height * 0.95f, 0.06f, height, 0.34f, height * 1.25f, 0.5f, 0.02f);
        pen.Line(Tone.Shade, 0.045f, 0.17f, -0.15f, 0.08f + 0.02f * d, 0, 0.17f, 0.15f);
        pen.Line(Tone.Shade, 0.045f, -0.03f, -0.14f, -0.1f + 0.02f * d, 0, -0.03f, 0.14f);
        pen.Oval(Tone.Mark, 0.31f, -0.06f, 0.05f, 0.05f);
    }

    private static void Bird(ThingPen pen, float a, float b, float c, float d)
    {
        float belly = 0.21f + 0.02f * a;
        float head = -0.22f + 0.02f * b;
        pen.Line(Tone.Beak, 0.04f, 0, 0.2f, 0, 0.3f, -0.03f, 0.43f);
        pen.Line(Tone.Beak, 0.04f, 0.1f, 0.2f, 0.1f, 0.3f, 0.08f, 0.43f);
        pen.Polygon(Tone.Beak, 0.36f, head - 0.07f, 0.52f, head + 0.03f, 0.36f, head + 0.08f);
        pen.Polygon(Tone.Shade, -0.16f, -0.06f, -0.5f, -0.16f + 0.05f * c, -0.46f, 0.04f + 0.05f * c, -0.16f, 0.17f);
        pen.Oval(Tone.Body, 0.02f, 0.06f, 0.31f, belly, -12);
        pen.Oval(Tone.Body, 0.26f, head, 0.155f, 0.15f);
        pen.Curves(Tone.Shade, 0.12f, -0.06f, 0.1f, 0.2f, -0.3f + 0.04f * d, 0.13f, -0.1f, -0.1f, 0.12f, -0.06f);
        pen.Oval(Tone.Mark, 0.3f, head - 0.03f, 0.042f, 0.042f);
    }

    private static void Cat(ThingPen pen, float a, float b, float c, float d)
    {
        float head = 0.23f + 0.015f * a;
        float top = -0.17f;
        pen.Line(Tone.Body, 0.085f, 0.14f, 0.43f, 0.44f, 0.44f, 0.35f, 0.15f + 0.04f * b, 0.3f, 0.04f, 0.38f, -0.02f + 0.04f * b);
        pen.Oval(Tone.Body, 0, 0.24f, 0.23f + 0.02f * c, 0.26f);
        pen.Polygon(Tone.Body, -head, top, -head + 0.02f, -0.5f - 0.02f * d, -0.02f, top - 0.17f);
        pen.Polygon(Tone.Body, head, top, head - 0.02f, -0.5f - 0.02f * d, 0.02f, top - 0.17f);
        pen.Oval(Tone.Body, 0, top, head + 0.02f, head - 0.02f);
        pen.Oval(Tone.Light, 0, 0.26f, 0.1f, 0.15f);
        pen.Line(Tone.Shade, 0.035f, -0.07f, 0.32f, -0.07f, 0.42f, -0.07f, 0.48f);
        pen.Line(Tone.Shade, 0.035f, 0.07f, 0.32f, 0.07f, 0.42f, 0.07f, 0.48f);
        pen.Oval(Tone.Mark, -0.1f, top - 0.02f, 0.04f, 0.05f);
        pen.Oval(Tone.Mark, 0.1f, top - 0.02f, 0.04f, 0.05f);
        pen.Polygon(Tone.Mark, -0.035f, top + 0.07f, 0.035f, top + 0.07f, 0, top + 0.11f);
    }

    private static void Butterfly(ThingPen pen, float a, float b, float c, float d)
    {
        float spread = 30 + 5 * a;
        pen.Line(Tone.Tyre, 0.03f, 0, -0.2f, -0.03f, -0.34f, -0.13f, -0.42f);
        pen.Line(Tone.Tyre, 0.03f, 0, -0.2f, 0.03f, -0.34f, 0.13f, -0.42f);
        for (int side = -1; side <= 1; side += 2)
        {
            pen.Oval(Tone.Body, side * 0.2f, 0.2f, 0.16f + 0.015f * b, 0.19f, side * -spread);
            pen.Oval(Tone.Body, side * 0.26f, -0.13f, 0.19f, 0.25f + 0.015f * c, side * spread);
            pen.Oval(Tone.Light, side * 0.3f, -0.17f, 0.075f, 0.1f, side * spread);
            pen.Oval(Tone.Shade, side * 0.21f, 0.21f, 0.065f + 0.01f * d, 0.075f);
        }

        pen.Oval(Tone.Tyre, 0, 0.02f, 0.045f, 0.27f);
    }

    private static void Car(ThingPen pen, float a, float b, float c, float d)
    {
        float roof = -0.27f - 0.015f * a;
        float front = 0.19f + 0.03f * b;
        pen.Polygon(Tone.Body, -0.34f, 0, -0.24f + 0.02f * c, roof, front, roof, front + 0.15f, 0);
        pen.Box(Tone.Body, -0.5f, -0.05f, 0.5f, 0.2f, 0.07f);
        pen.Polygon(Tone.Glass, -0.26f, -0.03f, -0.2f + 0.02f * c, roof + 0.05f, -0.04f, roof + 0.05f, -0.04f, -0.03f);
        pen.Polygon(Tone.Glass, 0.02f, -0.03f, 0.02f, roof + 0.05f, front - 0.03f, roof + 0.05f, front + 0.07f, -0.03f);
        pen.Box(Tone.Shade, -0.46f, 0.09f, 0.46f, 0.13f);
        pen.Box(Tone.Core, 0.43f, 0, 0.5f, 0.07f);
        float wheel = 0.125f + 0.01f * d;
        for (int side = -1; side <= 1; side += 2)
        {
            pen.Oval(Tone.Tyre, side * 0.27f, 0.19f, wheel, wheel);
            pen.Oval(Tone.Metal, side * 0.27f, 0.19f, 0.05f, 0.05f);
        }
    }

    private static void Boat(ThingPen pen, float a, float b, float c, float d)
    {
        float boom = 0.12f + 0.02f * a;
        pen.Line(Tone.Wood, 0.045f, 0, -0.46f, 0, 0, 0, 0.25f);
        pen.Curves(Tone.Body, 0.05f, -0.44f, 0.26f + 0.03f * b, -0.16f, 0.4f, boom, 0.2f, boom, 0.05f, boom, 0.05f, 0, 0.05f, -0.44f);
        pen.Curves(Tone.Light, -0.05f, -0.34f, -0.08f, -0.06f, -0.05f, boom, -0.2f, boom, -0.33f + 0.03f * c, boom, -0.12f, -0.06f, -0.05f, -0.34f);
        pen.Curves(Tone.Body, -0.48f, 0.2f, 0, 0.24f, 0.48f, 0.2f, 0.44f, 0.36f, 0.3f, 0.46f, 0, 0.48f, -0.28f, 0.46f, -0.42f, 0.36f, -0.48f, 0.2f);
        pen.Line(Tone.Shade, 0.05f, -0.4f, 0.3f + 0.01f * d, 0, 0.34f + 0.01f * d, 0.4f, 0.3f + 0.01f * d);
    }

    private static void House(ThingPen pen, float a, float b, float c, float d)
    {
        float eaves = -0.04f + 0.02f * a;
        pen.Box(Tone.Shade, 0.2f + 0.02f * b, -0.42f, 0.31f + 0.02f * b, -0.1f);
        pen.Box(Tone.Body, -0.37f, eaves - 0.02f, 0.37f, 0.46f);
        pen.Polygon(Tone.Shade, -0.48f, eaves, 0, -0.47f, 0.48f, eaves);
        float door = 0.02f * c;
        pen.Box(Tone.Wood, door - 0.08f, 0.18f, door + 0.08f, 0.46f);
        pen.Box(Tone.Glass, -0.3f, 0.08f, -0.15f, 0.25f + 0.01f * d);
        pen.Box(Tone.Glass, 0.15f, 0.08f, 0.3f, 0.25f + 0.01f * d);
    }

    private static void Tree(ThingPen pen, float a, float b, float c, float d)
    {
        pen.Polygon(Tone.Wood, -0.065f, 0, 0.065f, 0, 0.095f, 0.49f, -0.095f, 0.49f);
        pen.Oval(Tone.Body, -0.19f, -0.03f + 0.02f * a, 0.2f, 0.19f);
        pen.Oval(Tone.Body, 0.19f, -0.01f + 0.02f * b, 0.2f, 0.19f);
        pen.Oval(Tone.Body, 0.01f + 0.03f * c, -0.25f, 0.24f, 0.23f);
        pen.Oval(Tone.Body, 0, 0, 0.2f, 0.16f);
        pen.Oval(Tone.Light, -0.08f, -0.3f + 0.02f * d, 0.08f, 0.07f);
        pen.Oval(Tone.Shade, 0.18f, 0.03f, 0.09f, 0.07f);
        pen.Oval(Tone.Shade, -0.2f, 0.04f, 0.07f, 0.06f);
    }

    private static void Flower(ThingPen pen, float a, float b, float c, float d)
    {
        float bend = 0.05f * a;
        float y = -0.17f;
        pen.Line(Tone.Leaf, 0.055f, 0, y, bend, 0.2f, 0, 0.49f);
        pen.Oval(Tone.Leaf, 0.13f, 0.32f + 0.04f * b, 0.13f, 0.05f, -32);
        pen.Oval(Tone.Leaf, -0.12f, 0.38f, 0.12f, 0.05f, 32);
        float petal = 0.125f + 0.01f * c;
        for (int i = 0; i < 6; i++)
        {
            float angle = i * MathF.PI / 3 + 0.25f * d;
            pen.Oval(Tone.Body, 0.2f * MathF.Cos(angle), y + 0.2f * MathF.Sin(angle), petal, petal);
        }

        pen.Oval(Tone.Core, 0, y, 0.115f, 0.115f);
    }

    private static void Cup(ThingPen pen, float a, float b, float c, float d)
    {
        float foot = 0.2f + 0.03f * a;
        float handle = 0.38f + 0.03f * b;
        pen.Line(Tone.Body, 0.085f, 0.18f, -0.14f, handle + 0.08f, -0.2f, handle, 0.04f, handle - 0.06f, 0.22f, 0.12f, 0.2f);
        pen.Curves(Tone.Body, -0.42f, -0.28f, -0.08f, -0.36f, 0.26f, -0.28f, 0.24f, 0.1f, foot - 0.08f, 0.38f, -0.08f, 0.42f, -foot - 0.08f, 0.38f, -0.4f, 0.1f, -0.42f, -0.28f);
        pen.Oval(Tone.Shade, -0.08f, -0.28f, 0.34f, 0.09f);
        pen.Line(Tone.Light, 0.07f, -0.37f + 0.02f * c, 0.03f, -0.08f, 0.12f + 0.02f * d, 0.21f, 0.03f);
    }

    private static void Umbrella(ThingPen pen, float a, float b, float c, float d)
    {
        float rim = 0.06f + 0.02f * a;
        float top = -0.42f + 0.02f * b;
        pen.Line(Tone.Wood, 0.05f, 0, -0.48f, 0, 0, 0, 0.36f, 0.01f, 0.48f, 0.1f, 0.47f, 0.19f + 0.02f * c, 0.46f, 0.17f, 0.34f);
        pen.Curves(Tone.Body, -0.49f, rim, -0.42f, top, 0, top, 0.42f, top, 0.49f, rim, 0.33f, rim - 0.12f, 0.17f, rim, 0, rim - 0.12f, -0.17f, rim, -0.33f, rim - 0.12f, -0.49f, rim);
        pen.Curves(Tone.Shade, -0.17f, rim, -0.16f + 0.01f * d, top + 0.12f, 0, top, 0.16f + 0.01f * d, top + 0.12f, 0.17f, rim, 0, rim - 0.12f, -0.17f, rim);
    }

    private static void Chair(ThingPen pen, float a, float b, float c, float d)
    {
        float back = -0.48f + 0.02f * a;
        float seat = 0.04f + 0.02f * b;
        pen.Polygon(Tone.Shade, -0.2f, seat, -0.1f, seat, -0.13f, 0.4f, -0.21f, 0.4f);
        pen.Polygon(Tone.Shade, 0.14f, seat, 0.24f, seat, 0.23f, 0.4f, 0.15f, 0.4f);
        pen.Polygon(Tone.Body, -0.36f + 0.02f * c, back, -0.2f + 0.02f * c, back, -0.18f, seat + 0.1f, -0.34f, seat + 0.1f);
        pen.Polygon(Tone.Body, -0.35f, seat, -0.22f, seat, -0.23f, 0.49f, -0.36f, 0.49f);
        pen.Polygon(Tone.Body, 0.22f, seat, 0.35f, seat, 0.36f + 0.01f * d, 0.49f, 0.23f + 0.01f * d, 0.49f);
        pen.Box(Tone.Body, -0.36f, seat, 0.37f, seat + 0.15f, 0.02f);
        pen.Box(Tone.Light, -0.2f, seat, 0.36f, seat + 0.05f, 0.02f);
    }
}
