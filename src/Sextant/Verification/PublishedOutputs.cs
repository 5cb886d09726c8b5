namespace Sextant.Verification;

/// <summary>A text with what is published of it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Ids">Its ids, special ones included; null where they are not published.</param>
/// <param name="Top">The most probable tokens of its gap.</param>
internal sealed record PublishedText(string Text, int[]? Ids, IReadOnlyList<(int Id, double Probability)> Top)
{
    /// <summary>Whether a tokeniser of tweets normalises first; null for other tokenisers.</summary>
    public bool? Normalize { get; init; }
}

/// <summary>A corner of the last hidden state of an input.</summary>
/// <param name="Ids">The input.</param>
/// <param name="Mask">1 where a token is seen; null for everywhere.</param>
/// <param name="First">The first position and the first column that are published.</param>
/// <param name="Values">Row by row.</param>
/// <param name="Tolerance">Of the publishers' own test.</param>
internal sealed record PublishedStates(int[] Ids, int[]? Mask, int First, double[][] Values, double Tolerance);

/// <summary>What is published of a picture held against texts.</summary>
internal enum ScoreKind
{
    /// <summary>The cosine of two features.</summary>
    Cosine,

    /// <summary>The cosine times the model's factor.</summary>
    Scaled,

    /// <summary>Over the texts: the softmax of these.</summary>
    Probability,
}

/// <summary>Scores of a picture, which is the user's to give.</summary>
/// <param name="Picture">Its file name, without an ending.</param>
/// <param name="Texts">What it was held against.</param>
/// <param name="Kind">What the numbers are.</param>
/// <param name="Values">One for each text.</param>
/// <param name="Tolerance">Of the publishers' own test, or of how they were computed and printed.</param>
internal sealed record PublishedScores(string Picture, IReadOnlyList<string> Texts, ScoreKind Kind, double[] Values, double Tolerance);

/// <summary>What is published of a model.</summary>
/// <param name="Name">On the hub.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="Texts">Texts with ids and tokens that fill their gaps.</param>
/// <param name="States">Hidden states; null where none are published.</param>
internal sealed record PublishedOutputs(string Name, string Source, IReadOnlyList<PublishedText> Texts, PublishedStates? States)
{
    /// <summary>Of probabilities on a model card, which other versions of the arithmetic computed.</summary>
    public const double ProbabilityTolerance = 1e-4;

    /// <summary>Of a CLIP.</summary>
    public IReadOnlyList<PublishedScores> Scores { get; init; } = [];

    private const string IntegrationTests = "integration tests of Hugging Face transformers";

    /// <summary>Of probabilities from numbers of 16 bits.</summary>
    private const double HalfPrecision = 1e-3;

    /// <summary>Of cosines that are printed with two decimals, of numbers of 16 bits.</summary>
    private const double TwoDecimals = 0.0075;

