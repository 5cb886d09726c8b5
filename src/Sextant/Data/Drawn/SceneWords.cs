namespace Sextant.Data.Drawn;

/// <summary>The words for what a scene holds; the first of each list is the plain one.</summary>
internal static class SceneWords
{
    /// <summary>Singular and plural.</summary>
    public static (string One, string Many)[] Of(ThingKind kind) => kind switch
    {
        ThingKind.Fish => [("fish", "fish")],
        ThingKind.Bird => [("bird", "birds"), ("birdie", "birdies")],
        ThingKind.Cat => [("cat", "cats"), ("kitty", "kitties")],
        ThingKind.Butterfly => [("butterfly", "butterflies")],
        ThingKind.Car => [("car", "cars"), ("automobile", "automobiles")],
        ThingKind.Boat => [("boat", "boats"), ("sailboat", "sailboats"), ("ship", "ships")],
        ThingKind.House => [("house", "houses"), ("cottage", "cottages")],
        ThingKind.Tree => [("tree", "trees")],
        ThingKind.Flower => [("flower", "flowers"), ("blossom", "blossoms")],
        ThingKind.Cup => [("cup", "cups"), ("mug", "mugs")],
        ThingKind.Umbrella => [("umbrella", "umbrellas"), ("parasol", "parasols")],
        _ => [("chair", "chairs")],
    };

    public static string[] Of(NamedColour colour) => colour switch
    {
        NamedColour.Purple => ["purple", "violet"],
        NamedColour.Grey => ["grey", "gray"],
        _ => [colour.ToString().ToLowerInvariant()],
    };

    public static string[] Of(ThingSize size) => size switch
    {
        ThingSize.Small => ["small", "little", "tiny"],
        ThingSize.Medium => ["medium", "medium-sized", "middle-sized"],
        _ => ["large", "big", "huge"],
    };

    /// <summary>Number words that stand before a noun; an article, the plain word for one, is not among them.</summary>
    public static string[] Of(int count) => count switch
    {
        1 => ["one", "a single", "1"],
        2 => ["two", "2", "a pair of", "a couple of"],
        3 => ["three", "3", "a group of three"],
        _ => ["four", "4", "a group of four"],
    };

    public static string[] Of(Place place) => place switch
    {
        Place.Left => ["on the left", "at the left", "on the left side", "to the left", "on the left of the picture"],
        Place.Right => ["on the right", "at the right", "on the right side", "to the right", "on the right of the picture"],
        Place.Top => ["at the top", "near the top", "on top", "at the top of the picture"],
        Place.Bottom => ["at the bottom", "near the bottom", "at the bottom of the picture"],
        _ => ["in the middle", "in the centre", "in the center", "in the middle of the picture"],
    };

    public static string[] Of(Background background) => background switch
    {
        Background.Sea => ["in the sea", "in the water", "in the ocean", "under water"],
        Background.Sky => ["in the sky", "in the air"],
        Background.Grass => ["on the grass", "on grass", "in a meadow"],
        Background.Sand => ["on the sand", "on sand", "on a beach"],
        Background.Snow => ["in the snow", "in snow", "on the snow"],
        Background.Night => ["at night", "by night", "in the night"],
        Background.Room => ["in a room", "in the room", "indoors"],
        _ => ["on the road", "on a road", "on a street"],
    };

    /// <summary>The background as what is seen, where nothing else is said.</summary>
    public static string Scenery(Background background) => background switch
    {
        Background.Sea => "the sea",
        Background.Sky => "the sky",
        Background.Grass => "grass",
        Background.Sand => "sand",
        Background.Snow => "snow",
        Background.Night => "the night",
        Background.Room => "a room",
        _ => "a road",
    };

    /// <summary>What may stand before a phrase.</summary>
    public static string[] Frames { get; } = ["a photo of", "a picture of", "a drawing of", "an image of", "picture of", "drawing of"];
}
