namespace Sextant.Data.Drawn;

/// <summary>Where one thing stands: its centre and its size as shares of the picture's side, whether it is mirrored, and the degrees it is turned by.</summary>
internal readonly record struct PlacedThing(float X, float Y, float Size, bool IsMirrored, float Degrees);

/// <summary>Arranges the things of a scene in a group that fits the picture and lies where the scene says.</summary>
internal static class SceneLayout
{
    private const double Gap = 1.13; // from centre to centre, of a thing's extent
    private const double Most = 0.985; // of the picture's side
    private const double Margin = 0.008;

    // By size, then by count. The classes keep apart whatever the count; a small thing is 11 pixels of 48.
    private static readonly double[][] _sizes = [[0.27, 0.25, 0.24, 0.235], [0.375, 0.34, 0.315, 0.3], [0.58, 0.44, 0.395, 0.375]];

    /// <summary>What a thing of this size measures, as a share of the picture's side, before its own jitter of 4 %.</summary>
    public static double SizeOf(ThingSize size, int count) => _sizes[(int)size][count - 1];

    public static PlacedThing[] Of(DrawnScene scene, SeededRandom random)
    {
        double size = SizeOf(scene.Size, scene.Count) * (1 + 0.03 * Signed(random));
        var (w, h) = ThingShapes.Extent(scene.Kind);
        var (width, height) = (w * size, h * size);
        int columns = Columns(scene, width, height, random);
        int rows = (scene.Count + columns - 1) / columns;
        double across = width * (1 + Gap * (columns - 1));
        double down = height * (1 + Gap * (rows - 1));
        var (x, y) = Centre(scene.Place, across, down, random);
        double slack = Math.Min(0.12, Math.Max(0, Math.Min(Most - across, Most - down)) / 2);
        var things = new PlacedThing[scene.Count];
        bool isMirrored = random.Next(2) == 0; // a group mostly looks one way
        bool isShortFirst = random.Next(2) == 0 ? scene.Place != Place.Top : scene.Place == Place.Bottom; // the fuller row is nearer to the edge
        int first = isShortFirst ? scene.Count - (rows - 1) * columns : columns;
        for (int i = 0; i < things.Length; i++)
        {
            int row = i < first ? 0 : 1 + (i - first) / columns;
            int inRow = row == 0 ? first : Math.Min(columns, scene.Count - first - (row - 1) * columns);
            double aligned = scene.Place switch { Place.Left => columns - 1, Place.Right => 2 * inRow - columns - 1, _ => inRow - 1 } / 2.0; // the middle of a short row among its columns
            int column = row == 0 ? i : (i - first) % columns;
            double thingX = x + (column - aligned) * width * Gap + Signed(random) * slack * width * 0.4;
            double thingY = y + (row - (rows - 1) / 2.0) * height * Gap + Signed(random) * slack * height * 0.4;
            double own = size * (1 + 0.04 * Signed(random));
            bool turns = random.Next(6) == 0;
            things[i] = new PlacedThing(
                (float)Within(thingX, width / 2),
                (float)Within(thingY, height / 2),
                (float)own,
                isMirrored != turns,
                (float)(ThingShapes.Tilt(scene.Kind) * Signed(random)));
        }

        return things;
    }

    /// <summary>Columns of the group: narrow on the left and right, low at the top and bottom, any that is compact in the middle.</summary>
    private static int Columns(DrawnScene scene, double width, double height, SeededRandom random)
    {
        Span<double> extents = stackalloc double[scene.Count];
        double least = double.MaxValue;
        for (int columns = 1; columns <= scene.Count; columns++)
        {
            int rows = (scene.Count + columns - 1) / columns;
            double across = width * (1 + Gap * (columns - 1));
            double down = height * (1 + Gap * (rows - 1));
            bool fits = across <= Most && down <= Most && (columns - 1) * rows < scene.Count;
            extents[columns - 1] = !fits ? double.MaxValue : scene.Place switch
            {
                Place.Left or Place.Right => across,
                Place.Top or Place.Bottom => down,
                _ => Math.Max(across, down),
            };
            least = Math.Min(least, extents[columns - 1]);
        }

        // Whatever leaves the other half free will do as well.
        double enough = Math.Max(least, scene.Place == Place.Centre ? 0.75 : 0.52) + 1e-9;
        int choice = (int)random.Next(Count(extents, enough));
        for (int columns = 1; ; columns++)
        {
            if (extents[columns - 1] <= enough && choice-- == 0)
            {
                return columns;
            }
        }

        static int Count(Span<double> extents, double enough)
        {
            int count = 0;
            foreach (double extent in extents)
            {
                count += extent <= enough ? 1 : 0;
            }

            return count;
        }
    }

    private static (double X, double Y) Centre(Place place, double across, double down, SeededRandom random)
    {
        double inwards = 0.07 * random.NextDouble();
        double aside = Signed(random);
        return place switch
        {
            Place.Left => (Edge(across), Along(down, across)),
            Place.Right => (1 - Edge(across), Along(down, across)),
            Place.Top => (Along(across, down), Edge(down)),
            Place.Bottom => (Along(across, down), 1 - Edge(down)),
            _ => (0.5 + 0.05 * Signed(random) * Room(across), 0.5 + 0.05 * aside * Room(down)),
        };

        // Things that take much of the picture are put hard against the edge, so that the other side is free, and never go as far along the edge as they are from the middle.
        double Edge(double extent) => Margin + extent / 2 + inwards * Room(extent);
        double Along(double extent, double towards) => 0.5 + aside * Math.Min(0.13 * Room(extent), 0.5 * (0.5 - Edge(towards)));
        static double Room(double extent) => Math.Clamp((0.8 - extent) / 0.4, 0, 1);
    }

    private static double Within(double centre, double half) => half >= 0.5 ? 0.5 : Math.Clamp(centre, half, 1 - half);

    private static double Signed(SeededRandom random) => 2 * random.NextDouble() - 1;
}
