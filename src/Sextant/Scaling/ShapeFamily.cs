namespace Sextant.Scaling;

/// <summary>Models of one kind over their sizes, of which a plan takes the one nearest to its parameters.</summary>
public abstract record ShapeFamily
{
    private const int LargestWidth = 1 << 16;

    /// <summary>
    /// A layer for each 64 of width up to 2,048, and for each 128 beyond, about as Brown 2020 and Hoffmann 2022 have them; between 32 and 130 of
    /// width a layer the loss hardly changes (Kaplan 2020, figure 5).
    /// </summary>
    private const double WidthOfALayer = 64, WidthOfALaterLayer = 128, Shallow = 2048;

    /// <summary>Below a width of 256 the ratio would leave too few layers; the course's and this project's small models have 2 to 4.</summary>
    private const int FewestLayers = 4;

    /// <summary>Below this width steps of a head's would leave more than twice the parameters between a model and the next.</summary>
    private const int Narrow = 64, NarrowStep = 4;

    private ShapeFamily()
    {
    }

    /// <summary>V.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Layers of every size; null for a layer each 64 of width up to 2,048 and each 128 beyond, at least 4, one more or less where that comes nearer.</summary>
    public int? Layers { get; init; }

    /// <summary>Its name as the kind of a model in a recipe.</summary>
    public abstract string Kind { get; }

    /// <summary>The course's decoder-only model, of 4 layers where nothing else is said: one head, a feed-forward of one matrix.</summary>
    public sealed record CourseDecoder : ShapeFamily
    {
        public override string Kind => "courseDecoder";

        internal override TransformerShape Shape(int width, int layers) => new()
        {
            Layers = layers,
            Width = width,
            FeedForwardKind = FeedForwardKind.Single,
            HasAttentionOutput = false,
            HasBiases = true,
            Vocabulary = Vocabulary,
            TiesEmbeddings = false,
        };

        internal override IEnumerable<int> LayersOf(int width) => [Layers ?? FewestLayers];

        internal override int WidthStep(int width) => width < Narrow ? NarrowStep : 16;
    }

    /// <summary>Rotary positions, heads of 64 (of 32 below a width of 256, of 16 below 128, two below 64 and one below 32), a gated feed-forward of 8/3 of the width in whole eights, embeddings tied.</summary>
    public sealed record ModernDecoder : ShapeFamily
    {
        public override string Kind => "modernDecoder";

        internal override TransformerShape Shape(int width, int layers) => new()
        {
            Layers = layers,
            Width = width,
            FeedForward = Math.Max(8, width * 8 / 3 / 8 * 8),
            FeedForwardKind = FeedForwardKind.Gated,
            Heads = width < Narrow ? width < Narrow / 2 ? 1 : 2 : width / WidthStep(width),
            NormVectors = 1,
            Vocabulary = Vocabulary,
        };

        internal override IEnumerable<int> LayersOf(int width)
        {
            int usual = Math.Max(FewestLayers, (int)Math.Round((Math.Min(width, Shallow) / WidthOfALayer) + (Math.Max(0, width - Shallow) / WidthOfALaterLayer)));
            return Layers is int given ? [given] : usual > FewestLayers ? [usual - 1, usual, usual + 1] : [usual, usual - 1, usual + 1];
        }

        /// <summary>The width of a head, but for narrow models, of one head or two.</summary>
        internal override int WidthStep(int width) => width switch { < Narrow => NarrowStep, < 128 => 16, < 256 => 32, _ => 64 };
    }

    /// <summary>The model whose parameters by a convention are nearest to <paramref name="parameters"/>, in logarithms; widths are multiples of 4 below 64, of 16 below 128, and then of the head's. Null where the convention does not apply.</summary>
    public PlannedShape? Nearest(double parameters, Convention convention)
    {
        PlannedShape? nearest = null;
        double distance = double.PositiveInfinity;
        for (int width = WidthStep(1); width <= LargestWidth; width += WidthStep(width))
        {
            double least = double.PositiveInfinity;
            foreach (int layers in LayersOf(width))
            {
                var shape = Shape(width, layers);
                if (shape.Parameters(convention) is not double count)
                {
                    return null;
                }

                least = Math.Min(least, count);
                if (Math.Abs(Math.Log(count / parameters)) < distance)
                {
                    distance = Math.Abs(Math.Log(count / parameters));
                    nearest = PlannedShape.Of(Kind, shape, count);
                }
            }

            if (least > parameters * 4)
            {
                break;
            }
        }

        return nearest;
    }

    internal abstract TransformerShape Shape(int width, int layers);

    /// <summary>The usual number first.</summary>
    internal abstract IEnumerable<int> LayersOf(int width);

    /// <summary>What the width is a multiple of.</summary>
    internal abstract int WidthStep(int width);
}

/// <summary>A model that can be built, in the words of a recipe.</summary>
public sealed record PlannedShape
{
    /// <summary>courseDecoder or modernDecoder.</summary>
    public required string Kind { get; init; }

    /// <summary>H, the width.</summary>
    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    /// <summary>F; the width where the feed-forward is one matrix.</summary>
    public required int FeedForward { get; init; }

    public required int Vocabulary { get; init; }

    /// <summary>By the convention asked for.</summary>
    public required double Parameters { get; init; }

    /// <summary>Tokens that the plan's FLOPs pay for at this size; null where no rule tells.</summary>
    public double? Tokens { get; init; }

    internal static PlannedShape Of(string kind, TransformerShape shape, double parameters) => new()
    {
        Kind = kind,
        Hidden = shape.Width,
        Layers = shape.Layers,
        Heads = shape.Heads,
        FeedForward = shape.FeedForwardKind == FeedForwardKind.Single ? shape.Width : shape.FeedForward,
        Vocabulary = shape.Vocabulary,
        Parameters = parameters,
    };
}