    public static IReadOnlyList<PublishedOutputs> All { get; } =
    [
        new(
            "vinai/bertweet-base",
            IntegrationTests,
            [
                new("SC has first two presumptive cases of coronavirus , DHEC confirms HTTPURL via @USER :cry:", [0, 4040, 90, 160, 255, 35006, 26940, 2612, 15, 1456, 7, 429, 6814, 499, 12952, 10, 156, 5, 3, 22, 2], []) { Normalize = false },
            ],
            new([0, 4040, 90, 160, 255, 35006, 26940, 2612, 15, 1456, 7, 429, 6814, 499, 12952, 10, 156, 5, 3, 22, 2], null, 0, [[-0.0254, 0.0235, 0.1027], [0.0606, -0.1811, -0.0418], [-0.1561, -0.1127, 0.2687]], 1e-4)),
        new(
            "bert-base-uncased",
            IntegrationTests,
            [],
            new([0, 345, 232, 328, 740, 140, 1695, 69, 6078, 1588, 2], [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1, [[0.4249, 0.1008, 0.7531], [0.3771, 0.1188, 0.7467], [0.4152, 0.1098, 0.7108]], 1e-4)),
        new(
            "roberta-base",
            IntegrationTests,
            [],
            new([0, 31414, 232, 328, 740, 1140, 12695, 69, 46078, 1588, 2], null, 0, [[-0.0231, 0.0782, 0.0074], [-0.1854, 0.0540, -0.0175], [0.0548, 0.0799, 0.1687]], 1e-4)),
        new(
            "tbs17/MathBERT",
            "its model card",
            [
                new(
                    "students apply these new understandings as they reason about and perform decimal [MASK] through the hundredths place.",
                    [101, 2493, 6611, 2122, 2047, 4824, 2015, 2004, 2027, 3114, 2055, 1998, 4685, 26066, 103, 2083, 1996, 3634, 26830, 2173, 1012, 102],
                    [(3616, 0.832804799079895), (2015, 0.0865366980433464), (3136, 0.03134258836507797), (11073, 0.01993160881102085), (3182, 0.012547064572572708)]),
                new("The man worked as a [MASK].", null, [(2338, 0.6469377875328064), (5009, 0.07073448598384857), (3793, 0.031362924724817276), (2158, 0.02306508645415306), (3292, 0.020547250285744667)]),
                new("The woman worked as a [MASK].", null, [(2450, 0.8999770879745483), (5009, 0.025878004729747772), (2795, 0.006881994660943747), (1038, 0.0066248285584151745), (2338, 0.00638660229742527)]),
            ],
            null),
        new(
            "openai/clip-vit-base-patch32",
            IntegrationTests + ", and the README and notebook of openai/CLIP",
            [new("Hello World!", [49406, 3306, 1002, 256, 49407], [])],
            null)
        {
            Scores =
            [
                new("000000039769", ["a photo of a cat", "a photo of a dog"], ScoreKind.Scaled, [24.5701, 19.3049], 1e-3),
                new("CLIP", ["a diagram", "a dog", "a cat"], ScoreKind.Probability, [0.9927937, 0.00421068, 0.00299572], HalfPrecision),
                .. Notebook(),
            ],
        },
    ];

    /// <summary>By name, by the last part of it, or by a path that holds it, in a cache's spelling too.</summary>
    public static PublishedOutputs? Find(string nameOrPath)
    {
        string[] parts = nameOrPath.Replace("--", "/", StringComparison.Ordinal).Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        return All.FirstOrDefault(p => parts.Contains(p.Name.Split('/')[^1], StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The table of the notebook, pictures of scikit-image by texts; "camera" is left out, of which there are two pictures.</summary>
    private static IEnumerable<PublishedScores> Notebook()
    {
        string[] texts =
        [
            "This is a page of text about segmentation", "This is a portrait of an astronaut with the American flag", "This is a rocket standing on a launchpad", "This is a facial photo of a tabby cat",
            "This is a black-and-white silhouette of a horse", "This is a cup of coffee on a saucer", "This is a person looking at a camera on a tripod", "This is a red motorcycle standing in a garage",
        ];
        (string Picture, double[] Cosines)[] columns =
        [
            ("page", [0.35, 0.13, 0.17, 0.12, 0.17, 0.14, 0.19, 0.14]),
            ("astronaut", [0.15, 0.28, 0.19, 0.12, 0.11, 0.15, 0.19, 0.15]),
            ("rocket", [0.16, 0.22, 0.30, 0.12, 0.15, 0.12, 0.21, 0.16]),
            ("chelsea", [0.20, 0.17, 0.18, 0.31, 0.15, 0.18, 0.21, 0.15]),
            ("horse", [0.20, 0.16, 0.17, 0.15, 0.35, 0.15, 0.20, 0.16]),
            ("coffee", [0.20, 0.15, 0.14, 0.17, 0.15, 0.29, 0.14, 0.13]),
            ("motorcycle_right", [0.16, 0.15, 0.16, 0.12, 0.17, 0.12, 0.16, 0.32]),
        ];
        return columns.Select(column => new PublishedScores(column.Picture, texts, ScoreKind.Cosine, column.Cosines, TwoDecimals));
    }
}
